"""Inputs of the exercises on colour: colours of every kind, and the centers of colour classes."""

import torch
from torch import Tensor

from .inputs import draw


def draw_colors(seed: int, *shape: int) -> Tensor:
    """Colours of this shape (B, 2, H, W) or (Q, 2), about -110 ... 110, float32."""
    return (45 * draw(seed, *shape)).clamp(-110, 110)


def scattered_centers() -> Tensor:
    """Seven centers (7, 2), of which no two lie on a line through 0 or mirror each other."""
    return torch.tensor([[2.0, -9], [31, 12], [-24, 17], [-38, -41], [56, -63], [9, 78], [-83, 4]])


def draw_diagonal(seed: int, images: int, height: int, width: int) -> Tensor:
    """Colours (B, 2, H, W) with a = b: one number a pixel."""
    return (60 * draw(seed, images, 1, height, width)).clamp(-110, 110).repeat(1, 2, 1, 1)


def diagonal_centers() -> Tensor:
    """Six centers (6, 2) with a = b, in no order."""
    return torch.tensor([20.0, -90, 60, -15, 95, -50])[:, None].repeat(1, 2)
