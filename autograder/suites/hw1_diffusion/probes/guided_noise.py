"""Probes of guided_noise."""

from torch import Tensor

from homework.on_gpu import on_gpu

from .inputs import draw
from .inputs_diffusion import left_of, scattered

W = 2.5

Guesses = tuple[Tensor, Tensor]


def two_guesses() -> Guesses:
    """With and without the condition, (3, 5, 4, 6) each."""
    return draw(350, 3, 5, 4, 6), draw(351, 3, 5, 4, 6)


def guide(student):
    guesses = two_guesses()
    guided = student.guided_noise(*guesses, W)
    return {
        "guided": guided,
        **left_of(*guesses),
        "at_w_0": student.guided_noise(*two_guesses(), 0.0),
        "at_w_minus_1": student.guided_noise(*two_guesses(), -1.0),
        "at_w_minus_3": student.guided_noise(*two_guesses(), -3.0),
    }


def point() -> Guesses:
    """One point in three dimensions."""
    return draw(352, 1, 3), draw(353, 1, 3)


def equal_guesses() -> Guesses:
    """The same guess with the condition and without."""
    return draw(354, 4, 4), draw(354, 4, 4)


def large() -> Guesses:
    """Guesses far beyond what noise is, (2, 1, 1, 2)."""
    return 1e4 * draw(355, 2, 1, 1, 2), 1e4 * draw(356, 2, 1, 1, 2)


def one_for_all() -> Guesses:
    """A guess without the condition that stands for two, and one with it in another order of memory."""
    cond, uncond = draw(357, 2, 3, 2, 2), draw(358, 1, 3, 2, 2)
    return scattered(cond), uncond.expand(2, -1, -1, -1)


def guide_points(student):
    cond, uncond = point()
    return {
        "guided": student.guided_noise(cond.clone(), uncond.clone(), 0.5),
        "guided_equal": student.guided_noise(*equal_guesses(), 4.0),
    }


def guide_large_numbers(student):
    return {"guided_large": student.guided_noise(*large(), 40.0)}


def guide_in_float64(student):
    cond, uncond = point()
    return {"guided_float64": student.guided_noise(cond.double(), uncond.double(), 7)}


def guide_in_another_layout(student):
    return {"guided_one_for_all": student.guided_noise(*one_for_all(), 1.5)}


def on_a_gpu(student):
    return on_gpu(student, guide)
