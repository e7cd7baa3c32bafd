"""Probes of guided_noise."""

from torch import Tensor

from .inputs import draw, join

W = 2.5


def two_guesses() -> tuple[Tensor, Tensor]:
    """With and without the condition, (3, 2, 4, 5) each."""
    return draw(350, 3, 2, 4, 5), draw(351, 3, 2, 4, 5)


def guide(student):
    guesses = two_guesses()
    return {
        "guided": student.guided_noise(*guesses, W),
        "inputs_after": join(guesses),
        "at_w_0": student.guided_noise(*two_guesses(), 0.0),
        "at_w_minus_1": student.guided_noise(*two_guesses(), -1.0),
    }


def points() -> tuple[Tensor, Tensor]:
    """One point in three dimensions."""
    return draw(352, 1, 3), draw(353, 1, 3)


def guide_points(student):
    cond, uncond = points()
    return {
        "guided": student.guided_noise(cond.clone(), uncond.clone(), 0.5),
        "guided_float64": student.guided_noise(cond.double(), uncond.double(), 7),
    }
