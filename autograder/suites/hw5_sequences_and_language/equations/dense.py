"""Dense Object Nets (Florence, Manuelli and Tedrake, 2018) in float64, pair by pair and pixel by pixel."""

from typing import Any

import torch
from torch import Tensor, autograd


def find_distance(one: Tensor, other: Tensor) -> Tensor:
    """Euclidean distance of two descriptors (D,), 0-d; where they are equal, 0 without a gradient."""
    square = (one.double() - other.double()).square().sum()
    return square.sqrt() if square > 0 else torch.zeros_like(square)


def _find_distances(desc_a: Tensor, desc_b: Tensor, pairs: Tensor) -> list[Tensor]:
    return [find_distance(desc_a[:, ra, ca], desc_b[:, rb, cb]) for ra, ca, rb, cb in pairs.tolist()]


def find_match_cost(desc_a: Tensor, desc_b: Tensor, matches: Tensor) -> Tensor:
    """Mean squared distance of the matches (eq. 1), 0-d."""
    return torch.stack([d**2 for d in _find_distances(desc_a, desc_b, matches)]).mean()


def find_non_match_cost(desc_a: Tensor, desc_b: Tensor, non_matches: Tensor, margin: float) -> Tensor:
    """Mean of (margin - d)² over the non-matches that are closer than the margin (eq. 2, section 3.2), 0-d."""
    costs = [(margin - d) ** 2 for d in _find_distances(desc_a, desc_b, non_matches) if d < margin]
    return torch.stack(costs).mean() if costs else torch.zeros((), dtype=torch.float64)


def find_pixel_loss(desc_a: Tensor, desc_b: Tensor, matches: Tensor, non_matches: Tensor, margin: float) -> Tensor:
    """The sum of both, 0-d."""
    return find_match_cost(desc_a, desc_b, matches) + find_non_match_cost(desc_a, desc_b, non_matches, margin)


def find_pixel_gradients(desc_a: Tensor, desc_b: Tensor, *pairs: Any) -> tuple[Tensor, ...]:
    """Gradients of the loss with respect to both pictures' descriptors, float64."""
    of_a, of_b = (descriptors.detach().double().requires_grad_() for descriptors in (desc_a, desc_b))
    return autograd.grad(find_pixel_loss(of_a, of_b, *pairs), (of_a, of_b))


def find_heat(desc_a: Tensor, desc_b: Tensor, points: Tensor) -> Tensor:
    """(P, H', W'): distance of each point's descriptor and that of each pixel of the second picture."""
    _, height, width = desc_b.shape
    places = [(row, column) for row in range(height) for column in range(width)]
    distances = [
        find_distance(desc_a[:, r, c], desc_b[:, row, column]) for r, c in points.tolist() for row, column in places
    ]
    return torch.stack(distances).reshape(len(points), height, width)


def find_best(desc_a: Tensor, desc_b: Tensor, points: Tensor) -> Tensor:
    """(P, 2): row and column of the pixel where the heat is lowest."""
    lowest = [(heat == heat.min()).nonzero()[0] for heat in find_heat(desc_a, desc_b, points)]
    return torch.stack(lowest)
