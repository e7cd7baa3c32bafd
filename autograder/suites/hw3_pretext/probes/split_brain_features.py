"""Probes of split_brain_features."""

from torch import Tensor

from .inputs import draw

Pair = tuple[Tensor, Tensor]


def vectors() -> Pair:
    """Features (4, 3) and (4, 2)."""
    return draw(90, 4, 3), draw(91, 4, 2)


def maps() -> Pair:
    """Feature maps (2, 3, 3, 3) and (2, 3, 3, 3): channels and pixels are as many."""
    return draw(92, 2, 3, 3, 3), draw(93, 2, 3, 3, 3)


def unequal_maps() -> Pair:
    """Maps of one image, (1, 1, 2, 3) and (1, 4, 2, 3), in float64."""
    return draw(94, 1, 1, 2, 3).double(), draw(95, 1, 4, 2, 3).double()


def join_vectors(student):
    return {"features": student.split_brain_features(*vectors())}


def join_maps(student):
    return {"features": student.split_brain_features(*maps())}


def join_unequal_maps(student):
    return {"features": student.split_brain_features(*unequal_maps())}
