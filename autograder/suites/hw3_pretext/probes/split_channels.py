"""Probes of split_channels."""

import torch
from torch import Tensor

from .inputs import number_pixels


def images() -> Tensor:
    """Three Lab images (3, 3, 3, 4): every number tells image, channel, row and column."""
    return number_pixels(3, 3, 3, 4)


def one_image() -> Tensor:
    """One image (1, 3, 2, 3), float64, of numbers that float32 does not hold."""
    return number_pixels(1, 3, 2, 3).double() + 2.0**-40


def split(student):
    lab, one = images(), one_image()
    lightness, colour = student.split_channels(lab)
    one_lightness, one_colour = student.split_channels(one)
    after = torch.cat([lab.double().flatten(), one.flatten()])
    return {"l": lightness, "ab": colour, "l of one": one_lightness, "ab of one": one_colour, "inputs after": after}
