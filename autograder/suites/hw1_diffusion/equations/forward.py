"""The VAE's sample and divergence, and DDPM's forward process and objective."""

import numpy as np
import torch
from torch import Tensor
from torch.distributions import Normal, kl_divergence


def find_sample(mu: Tensor, log_var: Tensor, noise: Tensor) -> Tensor:
    """mu + sigma * noise (Kingma and Welling, 2014, section 2.4), float64."""
    return mu.double() + log_var.double().exp().sqrt() * noise.double()


def find_kl(mu: Tensor, log_var: Tensor) -> Tensor:
    """KL to N(0, I) by torch.distributions: summed over D, averaged over B; float64, 0-d."""
    q = Normal(mu.double(), log_var.double().exp().sqrt())
    return kl_divergence(q, Normal(0.0, 1.0)).sum(dim=1).mean()


def find_schedule(num_steps: int, beta_start: float, beta_end: float) -> tuple[Tensor, Tensor]:
    """betas and alpha_bar, (T,) each (Ho et al., 2020, sections 2 and 4), float64."""
    betas = np.linspace(beta_start, beta_end, num_steps)
    return torch.from_numpy(betas), torch.from_numpy(np.cumprod(1 - betas))


def find_noised(x0: Tensor, t: Tensor, noise: Tensor, alpha_bar: Tensor) -> Tensor:
    """Ho et al., 2020, eq. 4, one item after the other, float64."""
    kept = [float(alpha_bar[step]) for step in t]
    items = zip(kept, x0, noise, strict=True)
    return torch.stack([k**0.5 * x.double() + (1 - k) ** 0.5 * e.double() for k, x, e in items])


def find_x0(x_t: Tensor, t: Tensor, noise: Tensor, alpha_bar: Tensor) -> Tensor:
    """Ho et al., 2020, eq. 15, one item after the other, float64."""
    kept = [float(alpha_bar[step]) for step in t]
    items = zip(kept, x_t, noise, strict=True)
    return torch.stack([(x.double() - (1 - k) ** 0.5 * e.double()) / k**0.5 for k, x, e in items])


def find_squared_error(guess: Tensor, noise: Tensor) -> Tensor:
    """The mean over all elements (Ho et al., 2020, eq. 14), float64, 0-d."""
    return (guess.double() - noise.double()).square().sum() / noise.numel()
