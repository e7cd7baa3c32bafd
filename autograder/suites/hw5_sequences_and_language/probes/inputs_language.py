"""Inputs of the exercises on images and texts."""

import torch
from torch import Tensor


def turn(*angles: float) -> Tensor:
    """Unit vectors (number of angles, 2) at these angles in radians."""
    angle = torch.tensor(angles)
    return torch.stack([angle.cos(), angle.sin()], dim=1)
