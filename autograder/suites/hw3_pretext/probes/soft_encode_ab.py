"""Probes of soft_encode_ab."""

import torch
from torch import Tensor

from .inputs_colour import diagonal_centers, draw_colours, draw_diagonal, join, scattered_centers

K, SIGMA = 3, 25.0  # sigma is as wide as the centers lie apart, so that all three nearest ones count


def colours() -> Tensor:
    """Two images of 3 x 4 pixels."""
    return draw_colours(711, 2, 2, 3, 4)


def square_images() -> Tensor:
    """Two images of 2 x 2 pixels, a = b, float64."""
    return draw_diagonal(712, 2, 2, 2).double()


def far_colours() -> tuple[Tensor, Tensor]:
    """A row of three pixels (1, 2, 1, 3) and four centers (4, 2), all in whole numbers.

    The first pixel is 100 from centers 0 and 1, and farther from the others; the second is far from all, and nearest to
    center 2; the third lies on center 3.
    """
    ab = torch.tensor([[0.0, -100, 90], [0, -100, 90]])[None, :, None]
    return ab, torch.tensor([[60.0, 80], [80, -60], [-110, 20], [90, 90]])


def encode(student):
    ab, centers = colours(), scattered_centers()
    code = student.soft_encode_ab(ab, centers, K, SIGMA)
    return {"code": code, "inputs_after": join(ab, centers)}


def encode_far_colours(student):
    return {
        "code_of_narrow": student.soft_encode_ab(*far_colours(), 3, 0.5),
        "code": student.soft_encode_ab(*far_colours(), 3, 5.0),
    }


def encode_with_one_class_and_with_all(student):
    """k = 1 and k = Q, float64, one image and two."""
    ab, centers = square_images(), diagonal_centers().double()
    return {
        "code_of_one": student.soft_encode_ab(ab, centers, 1, SIGMA),
        "code_of_all": student.soft_encode_ab(ab[:1], centers, len(centers), 60.0),
    }
