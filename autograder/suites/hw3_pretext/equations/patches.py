"""Relative patches (Doersch, Gupta and Efros, 2015, section 3), one patch and one pixel at a time."""

import torch
from torch import Tensor

NEIGHBORS = [(0, 0), (0, 1), (0, 2), (1, 0), (1, 2), (2, 0), (2, 1), (2, 2)]  # (row, column) of number 0 ... 7


def find_patches(
    images: Tensor, positions: Tensor, patch: int, gap: int, jitter: Tensor
) -> tuple[Tensor, Tensor, Tensor]:
    """Centers and neighbors (B, C, patch, patch), labels (B,)."""
    top, left = (images.shape[2] - patch) // 2, (images.shape[3] - patch) // 2
    centers, neighbors, labels = [], [], []
    for image, (row, column), (down, right) in zip(images, positions.tolist(), jitter.tolist(), strict=True):
        centers.append(image[:, top : top + patch, left : left + patch])
        first_row = top + {0: -1, 1: 0, 2: 1}[row] * (patch + gap) + down
        first_column = left + {0: -1, 1: 0, 2: 1}[column] * (patch + gap) + right
        neighbors.append(image[:, first_row : first_row + patch, first_column : first_column + patch])
        labels.append(NEIGHBORS.index((row, column)))
    return torch.stack(centers), torch.stack(neighbors), torch.tensor(labels)


def find_moves(steps: Tensor, shape: tuple[int, ...], width: int) -> Tensor:
    """By how much the pixels' numbers grow, in every entry of `shape` (B, …), when patches move down and right.

    steps: pixels down and to the right, (B, 2); width: of the numbered images.
    """
    grown = (steps[:, 0] * width + steps[:, 1]).float()
    return grown.reshape(-1, *[1] * (len(shape) - 1)).expand(shape)


def find_dropped(patches: Tensor, kept: Tensor, noise: Tensor) -> Tensor:
    """(B, C, h, w), float64: the kept channel, and noise with 1/100 of its standard deviation in the others."""
    dropped = noise.double().clone()
    for index, channel in enumerate(kept.tolist()):
        pixels = patches[index, channel].double()
        variance = ((pixels - pixels.mean()) ** 2).mean()
        dropped[index] *= 0.01 * variance.sqrt()
        dropped[index, channel] = pixels
    return dropped
