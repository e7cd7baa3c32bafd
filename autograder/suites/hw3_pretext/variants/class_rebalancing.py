"""Right answers to class_rebalancing in other styles."""

import numpy as np
import torch


def as_in_the_paper(prior, lam):
    """A uniform tensor, a power of -1, and the expectation as an inner product."""
    uniform = torch.full_like(prior, 1 / prior.numel())
    weights = ((1 - lam) * prior + lam * uniform) ** -1
    return weights / torch.dot(prior, weights)


def lerp(prior, lam):
    """torch.lerp from the prior to the uniform distribution."""
    mixture = torch.lerp(prior, torch.ones_like(prior) / len(prior), lam)
    return mixture.reciprocal() / (prior / mixture).sum()


def without_the_factor(prior, lam):
    """Mixture times Q: the common factor goes out when scaling."""
    mixture = prior.shape[0] * (1 - lam) * prior + lam
    return 1 / (mixture * (prior @ (1 / mixture)))


def by_logarithms(prior, lam):
    """A softmax is one over the mixture, up to a factor."""
    inverse = torch.softmax(-torch.log(prior * (1 - lam) + lam / prior.size(0)), dim=0)
    return inverse / (inverse * prior).sum()


def class_by_class(prior, lam):
    """Python numbers."""
    q = len(prior)
    weights = [1 / ((1 - lam) * p + lam / q) for p in prior.tolist()]
    mean = sum(p * w for p, w in zip(prior.tolist(), weights, strict=True))
    return torch.tensor([w / mean for w in weights], dtype=prior.dtype, device=prior.device)


def numpy_inside(prior, lam):
    """np.average with the prior as its weights."""
    weights = 1 / ((1 - lam) * prior.cpu().numpy() + lam / len(prior))
    return torch.from_numpy(weights / np.average(weights, weights=prior.cpu().numpy())).to(prior.device).to(prior.dtype)


def float64_inside(prior, lam):
    """float64 inside, the dtype of the prior outside."""
    p = prior.double()
    weights = 1 / (p - lam * (p - p.new_tensor(1.0) / p.numel()))
    return (weights / (p * weights).sum()).to(prior)
