"""Right answers to discriminator_loss in other styles."""

import torch
import torch.nn.functional as F
from torch import nn


def log_sigmoid(logits_real, logits_fake):
    """log D and log(1 - D) by logsigmoid, as in the equation."""
    return -F.logsigmoid(logits_real).mean() - F.logsigmoid(-logits_fake).mean()


def cross_entropy_with_logits(logits_real, logits_fake):
    """Binary cross-entropy that takes logits, targets 1 and 0."""
    loss_real = F.binary_cross_entropy_with_logits(logits_real, torch.ones_like(logits_real))
    return loss_real + F.binary_cross_entropy_with_logits(logits_fake, torch.zeros_like(logits_fake))


def cross_entropy_module(logits_real, logits_fake):
    """The same as a module, targets from the logits' own arithmetic."""
    criterion = nn.BCEWithLogitsLoss()
    real, fake = logits_real.flatten(), logits_fake.flatten()
    return criterion(real, real.new_ones(len(real))) + criterion(fake, fake.new_full(fake.shape, 0.0))


def log_add_exp(logits_real, logits_fake):
    """log(exp(0) + exp(-l)), each image's own."""
    zero = logits_real.new_zeros(())
    return torch.logaddexp(zero, -logits_real).mean() + torch.logaddexp(zero, logits_fake).mean()


def stable_by_hand(logits_real, logits_fake):
    """max(-l, 0) + log1p(exp(-|l|)); at a tie, maximum gives each side half of the gradient."""

    def surprise(logits):
        return torch.maximum(-logits, torch.zeros_like(logits)) + torch.log1p(torch.exp(-logits.abs()))

    return surprise(logits_real).mean() + surprise(-logits_fake).mean()


def two_classes(logits_real, logits_fake):
    """Softmax over (0, l) is the sigmoid of l: cross-entropy with two classes."""
    terms = []
    for logits, label in ((logits_real, 1), (logits_fake, 0)):
        flat = logits.reshape(-1)
        pair = torch.stack([torch.zeros_like(flat), flat], dim=1)  # (B, 2)
        terms.append(F.cross_entropy(pair, torch.full((len(flat),), label, device=logits_real.device)))
    return terms[0] + terms[1]


def weighted_batch(logits_real, logits_fake):
    """One batch of both kinds, each image weighted by one over the number of its kind."""
    real, fake = logits_real.flatten(), logits_fake.flatten()
    logits = torch.cat([real, fake])
    targets = torch.cat([torch.ones_like(real), torch.zeros_like(fake)])
    weights = torch.cat([torch.full_like(real, 1 / len(real)), torch.full_like(fake, 1 / len(fake))])
    return F.binary_cross_entropy_with_logits(logits, targets, weight=weights, reduction="sum")


def sums_over_counts(logits_real, logits_fake):
    """Sums, each divided by its own number of images."""
    real = F.softplus(-logits_real).sum() / logits_real.numel()
    return real + F.softplus(logits_fake).sum() / logits_fake.numel()


def one_image_at_a_time(logits_real, logits_fake):
    """A loop over images, every one a number of its own."""
    real = [-F.logsigmoid(logit) for logit in logits_real.flatten()]
    fake = [-F.logsigmoid(-logit) for logit in logits_fake.flatten()]
    return torch.stack(real).mean() + torch.stack(fake).mean()


def in_float64(logits_real, logits_fake):
    """Computed in float64, where exp(200) is an ordinary number, and brought back."""
    real, fake = logits_real.double(), logits_fake.double()
    loss = torch.log1p(torch.exp(-real)).mean() + torch.log1p(torch.exp(fake)).mean()
    return loss.to(logits_real.dtype)


def minus_the_value(logits_real, logits_fake):
    """The game's value as in the paper, and its sign turned at the end."""
    value = torch.mean(F.logsigmoid(logits_real)) + torch.mean(F.logsigmoid(logits_fake) - logits_fake)
    return -value
