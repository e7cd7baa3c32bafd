"""Right answers to hinge_discriminator_loss in other styles."""

import torch
import torch.nn.functional as F
from torch import nn


def clamp(logits_real, logits_fake):
    """Clamp from below."""
    return torch.clamp(1.0 - logits_real, min=0.0).mean() + torch.clamp(1.0 + logits_fake, min=0.0).mean()


def minimum_of_the_paper(logits_real, logits_fake):
    """-E min(0, -1 + D(x)) - E min(0, -1 - D(G(z))), as the paper writes it."""
    real, fake = -1 + logits_real, -1 - logits_fake
    return -torch.minimum(torch.zeros_like(real), real).mean() - torch.min(fake, fake.new_zeros(fake.shape)).mean()


def module(logits_real, logits_fake):
    """nn.ReLU, and a sum divided by a count."""
    relu = nn.ReLU()
    return relu(1 - logits_real).sum() / logits_real.numel() + relu(1 + logits_fake).sum() / logits_fake.numel()


def hinge_embedding(logits_real, logits_fake):
    """PyTorch's hinge loss, whose target -1 means max(0, margin - input)."""
    loss = nn.HingeEmbeddingLoss(margin=1.0)
    return loss(logits_real, torch.full_like(logits_real, -1)) + loss(-logits_fake, torch.full_like(logits_fake, -1))


def margin_ranking(logits_real, logits_fake):
    """Real logits should rank above 0, and 0 above fake ones, by a margin of 1."""
    real, fake = logits_real.flatten(), logits_fake.flatten()
    of_real = F.margin_ranking_loss(real, torch.zeros_like(real), torch.ones_like(real), margin=1)
    return of_real + F.margin_ranking_loss(torch.zeros_like(fake), fake, torch.ones_like(fake), margin=1)


def mask(logits_real, logits_fake):
    """What is short of its margin, times whether it is."""
    real = (1 - logits_real) * (logits_real < 1)
    fake = torch.where(logits_fake > -1, 1 + logits_fake, torch.zeros_like(logits_fake))
    return torch.mean(real) + torch.mean(fake)


def one_image_at_a_time(logits_real, logits_fake):
    """Loops over images."""
    of_real = sum(F.relu(1 - logit) for logit in logits_real.reshape(-1)) / logits_real.numel()
    return of_real + sum(F.relu(1 + logit) for logit in logits_fake.reshape(-1)) / logits_fake.numel()
