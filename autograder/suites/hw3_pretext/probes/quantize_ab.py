"""Probes of quantize_ab."""

import torch
from torch import Tensor

from homework.on_gpu import on_gpu

from .inputs_color import diagonal_centers, draw_colors, draw_diagonal, scattered_centers
from .inputs_handed import in_other_memory, look_at


def single_pixels() -> Tensor:
    """Forty images of one pixel, (40, 2, 1, 1): what is where makes no difference."""
    return draw_colors(701, 40, 2, 1, 1)


def wide_images() -> Tensor:
    """Two images of 3 x 4 pixels, a = b: which of the two comes first makes no difference."""
    return draw_diagonal(702, 2, 3, 4)


def narrow_image() -> Tensor:
    """One image of 5 x 2 pixels, a = b."""
    return draw_diagonal(703, 1, 5, 2)


def square_images() -> Tensor:
    """Two images of 2 x 2 pixels, a = b, float64: there is a 2 wherever one looks."""
    return draw_diagonal(704, 2, 2, 2).double()


def halfway() -> tuple[Tensor, Tensor]:
    """A row of three pixels, (1, 2, 1, 3), and two centers; the pixel in the middle is as far from one as the other."""
    return torch.tensor([[-3.0, 0, 5], [-3, 0, 5]])[None, :, None], torch.tensor([[-4.0, -4], [4, 4]])


def classify_pixels(student):
    ab, centers = single_pixels(), scattered_centers()
    return {"classes": student.quantize_ab(ab, centers), "inputs_after": look_at(ab, centers)}


def classify_images(student):
    return {
        "classes_of_wide": student.quantize_ab(wide_images(), diagonal_centers()),
        "classes_of_narrow": student.quantize_ab(narrow_image(), diagonal_centers()),
    }


def classify_square_images(student):
    classes = student.quantize_ab(square_images(), diagonal_centers().double())
    kind = str(classes.dtype) if isinstance(classes, Tensor) else type(classes).__name__
    return {"classes": classes, "kind": kind}


def classify_halfway(student):
    return {"classes": student.quantize_ab(*halfway())}


def fine() -> tuple[Tensor, Tensor]:
    """A row of four pixels (1, 2, 1, 4) between centers that are less than 1 apart; one lies on a center."""
    ab = torch.tensor([[0.45, 0.2, 1.1, 0.8], [0, 0, 0.45, 0]])[None, :, None]
    return ab, torch.tensor([[0.0, 0], [0.8, 0], [1.1, 0.7]])


def many_classes() -> tuple[Tensor, Tensor]:
    """Seven pixels, each near one of 300 centers of a grid, the last ones among them; (1, 2, 7, 1) and (300, 2)."""
    centers = torch.cartesian_prod(torch.arange(20.0), torch.arange(15.0)) * 10 - 95
    near = centers[[299, 256, 255, 128, 127, 40, 0]] + draw_colors(705, 7, 2).clamp(-3, 3)
    return near.T[None, :, :, None].contiguous(), centers


def one_class() -> tuple[Tensor, Tensor]:
    """Two images of one pixel, and a single center."""
    return draw_colors(706, 2, 2, 1, 1), torch.tensor([[300.0, -2]])


def in_other_memories() -> tuple[Tensor, Tensor]:
    """Three images of 5 x 7 pixels, and seven centers; neither lies in one piece of memory."""
    return in_other_memory(draw_colors(707, 3, 2, 5, 7)), in_other_memory(scattered_centers())


CASES = {
    "centers close to each other": fine,
    "300 classes": many_classes,
    "one class": one_class,
    "other memory": in_other_memories,
}


def classify_other_kinds(student):
    return {name: student.quantize_ab(*case()) for name, case in CASES.items()}


def on_a_gpu(student):
    return on_gpu(student, classify_square_images)
