"""Inputs of the exercises on dense descriptors: descriptors of whole pictures, and the numbers of some pixels."""

import torch
from torch import Tensor

from .inputs import draw, generator


def draw_descriptors(seed: int, dim: int, height: int, width: int) -> Tensor:
    """(D, H, W), float32, the same on every machine."""
    return draw(seed, dim, height, width)


def number(*pixels: tuple[int, ...]) -> Tensor:
    """Pixels (P, 2), or pairs of pixels (P, 4), by row and column; long."""
    return torch.tensor(pixels, dtype=torch.long)


def draw_pixels(seed: int, count: int, height: int, width: int) -> Tensor:
    """Pixels (count, 2) by row and column, each from the whole picture; long."""
    return torch.from_numpy(generator(seed).integers(0, (height, width), (count, 2)))
