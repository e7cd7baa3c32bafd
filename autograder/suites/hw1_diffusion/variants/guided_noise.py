"""Right answers to guided_noise in other styles."""

import torch


def away_from_the_conditional(noise_cond, noise_uncond, w):
    """From the conditional guess on."""
    return noise_cond + w * (noise_cond - noise_uncond)


def from_the_unconditional(noise_cond, noise_uncond, w):
    """The scale of other papers, s = w + 1."""
    scale = w + 1
    return noise_uncond + scale * (noise_cond - noise_uncond)


def lerp(noise_cond, noise_uncond, w):
    """Linear interpolation, carried on beyond its end."""
    return torch.lerp(noise_uncond, noise_cond, 1.0 + w)


def one_batch_cut_in_two(noise_cond, noise_uncond, w):
    """Both guesses in one batch, as a model would give them."""
    cond, uncond = torch.cat([noise_cond, noise_uncond], dim=0).chunk(2)
    return (1 + w) * cond - w * uncond


def subtraction_with_alpha(noise_cond, noise_uncond, w):
    """In place on a new tensor."""
    return torch.mul(noise_cond, w + 1).sub_(noise_uncond, alpha=w)


def weighted_sum(noise_cond, noise_uncond, w):
    """Two weights and a product."""
    weights = torch.tensor([1 + w, -w], dtype=noise_cond.dtype, device=noise_cond.device)
    return torch.tensordot(weights, torch.stack([noise_cond, noise_uncond]), dims=1)


def float64_inside(noise_cond, noise_uncond, w):
    """float64 inside, the input's dtype outside."""
    return ((w + 1) * noise_cond.double() - w * noise_uncond.double()).to(noise_cond.dtype)
