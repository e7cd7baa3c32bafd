"""Inputs that several probes share: features of unequal norm, keys that can be told apart, small encoders."""

import math
import os

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn

SEED_SHIFT = int(os.environ.get("SEED_SHIFT", "0"))  # `grade --twice` draws all inputs from other seeds

NUMBERED = 24  # how many different numbered keys there are
KEY_DIM = 3


def draw_features(seed: int, rows: int, dim: int) -> Tensor:
    """Gaussian features (rows, dim), float32; the rows' norms are spread over a factor of about six."""
    rng = np.random.Generator(np.random.PCG64(seed + SEED_SHIFT))
    features = rng.standard_normal((rows, dim)) * rng.uniform(0.5, 3.0, (rows, 1))
    return torch.from_numpy(features).float()


def number_keys(first: int, last: int) -> Tensor:
    """Keys number first ... last, shape (last - first + 1, 3): key n has its own direction, and the norm n / 2."""
    numbers = torch.arange(first, last + 1, dtype=torch.float64)
    angle = math.pi * numbers / (NUMBERED + 1)
    directions = torch.stack([angle.cos(), 0.6 * angle.sin(), 0.8 * angle.sin()], dim=1)
    return (directions * numbers[:, None] / 2).float()


def find_gradients(result: Tensor, inputs: dict[str, Tensor]) -> dict[str, Tensor]:
    """Gradients of the sum of `result`, as gradient_of_NAME; an input that none reaches is left out."""
    if result.requires_grad:
        result.sum().backward()
    return {f"gradient_of_{name}": leaf.grad for name, leaf in inputs.items() if leaf.grad is not None}


def sort_rows(keys: Tensor) -> Tensor:
    """Rows ordered by direction: in which slot a queue keeps a key is its own affair."""
    if not isinstance(keys, Tensor) or keys.dim() != 2 or keys.numel() == 0:
        return keys
    keys = keys.detach().clone()
    return keys[F.normalize(keys, dim=1)[:, 0].argsort(descending=True)]


def make_encoder(seed: int, d_in: int, d_hidden: int, d_out: int, *, with_norm: bool = False) -> nn.Sequential:
    """Two linear layers, and between them a nested block with or without batch norm; weights drawn from `seed`."""
    norm = [nn.BatchNorm1d(d_hidden)] if with_norm else []
    block = nn.Sequential(*norm, nn.Tanh())
    encoder = nn.Sequential(nn.Linear(d_in, d_hidden), block, nn.Linear(d_hidden, d_out))
    rng = np.random.Generator(np.random.PCG64(seed + SEED_SHIFT))
    with torch.no_grad():
        for parameter in encoder.parameters():
            parameter.copy_(torch.from_numpy(rng.standard_normal(parameter.shape)))
    return encoder


def name_parameters(prefix: str, module: nn.Module) -> dict[str, Tensor]:
    """Copies of all parameters, as prefix.layer.name."""
    return {f"{prefix}.{name}": parameter.detach().clone() for name, parameter in module.named_parameters()}


def flatten_parameters(module: nn.Module) -> Tensor:
    """A copy of all parameters as one vector."""
    return torch.cat([parameter.detach().flatten() for parameter in module.parameters()])


def join(tensors) -> Tensor:
    """The numbers of all these tensors in a row, as they are now: the grader compares them with what was given."""
    return torch.cat([tensor.detach().flatten() for tensor in tensors])


def draw_images(seed: int, *shape: int, low: float = 0.0, high: float = 1.0) -> Tensor:
    """Images of this shape, every value drawn evenly from low ... high, float32."""
    rng = np.random.Generator(np.random.PCG64(seed + SEED_SHIFT))
    return torch.from_numpy(rng.uniform(low, high, shape)).float()
