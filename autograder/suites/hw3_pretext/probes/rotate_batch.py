"""Probes of rotate_batch: pixels are numbered, so no image looks like another one, or like itself turned."""

import torch
from torch import Tensor

from homework.on_gpu import on_gpu

from .inputs_handed import in_other_memory, look_at
from .inputs_pixels import has_dtype, number_bytes, number_pixels


def one_image() -> Tensor:
    """A single 2 x 2 image, (1, 1, 2, 2): 0 1 above 2 3."""
    return number_pixels(1, 1, 2, 2)


def a_batch() -> Tensor:
    """Images (5, 2, 4, 4)."""
    return number_pixels(5, 2, 4, 4)


def a_cube() -> Tensor:
    """Images (3, 3, 3, 3): as many of them, and of their channels, as rows and columns."""
    return number_pixels(3, 3, 3, 3)


def of_other_kinds() -> dict[str, Tensor]:
    """Float64 with digits that float32 does not keep, uint8, one pixel, and images that lie in memory in other ways."""
    return {
        "float64": number_pixels(2, 3, 2, 2).double() + 1e-9,
        "uint8": number_bytes(2, 3, 4, 4) + 100,
        "one_pixel": number_pixels(1, 1, 1, 1),
        "channels_last": number_pixels(2, 3, 4, 4).contiguous(memory_format=torch.channels_last),
        "scattered_in_memory": in_other_memory(number_pixels(7, 2, 5, 5)),
        "expanded": number_pixels(1, 1, 3, 3).expand(2, 2, 3, 3),
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
        "inputs_after": look_at(images),
        "cube": student.rotate_batch(a_cube())[0],
    }


def turn_other_kinds(student):
    seen = {}
    for name, images in of_other_kinds().items():
        seen[name], _ = student.rotate_batch(images)
        seen[f"{name}_stays"] = has_dtype(seen[name], images.dtype)
    return seen


def on_a_gpu(student):
    return on_gpu(student, turn_batches)
