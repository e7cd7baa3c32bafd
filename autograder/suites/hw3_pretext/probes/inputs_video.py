"""Inputs of the video exercises: features of frames, and the attention with which places look at each other."""

import numpy as np
import torch
from torch import Tensor

from .inputs import draw, generator

HEIGHT, WIDTH = 3, 5  # of the frames in which something moves
SHIFT = (1, 1)  # how far it moves from the earlier frame to the target frame: down and to the right
BEFORE, NOW = (1, 1), (2, 2)  # row and column of the moving dot in either frame


def draw_features(seed: int, videos: int, frames: int, dim: int, height: int, width: int) -> tuple[Tensor, Tensor]:
    """ref_features (B, T, D, H, W) and target_features (B, D, H, W)."""
    return draw(seed, videos, frames, dim, height, width), draw(seed + 1, videos, dim, height, width)


def draw_attention(seed: int, videos: int, frames: int, height: int, width: int) -> Tensor:
    """(B, H, W, T, H, W), float32: each target place's weights on all T H W reference places, which sum to 1."""
    rng = generator(seed)
    weights = rng.dirichlet(np.ones(frames * height * width), (videos, height, width))
    return torch.from_numpy(weights).float().reshape(videos, height, width, frames, height, width)


def shifted_attention() -> Tensor:
    """(1, 3, 5, 1, 3, 5): all has moved by SHIFT, and each place looks only at where it was; edges wrap round."""
    attention = torch.zeros(1, HEIGHT, WIDTH, 1, HEIGHT, WIDTH)
    for row in range(HEIGHT):
        for column in range(WIDTH):
            attention[0, (row + SHIFT[0]) % HEIGHT, (column + SHIFT[1]) % WIDTH, 0, row, column] = 1
    return attention
