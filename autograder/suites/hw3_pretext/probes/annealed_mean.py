"""Probes of annealed_mean."""

import torch
from torch import Tensor

from homework.on_gpu import on_gpu

from .inputs import draw
from .inputs_color import diagonal_centers, scattered_centers
from .inputs_handed import in_other_memory, look_at

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
    return {"ab": student.annealed_mean(*given, 1.0), "inputs_after": look_at(*given)}


def anneal(student):
    given = diagonal_logits(), diagonal_centers()
    sharp = student.annealed_mean(*given, SHARP)
    return {
        "ab_when_sharp": sharp,
        "inputs_after": look_at(*given),
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


def even_logits() -> Tensor:
    """One image of one row of three pixels, (1, 6, 1, 3): all alike; two lead together; all of several thousand."""
    rows = [[0.0] * 6, [2, 5, 1, 5, -3, 0], [4000, 3999, 4000.5, 4000, 3998, 4000]]
    return torch.tensor(rows).T[None, :, None].contiguous()


def many_logits() -> tuple[Tensor, Tensor]:
    """Three images of 5 x 2 pixels and thirteen classes, neither tensor in one piece of memory."""
    return in_other_memory(draw(744, 3, 13, 5, 2)), in_other_memory(50 * draw(745, 13, 2))


def average_other_kinds(student):
    return {
        "ab_of_even": student.annealed_mean(even_logits(), diagonal_centers(), 1.0),
        "ab_of_even_when_sharp": student.annealed_mean(even_logits()[..., :2], diagonal_centers(), LOWEST),
        "ab_of_many": student.annealed_mean(*many_logits(), 0.6),
    }


def on_a_gpu(student):
    return on_gpu(student, average)
