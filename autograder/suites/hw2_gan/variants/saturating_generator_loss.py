"""Right answers to saturating_generator_loss in other styles."""

import torch
import torch.nn.functional as F
from torch import nn


def log_sigmoid(logits_fake):
    """1 - sigmoid(l) is sigmoid(-l)."""
    return F.logsigmoid(-logits_fake).mean()


def log_sigmoid_less_the_logit(logits_fake):
    """log(1 - D) is log D - l."""
    return torch.mean(F.logsigmoid(logits_fake) - logits_fake)


def cross_entropy_with_logits(logits_fake):
    """Minus binary cross-entropy with the target 0."""
    return -F.binary_cross_entropy_with_logits(logits_fake, torch.zeros_like(logits_fake))


def cross_entropy_module(logits_fake):
    """The same as a module on a row."""
    logits = logits_fake.flatten()
    return -nn.BCEWithLogitsLoss()(logits, torch.zeros(len(logits), dtype=logits.dtype, device=logits_fake.device))


def log_add_exp(logits_fake):
    """-log(exp(0) + exp(l))."""
    return -torch.logaddexp(torch.zeros_like(logits_fake), logits_fake).mean()


def stable_by_hand(logits_fake):
    """min(-l, 0) - log1p(exp(-|l|)); at a tie, minimum gives each side half of the gradient."""
    return (torch.minimum(-logits_fake, torch.zeros_like(logits_fake)) - (-logits_fake.abs()).exp().log1p()).mean()


def two_classes(logits_fake):
    """The log-probability of the first class in a softmax over (0, l)."""
    flat = logits_fake.reshape(-1)
    return F.log_softmax(torch.stack([torch.zeros_like(flat), flat], dim=1), dim=1)[:, 0].mean()


def one_image_at_a_time(logits_fake):
    """A loop over images."""
    return -torch.stack([F.softplus(logit) for logit in logits_fake.flatten()]).mean()


def in_float64(logits_fake):
    """Computed in float64, where exp(200) is an ordinary number, and brought back."""
    return -torch.log1p(torch.exp(logits_fake.double())).mean().to(logits_fake.dtype)
