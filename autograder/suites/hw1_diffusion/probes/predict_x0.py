"""Probes of predict_x0."""

import torch
from torch import Tensor

from homework.on_gpu import on_gpu

from .inputs import draw
from .inputs_diffusion import left_of, long_schedule, scattered, short_schedule

Batch = tuple[Tensor, Tensor, Tensor, Tensor]
FIRST_MIDDLE_LAST = (4, 7, 0)  # of short_schedule's 8, in no order


def small(*shape: int) -> Batch:
    """x_t of this shape, each item at its own t, noise, and alpha_bar (8,); x0 stays well inside [-1, 1]."""
    t = torch.tensor(FIRST_MIDDLE_LAST)[: shape[0]]
    return 0.1 * draw(40, *shape), t, 0.1 * draw(41, *shape), short_schedule()[1]


def clean(*shape: int) -> Batch:
    """x_t of this shape, a third of it outside [-1, 1], and an alpha_bar of 1 throughout: there is no noise in it."""
    return draw(42, *shape), torch.tensor([1, 0, 2])[: shape[0]], draw(43, *shape), torch.ones(3)


def late() -> Batch:
    """Three images (1, 2, 3) at late timesteps, of the last of which nothing is left; alpha_bar (230,)."""
    alpha_bar = torch.cat([long_schedule()[1][:-1], torch.tensor([1e-12])])
    return draw(46, 3, 1, 2, 3), torch.tensor([229, 215, 100]), draw(47, 3, 1, 2, 3), alpha_bar


def predict_three_images(student):
    batch = small(3, 2, 4, 5)
    x0 = student.predict_x0(*batch)
    return {
        "x0": x0,
        **left_of(*batch),
        "x0_of_one": student.predict_x0(*small(1, 2, 4, 5)),
    }


def predict_late_images(student):
    return {"x0": student.predict_x0(*late())}


def predict_clean_images(student):
    return {"x0": student.predict_x0(*clean(3, 2, 4, 5)), "x0_of_one_step": student.predict_x0(*one_step())}


def predict_in_another_layout(student):
    return {"x0": student.predict_x0(*one_image_for_all())}


def one_step() -> Batch:
    """One image, and T = 1."""
    return draw(44, 1, 1, 2, 3), torch.tensor([0]), draw(45, 1, 1, 2, 3), torch.ones(1)


def one_image_for_all() -> Batch:
    """An x_t that stands for three, and its noise in another order of memory; alpha_bar is 1 throughout."""
    x_t, t, noise, alpha_bar = clean(3, 2, 4, 5)
    return x_t[:1].expand(3, -1, -1, -1), t, scattered(noise), alpha_bar


def predict_other_batches(student):
    return {
        "x0_of_points": student.predict_x0(*small(3, 2)),
        "x0_of_equal_sizes": student.predict_x0(*small(3, 3, 3, 3)),
    }


def predict_in_other_dtypes(student):
    x_t, t, noise, alpha_bar = clean(3, 2, 4, 5)
    return {
        "x0_by_float64_alpha_bar": student.predict_x0(x_t, t, noise, alpha_bar.double()),
        "x0_in_float64": student.predict_x0(x_t.double(), t, noise.double(), alpha_bar),
    }


def on_a_gpu(student):
    return on_gpu(student, predict_three_images)
