"""Classifier-free guidance (Ho and Salimans, 2022), written plainly."""

import torch
from torch import Tensor


def find_dropped(labels: Tensor, coins: Tensor, drop_probability: float, null_label: int) -> Tensor:
    """Algorithm 1: each label by its own coin, (B,)."""
    pairs = zip(labels.tolist(), coins.tolist(), strict=True)
    return torch.tensor([null_label if coin < drop_probability else label for label, coin in pairs])


def find_guided(noise_cond: Tensor, noise_uncond: Tensor, w: float) -> Tensor:
    """From the conditional guess on, w times as far again from the unconditional one (eq. 6), float64."""
    away = noise_cond.double() - noise_uncond.double()
    return noise_cond.double() + w * away
