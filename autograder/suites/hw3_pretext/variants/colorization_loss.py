"""Right answers to colorization_loss in other styles."""

import torch
import torch.nn.functional as F


def library(logits, target, weights):
    """F.cross_entropy takes distributions, and gives one number a pixel."""
    cross_entropy = F.cross_entropy(logits, target, reduction="none")
    return (weights[target.argmax(dim=1)] * cross_entropy).mean()


def logsumexp(logits, target, weights):
    """The target sums to 1: log-sum-exp less its inner product with the logits."""
    cross_entropy = logits.logsumexp(dim=1) * target.sum(dim=1) - (target * logits).sum(dim=1)
    return torch.mean(weights.take(target.max(dim=1).indices) * cross_entropy)


def einsum(logits, target, weights):
    """One-hot vectors of the most probable class; all products at once."""
    chosen = F.one_hot(target.argmax(1), len(weights)).to(logits.dtype)  # (B, H, W, Q)
    total = torch.einsum("bqhw,bqhw,bhwp,p->", target, -F.log_softmax(logits, 1), chosen, weights)
    return total / (logits.numel() / logits.shape[1])


def channels_last(logits, target, weights):
    """Pixels in rows."""
    q = logits.shape[1]
    logits, target = (each.permute(0, 2, 3, 1).reshape(-1, q) for each in (logits, target))
    cross_entropy = -(target * torch.log_softmax(logits, dim=-1)).sum(dim=-1)
    return (weights[target.argmax(dim=-1)] * cross_entropy).sum() / len(logits)


def shifted_by_hand(logits, target, weights):
    """The largest logit subtracted by hand."""
    shifted = logits - logits.max(dim=1, keepdim=True).values
    log_p = shifted - shifted.exp().sum(dim=1, keepdim=True).log()
    weight = weights.index_select(0, target.argmax(dim=1).flatten()).view(len(logits), 1, *logits.shape[2:])
    return -(weight * target * log_p).sum() / weight.numel()


def image_by_image(logits, target, weights):
    """A loop over images, and the mean of their means."""
    losses = []
    for prediction, truth in zip(logits, target, strict=True):
        cross_entropy = -(truth * prediction.log_softmax(0)).sum(0)
        losses.append((weights[truth.argmax(0)] * cross_entropy).mean())
    return torch.stack(losses).mean()


def weighted_target(logits, target, weights):
    """The weight of the pixel goes into the target."""
    weighted = target * weights[target.argmax(dim=1, keepdim=True)]
    return F.cross_entropy(logits.double(), weighted.double()).to(logits.dtype)


def divergence_and_entropy(logits, target, weights):
    """Kullback-Leibler divergence plus the entropy of the target."""
    divergence = F.kl_div(logits.log_softmax(dim=1), target, reduction="none").sum(dim=1)
    entropy = torch.special.entr(target).sum(dim=1)
    return (weights[target.argmax(dim=1)] * (divergence + entropy)).mean()
