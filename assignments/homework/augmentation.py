"""Random numbers for augmented views: drawn for every image of a batch by itself, all at once."""

from dataclasses import dataclass

import torch
from torch import Tensor

LUMA = (0.299, 0.587, 0.114)  # weights of red, green and blue in a grey level (ITU-R BT.601)


@dataclass(frozen=True)
class Draws:
    """What was drawn for a batch of B images; row i belongs to image i."""

    boxes: Tensor  # (B, 4): top, left, height, width in pixels
    flips: Tensor  # (B,) bool
    brightness: Tensor  # (B,) factors around 1
    contrast: Tensor  # (B,)
    saturation: Tensor  # (B,)
    grey: Tensor  # (B,) bool


def to_grey(images: Tensor) -> Tensor:
    """The grey version (B, C, H, W) of images (B, C, H, W): all channels alike; one channel is grey already."""
    if images.shape[1] == 1:
        return images
    luma = torch.tensor(LUMA, dtype=images.dtype, device=images.device)[:, None, None]  # (3, 1, 1)
    return (luma * images).sum(dim=1, keepdim=True).expand_as(images)
