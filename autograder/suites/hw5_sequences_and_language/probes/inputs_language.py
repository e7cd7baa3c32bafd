"""Inputs of the exercises on images and texts: features of unequal norm, and what is kept of a call."""

import os

import numpy as np
import torch
from torch import Tensor

SEED_SHIFT = int(os.environ.get("SEED_SHIFT", "0"))  # `grade --twice` draws all inputs from other seeds


def draw_features(seed: int, *shape: int) -> Tensor:
    """Gaussian features, the last dimension theirs, float32; their norms are spread over a factor of about six."""
    rng = np.random.Generator(np.random.PCG64(seed + SEED_SHIFT))
    features = rng.standard_normal(shape) * rng.uniform(0.5, 3.0, (*shape[:-1], 1))
    return torch.from_numpy(features).float()


def turn(*angles: float) -> Tensor:
    """Unit vectors (number of angles, 2) at these angles in radians."""
    angle = torch.tensor(angles)
    return torch.stack([angle.cos(), angle.sin()], dim=1)


def find_gradients(result: Tensor, inputs: dict[str, Tensor]) -> dict[str, Tensor]:
    """Gradients of the sum of `result`, as gradient_of_NAME; an input that none reaches is left out."""
    if result.requires_grad:
        result.sum().backward()
    return {f"gradient_of_{name}": leaf.grad for name, leaf in inputs.items() if leaf.grad is not None}


def join(*tensors: Tensor) -> Tensor:
    """The numbers of all these tensors in a row, as they are now: the grader compares them with what was given."""
    return torch.cat([tensor.detach().flatten() for tensor in tensors])
