"""Right answers to generator_loss in other styles."""

import torch
import torch.nn.functional as F
from torch import nn


def log_sigmoid(logits_fake):
    """-log D by logsigmoid, as in the paper."""
    return -F.logsigmoid(logits_fake).mean()


def cross_entropy_with_logits(logits_fake):
    """Binary cross-entropy that takes logits, target 1."""
    return F.binary_cross_entropy_with_logits(logits_fake, torch.ones_like(logits_fake))


def cross_entropy_module(logits_fake):
    """The same as a module on a row, summed and divided."""
    logits = logits_fake.view(-1)
    return nn.BCEWithLogitsLoss(reduction="sum")(logits, logits.new_ones(logits.shape)) / len(logits)


def log_add_exp(logits_fake):
    """log(exp(0) + exp(-l))."""
    return torch.logaddexp(torch.zeros_like(logits_fake), -logits_fake).mean()


def stable_by_hand(logits_fake):
    """max(-l, 0) + log1p(exp(-|l|)); at a tie, maximum gives each side half of the gradient."""
    return (
        torch.maximum(-logits_fake, torch.zeros_like(logits_fake)) + torch.log1p(torch.exp(-logits_fake.abs()))
    ).mean()


def two_classes(logits_fake):
    """Softmax over (l, 0) is the sigmoid of l: cross-entropy with two classes, of which the first is real."""
    flat = logits_fake.flatten()
    return F.cross_entropy(
        torch.stack([flat, 0 * flat], dim=1), torch.zeros(len(flat), dtype=torch.long, device=logits_fake.device)
    )


def log_sum_exp(logits_fake):
    """-log of a softmax, by logsumexp over (0, l)."""
    flat = logits_fake.flatten()
    return (torch.logsumexp(torch.stack([torch.zeros_like(flat), flat]), dim=0) - flat).mean()


def one_image_at_a_time(logits_fake):
    """A loop over images."""
    total = sum(F.softplus(-logit) for logit in logits_fake.reshape(-1))
    return total / logits_fake.numel()


def in_float64(logits_fake):
    """Computed in float64, where exp(200) is an ordinary number, and brought back."""
    return (-torch.log(torch.sigmoid(logits_fake.double()))).mean().to(logits_fake.dtype)
