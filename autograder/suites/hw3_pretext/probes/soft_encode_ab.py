"""Probes of soft_encode_ab."""

import torch
from torch import Tensor

from homework.on_gpu import on_gpu

from .inputs_color import diagonal_centers, draw_colors, draw_diagonal, scattered_centers
from .inputs_handed import in_other_memory, look_at

K, SIGMA = 3, 25.0  # sigma is as wide as the centers lie apart, so that all three nearest ones count


def colors() -> Tensor:
    """Two images of 3 x 4 pixels."""
    return draw_colors(711, 2, 2, 3, 4)


def square_images() -> Tensor:
    """Two images of 2 x 2 pixels, a = b, float64."""
    return draw_diagonal(712, 2, 2, 2).double()


def far_colors() -> tuple[Tensor, Tensor]:
    """A row of three pixels (1, 2, 1, 3) and four centers (4, 2), all in whole numbers.

    The first pixel is 100 from centers 0 and 1, and farther from the others; the second is far from all, and nearest to
    center 2; the third lies on center 3.
    """
    ab = torch.tensor([[0.0, -100, 90], [0, -100, 90]])[None, :, None]
    return ab, torch.tensor([[60.0, 80], [80, -60], [-110, 20], [90, 90]])


def encode(student):
    ab, centers = colors(), scattered_centers()
    code = student.soft_encode_ab(ab, centers, K, SIGMA)
    return {"code": code, "inputs_after": look_at(ab, centers)}


def encode_far_colors(student):
    return {
        "code_of_narrow": student.soft_encode_ab(*far_colors(), 3, 0.5),
        "code": student.soft_encode_ab(*far_colors(), 3, 5.0),
    }


def encode_with_one_class_and_with_all(student):
    """k = 1 and k = Q, float64, one image and two."""
    ab, centers = square_images(), diagonal_centers().double()
    return {
        "code_of_one": student.soft_encode_ab(ab, centers, 1, SIGMA),
        "code_of_all": student.soft_encode_ab(ab[:1], centers, len(centers), 60.0),
    }


def as_near_as_each_other() -> tuple[Tensor, Tensor]:
    """A pixel (1, 2, 1, 1) that is 5 away from four centers and 6.5 from two others, all in exact numbers."""
    centers = [[3.0, 4], [6, 2.5], [-3, 4], [3, -4], [-6, 2.5], [-3, -4]]
    return torch.zeros(1, 2, 1, 1), torch.tensor(centers)


TIED_K = 3, 5  # of the four that are equally near three are taken; then all four, and one of two


def encode_ties(student):
    return {str(k): student.soft_encode_ab(*as_near_as_each_other(), k, 4.0) for k in TIED_K}


def many_classes() -> tuple[Tensor, Tensor]:
    """One pixel (1, 2, 1, 1) near the last of 300 centers of a grid, (300, 2)."""
    centers = torch.cartesian_prod(torch.arange(20.0), torch.arange(15.0)) * 10 - 95
    return (centers[-1] + torch.tensor([1.0, -2.0])).reshape(1, 2, 1, 1), centers


def in_other_memories() -> tuple[Tensor, Tensor]:
    """Three images of 3 x 5 pixels, and seven centers; neither lies in one piece of memory."""
    return in_other_memory(draw_colors(713, 3, 2, 3, 5)), in_other_memory(scattered_centers())


CASES = {"300 classes": (many_classes, 5, 5.0), "other memory": (in_other_memories, 2, 40.0)}


def encode_other_kinds(student):
    return {name: student.soft_encode_ab(*case(), k, sigma) for name, (case, k, sigma) in CASES.items()}


def on_a_gpu(student):
    return on_gpu(student, encode_with_one_class_and_with_all)
