"""BEGAN in float64 (Berthelot et al., 2017, section 3.3)."""

import numpy as np
from torch import Tensor


def find_losses(recon_real: Tensor, recon_fake: Tensor, k: float) -> tuple[Tensor, Tensor]:
    """L(x) - k L(G(z)) and L(G(z)), float64, 0-d; L is a mean."""
    of_real, of_fake = recon_real.double().mean(), recon_fake.double().mean()
    return of_real - k * of_fake, of_fake


def find_next_k(k: float, recon_real: Tensor, recon_fake: Tensor, gamma: float, lambda_k: float) -> float:
    """k + lambda_k (gamma L(x) - L(G(z))), clamped to [0, 1]."""
    balance = gamma * recon_real.double().mean() - recon_fake.double().mean()
    return float(np.clip(k + lambda_k * balance.numpy(), 0, 1))
