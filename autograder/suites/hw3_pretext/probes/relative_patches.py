"""Probes of relative_patches: pixels are numbered, so each patch tells where it was cut out."""

from copy import deepcopy
from dataclasses import dataclass, replace

import torch
from torch import Tensor

from homework.on_gpu import on_gpu

from .inputs_handed import in_other_memory, look_at
from .inputs_pixels import has_dtype, number_bytes, number_pixels


@dataclass(frozen=True)
class Cut:
    """The arguments of one call."""

    images: Tensor
    positions: Tensor
    patch: int
    gap: int
    jitter: Tensor


def every_cell() -> Cut:
    """Eight images (8, 3, 28, 36) and the eight cells in no order; patches side by side, no jitter.

    The images have room: also with a gap counted twice, or a middle that is off, patches lie inside.
    """
    cells = [[2, 1], [0, 2], [1, 0], [0, 0], [2, 2], [1, 2], [0, 1], [2, 0]]
    return Cut(number_pixels(8, 3, 28, 36), torch.tensor(cells), 4, 0, torch.zeros(8, 2, dtype=torch.long))


def with_gap() -> Cut:
    """The same, with a gap of three pixels."""
    return replace(every_cell(), gap=3)


def with_jitter() -> Cut:
    """The same, with gap and jitter: up and down, left and right, by different numbers of pixels."""
    jitter = [[1, -2], [2, 2], [-1, 3], [1, 0], [-2, -3], [1, 1], [0, -1], [-1, 4]]
    return replace(with_gap(), jitter=torch.tensor(jitter))


def even_rest() -> Cut:
    """Images of 21 x 27 pixels and patches of 5: as many pixels above the middle as below."""
    cut = every_cell()
    return replace(cut, images=number_pixels(8, 1, 21, 27), patch=5)


def odd_rest() -> Cut:
    """Images of 22 x 28 pixels and patches of 5: one pixel more on one side than on the other."""
    return replace(even_rest(), images=number_pixels(8, 1, 22, 28))


def other_odd_rest() -> Cut:
    """Images of 21 x 27 pixels and patches of 4."""
    return replace(even_rest(), patch=4)


def scattered(cut: Cut) -> Cut:
    """The last three images of it, and none of its tensors in one piece of memory."""
    images, positions, jitter = (in_other_memory(each[5:]) for each in (cut.images, cut.positions, cut.jitter))
    return replace(cut, images=images, positions=positions, jitter=jitter)


def of_other_kinds() -> dict[str, Cut]:
    """One image with one channel, patches of one pixel, float64, uint8, and tensors not in one piece of memory."""
    one = Cut(number_pixels(1, 1, 9, 11), torch.tensor([[2, 0]]), 3, 0, torch.tensor([[-1, 1]]))
    two = Cut(number_bytes(2, 2, 7, 9), torch.tensor([[0, 1], [1, 2]]), 2, 0, torch.tensor([[0, 1], [-1, 0]]))
    return {
        "one_image": one,
        "one_pixel": replace(one, patch=1, gap=1),
        "float64": replace(two, images=two.images.double() + 1e-9),
        "uint8": two,
        "scattered_in_memory": scattered(with_jitter()),
    }


def call(student, cut: Cut) -> tuple:
    return student.relative_patches(cut.images, cut.positions, cut.patch, cut.gap, cut.jitter)


def cut_every_cell(student):
    cut = with_jitter()
    centers, neighbors, labels = call(student, cut)
    bare_centers, bare_neighbors, _ = call(student, every_cell())
    return {
        "labels": labels,
        "labels_are_long": has_dtype(labels, torch.int64),
        "centers": bare_centers,
        "neighbors": bare_neighbors,
        "neighbors_with_gap": call(student, with_gap())[1],
        "centers_with_jitter": centers,
        "neighbors_with_jitter": neighbors,
        "even_centers": call(student, even_rest())[0],
        "odd_centers": call(student, odd_rest())[0],
        "other_odd_centers": call(student, other_odd_rest())[0],
    }


def cut_other_kinds(student):
    seen = {}
    for name, cut in of_other_kinds().items():
        given = deepcopy(cut)
        seen[f"{name}_centers"], seen[f"{name}_neighbors"], seen[f"{name}_labels"] = call(student, given)
        seen[f"{name}_stays"] = has_dtype(seen[f"{name}_neighbors"], cut.images.dtype)
        seen[f"{name}_after"] = look_at(given.images, given.positions, given.jitter)
    return seen


def cut_with_jitter(student):
    centers, neighbors, labels = call(student, with_jitter())
    return {"centers": centers, "neighbors": neighbors, "labels": labels}


def on_a_gpu(student):
    return on_gpu(student, cut_with_jitter)
