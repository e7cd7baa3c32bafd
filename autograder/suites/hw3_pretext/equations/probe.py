"""The linear probe's gradient, and whether inputs are what they were; homework 4 has the same."""

import torch
from torch import Tensor

from homework.comparison import describe_difference


def find_probe_gradients(
    weight: Tensor, bias: Tensor, features: Tensor, labels: Tensor, weight_decay: float
) -> tuple[Tensor, Tensor]:
    """Gradients of the probe's loss at any weight (C, D) and bias (C,), by hand, float64: (C, D) and (C,)."""
    features, weight = features.double(), weight.double()
    surplus = torch.softmax(features @ weight.T + bias.double(), dim=1)  # (N, C)
    surplus[torch.arange(len(labels)), labels] -= 1  # predicted minus actual probability
    return surplus.T @ features / len(labels) + weight_decay * weight, surplus.mean(dim=0)


def is_unchanged(after: object, *originals: Tensor) -> bool:
    """These are the numbers that were given, bit for bit."""
    return not describe_difference("inputs", after, torch.cat([given.flatten() for given in originals]), rtol=0, atol=0)
