"""Inputs of MoCo's exercises: keys that can be told apart, and small encoders."""

import math

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from .inputs import fill

NUMBERED = 24  # how many different numbered keys there are
KEY_DIM = 3


def number_keys(first: int, last: int) -> Tensor:
    """Keys number first ... last, shape (last - first + 1, 3): key n has its own direction, and the norm n / 2."""
    numbers = torch.arange(first, last + 1, dtype=torch.float64)
    angle = math.pi * numbers / (NUMBERED + 1)
    directions = torch.stack([angle.cos(), 0.6 * angle.sin(), 0.8 * angle.sin()], dim=1)
    return (directions * numbers[:, None] / 2).float()


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
    return fill(nn.Sequential(nn.Linear(d_in, d_hidden), block, nn.Linear(d_hidden, d_out)), seed, scale=1.0)
