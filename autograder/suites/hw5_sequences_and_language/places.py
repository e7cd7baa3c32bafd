"""How far answers lie from the right places; the grader made the pictures itself, so that it knows these."""

import torch
from torch import Tensor

from homework.correspondences import Pairs


def measure_errors(pairs: Pairs, points: Tensor, found: Tensor) -> Tensor:
    """Distances in pixels between the true places of points and the answers: (B, P, 2) twice -> (B, P)."""
    places = torch.stack([pairs.partners(pair, asked) for pair, asked in enumerate(points)])
    return (found - places).norm(dim=2)
