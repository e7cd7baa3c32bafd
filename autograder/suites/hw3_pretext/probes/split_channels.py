"""Probes of split_channels."""

from torch import Tensor

from homework.on_gpu import on_gpu

from .inputs_handed import in_other_memory, look_at
from .inputs_pixels import number_pixels


def images() -> Tensor:
    """Three Lab images (3, 3, 3, 4): every number tells image, channel, row and column."""
    return number_pixels(3, 3, 3, 4)


def one_image() -> Tensor:
    """One image (1, 3, 2, 3), float64, of numbers that float32 does not hold."""
    return number_pixels(1, 3, 2, 3).double() + 2.0**-40


def other_kinds() -> dict[str, Tensor]:
    """One image in float64; two images (2, 3, 5, 1) that do not lie in one piece of memory."""
    return {"one": one_image(), "other memory": in_other_memory(number_pixels(2, 3, 5, 1))}


def split(student):
    lab = images()
    lightness, color = student.split_channels(lab)
    return {"l": lightness, "ab": color, "inputs after": look_at(lab)}


def split_other_kinds(student):
    seen = {}
    for name, lab in other_kinds().items():
        seen[f"l of {name}"], seen[f"ab of {name}"] = student.split_channels(lab)
    return seen


def on_a_gpu(student):
    return on_gpu(student, split)
