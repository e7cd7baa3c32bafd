"""The four orientations of an image, from where each pixel comes from."""

import torch
from torch import Tensor


def find_turned(images: Tensor) -> Tensor:
    """(4B, C, S, S): image i turned counter-clockwise by k quarter turns at 4i + k.

    A quarter turn puts the last column into the first row: pixel (row, column) comes from (column, S - 1 - row).
    """
    size = images.shape[-1]
    row, column = torch.meshgrid(torch.arange(size), torch.arange(size), indexing="ij")
    turned = []
    for image in images:
        for _ in range(4):
            turned.append(image)
            image = image[:, column, size - 1 - row]
    return torch.stack(turned)


def find_turns(turned: Tensor, images: Tensor) -> Tensor:
    """By how many quarter turns each of these copies of the images is turned, (4B,); -1 if it is no copy at all."""
    copies = find_turned(images)
    is_same = (turned[:, None] == copies).flatten(2).all(dim=2)  # (4B, 4B)
    return torch.where(is_same.any(dim=1), is_same.long().argmax(dim=1) % 4, -1)
