"""Probes of rotate_batch: pixels are numbered, so no image looks like another one, or like itself turned."""

import torch
from torch import Tensor

from .inputs import number_pixels
from .inputs_pixels import has_dtype, join, number_bytes


def one_image() -> Tensor:
    """A single 2 x 2 image, (1, 1, 2, 2): 0 1 above 2 3."""
    return number_pixels(1, 1, 2, 2)


def a_batch() -> Tensor:
    """Images (5, 2, 4, 4)."""
    return number_pixels(5, 2, 4, 4)


def a_cube() -> Tensor:
    """Images (3, 3, 3, 3): as many of them, and of their channels, as rows and columns."""
    return number_pixels(3, 3, 3, 3)


def in_other_dtypes() -> dict[str, Tensor]:
    """Images in float64 with digits that float32 does not keep, in uint8, and stored with channels last."""
    return {
        "float64": number_pixels(2, 3, 2, 2).double() + 1e-9,
        "uint8": number_bytes(2, 3, 4, 4) + 100,
        "channels_last": number_pixels(2, 3, 4, 4).contiguous(memory_format=torch.channels_last),
    }


def turn_one_image(student):
    turned, labels = student.rotate_batch(one_image())
    return {"turned": turned, "labels": labels}


def turn_batches(student):
    images = a_batch()
    turned, labels = student.rotate_batch(images)
    return {
        "turned": turned,
        "labels": labels,
        "labels_are_long": has_dtype(labels, torch.int64),
        "inputs_after": join(images),
        "cube": student.rotate_batch(a_cube())[0],
    }


def turn_other_dtypes(student):
    seen = {}
    for name, images in in_other_dtypes().items():
        seen[name], _ = student.rotate_batch(images)
        seen[f"{name}_stays"] = has_dtype(seen[name], images.dtype)
    return seen
