"""Probes of find_correspondence.

In the second picture each point has a pixel whose descriptor is nearly its own, and one that points the same way and
is longer: a product, or a cosine, takes that one for the best.
"""

import torch
from torch import Tensor

from homework.on_gpu import on_gpu

from .inputs_dense import draw_descriptors, draw_pixels, number
from .inputs_given import look_after, prepare, strided

Case = tuple[Tensor, Tensor, Tensor]


def _plant(case: Case, near: Tensor, longer: Tensor) -> Case:
    """The same pictures with the points' descriptors at these pixels of the second one."""
    desc_a, desc_b, points = case
    wanted = desc_a[:, points[:, 0], points[:, 1]]  # (D, P)
    desc_b[:, longer[:, 0], longer[:, 1]] = 2.5 * wanted
    desc_b[:, near[:, 0], near[:, 1]] = wanted + 0.05 * (wanted.flip(1) + 1)
    return desc_a, desc_b, points


def two_sizes() -> Case:
    """Pictures (3, 3, 5) and (3, 4, 6), three points."""
    case = draw_descriptors(330, 3, 3, 5), draw_descriptors(331, 3, 4, 6), number((0, 4), (2, 1), (1, 3))
    return _plant(case, near=number((3, 1), (0, 5), (2, 4)), longer=number((1, 2), (3, 3), (0, 0)))


def on_two_sizes(student):
    best, heat = student.find_correspondence(*two_sizes())
    return {"best": best, "heat": heat}


def leave_inputs(student):
    given = prepare(*two_sizes(), learn=False)
    best, heat = student.find_correspondence(*given)
    return {"best": best, "heat": heat.detach(), **look_after(given)}


def in_another_order(student):
    """The numbers lie in memory in another order; then the first picture has the same descriptor everywhere."""
    desc_a, desc_b, points = strided(*two_sizes())
    same = desc_a[:, :1, :1].clone().expand(desc_a.shape)
    best, heat = student.find_correspondence(desc_a, desc_b, points)
    best_of_same, heat_of_same = student.find_correspondence(same, desc_b, points)
    return {"best": best, "heat": heat, "best_of_expanded": best_of_same, "heat_of_expanded": heat_of_same}


def four_of_all() -> Case:
    """Pictures (4, 4, 4), four points."""
    case = draw_descriptors(332, 4, 4, 4), draw_descriptors(333, 4, 4, 4), number((0, 3), (2, 1), (3, 2), (1, 0))
    near, longer = number((1, 2), (3, 0), (0, 2), (2, 3)), number((3, 3), (0, 1), (1, 1), (2, 2))
    return _plant(case, near=near, longer=longer)


def on_square_pictures(student):
    """bits: of a number of best, below 0 if it may be broken."""
    best, _ = student.find_correspondence(*four_of_all())
    bits = 8 * best.dtype.itemsize * (-1 if best.is_floating_point() else 1)
    return {"best": best, "bits": float(bits), "dtype": str(best.dtype)}


NAN = -7.0  # in the place of NaN, so that many points are one answer


def with_twins() -> Case:
    """Pictures (8, 9, 7) with descriptors of norm 8 or so, each of them at two or more places of the second picture."""
    desc = 3 * draw_descriptors(342, 8, 9, 7)
    twice = desc[:, :, [0, 1, 2, 3, 2, 1, 0]]
    return desc, twice, torch.cartesian_prod(torch.arange(9), torch.arange(4))


def on_twins(student):
    """What is found, the same at both places; and the least of the heat, far below 0 if some of it is NaN."""
    desc_a, desc_b, points = with_twins()
    best, heat = student.find_correspondence(desc_a, desc_b, points)
    return {"found": desc_b[0, best[:, 0], best[:, 1]], "least": heat.nan_to_num(NAN).min()}


def many_points() -> Case:
    """Pictures (3, 5, 301) and (3, 2, 269), 131 points, of which some are the same."""
    return draw_descriptors(343, 3, 5, 301), draw_descriptors(344, 3, 2, 269), draw_pixels(345, 131, 5, 301)


def on_many_points(student):
    """The heat is told by its mean and by its last column."""
    best, heat = student.find_correspondence(*many_points())
    return {"best": best, "mean": heat.mean(dim=(1, 2)), "heat": heat[:, :, -1]}


def loud_and_quiet() -> dict[str, Case]:
    """Descriptors of hundreds, and of thousandths."""
    desc_a, desc_b, points = two_sizes()
    return {"loud": (300 * desc_a, 300 * desc_b, points), "quiet": (desc_a / 1000, desc_b / 1000, points)}


def on_loud_and_quiet(student):
    values = {}
    for name, case in loud_and_quiet().items():
        values[f"best_of_{name}"], values[f"heat_of_{name}"] = student.find_correspondence(*case)
    return values


def of_all_sizes() -> dict[str, Case]:
    """Descriptors of one number; one point, and a second picture of one row, of one column, and of one pixel."""
    one, desc_a = number((1, 2)), draw_descriptors(334, 3, 2, 3)
    return {
        "one_number_a_pixel": (draw_descriptors(335, 1, 3, 2), draw_descriptors(336, 1, 2, 4), number((2, 1), (0, 0))),
        "one_row": (desc_a, draw_descriptors(337, 3, 1, 4), one),
        "one_column": (desc_a, draw_descriptors(338, 3, 5, 1), one),
        "one_pixel": (desc_a, draw_descriptors(339, 3, 1, 1), one),
    }


def on_other_sizes(student):
    values = {}
    for name, case in of_all_sizes().items():
        values[f"best_of_{name}"], values[f"heat_of_{name}"] = student.find_correspondence(*case)
    return values


def in_float64(student):
    desc_a, desc_b, points = two_sizes()
    best, heat = student.find_correspondence(desc_a.double(), desc_b.double(), points)
    return {"best": best, "heat": heat}


def on_a_gpu(student):
    return on_gpu(student, on_two_sizes)
