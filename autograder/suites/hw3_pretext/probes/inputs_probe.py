"""Inputs of the probes of linear_probe, which homework 4 has as well."""

import numpy as np
import torch
from torch import Tensor

from .inputs import SEED_SHIFT


def draw_features(seed: int, rows: int, dim: int) -> Tensor:
    """Gaussian features (rows, dim), float32; the rows' norms are spread over a factor of about six."""
    rng = np.random.Generator(np.random.PCG64(seed + SEED_SHIFT))
    features = rng.standard_normal((rows, dim)) * rng.uniform(0.5, 3.0, (rows, 1))
    return torch.from_numpy(features).float()


def join(tensors) -> Tensor:
    """The numbers of all these tensors in a row, as they are now: the grader compares them with what was given."""
    return torch.cat([tensor.detach().flatten() for tensor in tensors])
