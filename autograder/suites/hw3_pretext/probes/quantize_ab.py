"""Probes of quantize_ab."""

import torch
from torch import Tensor

from .inputs_colour import diagonal_centers, draw_colours, draw_diagonal, join, scattered_centers


def single_pixels() -> Tensor:
    """Forty images of one pixel, (40, 2, 1, 1): what is where makes no difference."""
    return draw_colours(701, 40, 2, 1, 1)


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
    return {"classes": student.quantize_ab(ab, centers), "inputs_after": join(ab, centers)}


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
