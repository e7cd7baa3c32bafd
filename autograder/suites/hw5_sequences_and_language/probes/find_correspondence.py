"""Probes of find_correspondence.

In the second picture each point has a pixel whose descriptor is nearly its own, and one that points the same way and
is longer: a product, or a cosine, takes that one for the best.
"""

from torch import Tensor

from .inputs_dense import draw_descriptors, number
from .inputs_language import join

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
    case = two_sizes()
    best, heat = student.find_correspondence(*case)
    return {"best": best, "heat": heat, "inputs_after": join(*case)}


def four_of_all() -> Case:
    """Pictures (4, 4, 4), four points."""
    case = draw_descriptors(332, 4, 4, 4), draw_descriptors(333, 4, 4, 4), number((0, 3), (2, 1), (3, 2), (1, 0))
    near, longer = number((1, 2), (3, 0), (0, 2), (2, 3)), number((3, 3), (0, 1), (1, 1), (2, 2))
    return _plant(case, near=near, longer=longer)


def on_square_pictures(student):
    best, _ = student.find_correspondence(*four_of_all())
    return {"best": best}


def on_itself(student):
    """A picture searched for its own points."""
    desc_a, _, points = four_of_all()
    best, heat = student.find_correspondence(desc_a, desc_a.clone(), points)
    return {"best": best, "heat": heat}


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
    desc_a, desc_b, points = two_sizes()
    values["best_in_float64"], values["heat_in_float64"] = student.find_correspondence(
        desc_a.double(), desc_b.double(), points
    )
    return values
