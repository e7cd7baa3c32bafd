"""The gradient of a linear classifier's loss on frozen features, in float64."""

import torch
from torch import Tensor


def find_readout_gradients(
    weight: Tensor, bias: Tensor, features: Tensor, labels: Tensor, weight_decay: float
) -> tuple[Tensor, Tensor]:
    """Gradients of its loss at any weight (C, D) and bias (C,), by hand, float64: (C, D) and (C,)."""
    features, weight = features.double(), weight.double()
    surplus = torch.softmax(features @ weight.T + bias.double(), dim=1)  # (N, C)
    surplus[torch.arange(len(labels)), labels] -= 1  # predicted minus actual probability
    return surplus.T @ features / len(labels) + weight_decay * weight, surplus.mean(dim=0)
