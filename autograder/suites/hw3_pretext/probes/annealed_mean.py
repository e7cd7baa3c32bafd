"""Probes of annealed_mean."""

import torch
from torch import Tensor

from .inputs import draw
from .inputs_colour import diagonal_centers, join, scattered_centers

SHARP, BLUNT, LOWEST = 0.3, 3.0, 0.005


def logits() -> Tensor:
    """Two images of 3 x 4 pixels, seven classes, (2, 7, 3, 4)."""
    return 1.5 * draw(741, 2, 7, 3, 4)


def diagonal_logits() -> Tensor:
    """One image of 3 x 4 pixels, a logit for each of the centers with a = b, (1, 6, 3, 4)."""
    return 1.5 * draw(743, 1, 6, 3, 4)


def two_centers() -> Tensor:
    """A green and a purple, (2, 2), float64."""
    return torch.tensor([[-60.0, 50], [70, -30]], dtype=torch.float64)


def square_images() -> Tensor:
    """Two images of 2 x 2 pixels, two classes, float64: there is a 2 wherever one looks."""
    return 2 * draw(742, 2, 2, 2, 2).double()


def certain_logits() -> Tensor:
    """A row of three pixels (1, 6, 1, 3), in which one class leads by 1/2 at least.

    In the first pixel no class is much more probable than others; in the last one all logits are low.
    """
    rows = [[0.5, 1, 0.25, 0.5, 0, 0.25], [9, 1, 3, 7, -5, 2], [-30, -24, -40, -28, -26, -20]]
    return torch.tensor(rows).T[None, :, None].contiguous()


def average(student):
    given = logits(), scattered_centers()
    return {"ab": student.annealed_mean(*given, 1.0), "inputs_after": join(*given)}


def anneal(student):
    return {
        "ab_when_sharp": student.annealed_mean(diagonal_logits(), diagonal_centers(), SHARP),
        "ab_when_blunt": student.annealed_mean(diagonal_logits(), diagonal_centers(), BLUNT),
    }


def anneal_to_the_end(student):
    return {"ab": student.annealed_mean(certain_logits(), diagonal_centers(), LOWEST)}


def average_square_images(student):
    """Two of them, then one alone."""
    return {
        "ab": student.annealed_mean(square_images(), two_centers(), 1.0),
        "ab_of_one": student.annealed_mean(square_images()[:1], two_centers(), 1.0),
    }
