"""Probes of predict_x0."""

import torch
from torch import Tensor

from .inputs import draw, join, short_schedule

Batch = tuple[Tensor, Tensor, Tensor, Tensor]
FIRST_MIDDLE_LAST = (4, 7, 0)  # of short_schedule's 8, in no order


def small(*shape: int) -> Batch:
    """x_t of this shape, each item at its own t, noise, and alpha_bar (8,); x0 stays well inside [-1, 1]."""
    t = torch.tensor(FIRST_MIDDLE_LAST)[: shape[0]]
    return 0.1 * draw(40, *shape), t, 0.1 * draw(41, *shape), short_schedule()[1]


def clean(*shape: int) -> Batch:
    """x_t of this shape, a third of it outside [-1, 1], and an alpha_bar of 1 throughout: there is no noise in it."""
    return draw(42, *shape), torch.tensor([1, 0, 2])[: shape[0]], draw(43, *shape), torch.ones(3)


def predict_three_images(student):
    batch = small(3, 2, 4, 5)
    x0 = student.predict_x0(*batch)
    return {
        "x0": x0,
        "inputs_after": join(batch),
        "x0_of_one": student.predict_x0(*small(1, 2, 4, 5)),
        "x0_of_clean": student.predict_x0(*clean(3, 2, 4, 5)),
    }


def one_step() -> Batch:
    """One image, and T = 1."""
    return draw(44, 1, 1, 2, 3), torch.tensor([0]), draw(45, 1, 1, 2, 3), torch.ones(1)


def predict_other_batches(student):
    x_t, t, noise, alpha_bar = clean(3, 2, 4, 5)
    return {
        "x0_of_points": student.predict_x0(*small(3, 2)),
        "x0_of_equal_sizes": student.predict_x0(*small(3, 3, 3, 3)),
        "x0_of_one_step": student.predict_x0(*one_step()),
        "x0_by_float64_alpha_bar": student.predict_x0(x_t, t, noise, alpha_bar.double()),
        "x0_in_float64": student.predict_x0(x_t.double(), t, noise.double(), alpha_bar),
    }
