"""Probes of truncate_noise. A number of 1.5 lies on the threshold, and is fine."""

import torch
from torch import Tensor

from homework.on_gpu import on_gpu

from .inputs import join
from .inputs_game import find_flags

THRESHOLD = 1.5
OTHER_THRESHOLDS = {"small": 0.25, "large": 10}


def three_redraws() -> tuple[Tensor, Tensor]:
    """Noise (6, 4) and redraws (3, 6, 4); in a column all first draws are of one kind.

    Column 0 is too large, column 1 too far below 0; their redraws are fine at once, later, or never. Columns 2 and 3
    are fine, whether their redraws are or not.
    """
    noise = [
        [2.0, -2.1, 0.3, -0.9],
        [1.75, -1.8, 1.5, 0.4],
        [2.5, -3.0, -1.2, 1.1],
        [1.9, -1.6, 0.75, -1.5],
        [3.25, -2.75, -0.1, 0.6],
        [2.2, -2.4, 1.3, -0.7],
    ]
    first = [
        [0.5, -0.2, 1.0, 0.2],
        [-1.4, 0.9, 2.6, -0.8],
        [1.7, -1.9, 0.1, -2.3],
        [-2.2, 2.8, -0.6, 1.9],
        [2.4, 1.6, 0.55, -0.35],
        [-1.85, -2.05, -3.1, 0.95],
    ]
    second = [
        [-0.4, 1.2, 0.65, -1.0],
        [1.9, -0.7, -0.25, 2.2],
        [0.8, -1.1, 1.4, 0.15],
        [0.25, 1.35, -1.7, -0.45],
        [-2.6, 2.1, 0.35, 1.45],
        [1.95, -1.65, 0.85, -2.9],
    ]
    third = [
        [1.1, -2.5, -0.5, 0.7],
        [0.6, 0.05, 1.25, -0.3],
        [-0.95, 0.45, -2.0, 1.6],
        [-1.3, -0.15, 0.9, 0.1],
        [-1.8, -3.3, -1.05, -1.25],
        [2.7, 1.7, 0.2, 1.15],
    ]
    return torch.tensor(noise), torch.tensor([first, second, third])


def no_redraws() -> tuple[Tensor, Tensor]:
    """Noise (2, 3), and no redraws: (0, 2, 3)."""
    return torch.tensor([[2.0, -0.5, 1.25], [-1.75, 0.75, -3.0]]), torch.zeros(0, 2, 3)


def one_redraw() -> tuple[Tensor, Tensor]:
    """One vector (1, 5) and one redraw (1, 1, 5), float64."""
    noise = torch.tensor([[0.2, 1.8, -1.1, 2.6, 1.4]], dtype=torch.float64)
    return noise, torch.tensor([[[1.3, -0.6, 0.4, 0.7, -0.1]]], dtype=torch.float64)


def call(student, noise: Tensor, redraws: Tensor) -> dict[str, Tensor]:
    torch.manual_seed(0)  # so that who draws numbers of their own can be told
    truncated = student.truncate_noise(noise, THRESHOLD, redraws)
    return {"truncated": truncated, "inputs_after": join(noise, redraws), "flags_after": find_flags(noise, redraws)}


def truncate(student):
    return call(student, *three_redraws())


def truncate_without_redraws(student):
    return call(student, *no_redraws())


def truncate_one_vector(student):
    return call(student, *one_redraw())


def truncate_at_other_thresholds(student):
    """At a threshold of 1/4, and at one that nothing is above."""
    noise, redraws = three_redraws()
    return {name: student.truncate_noise(noise, threshold, redraws) for name, threshold in OTHER_THRESHOLDS.items()}


def truncate_on_a_gpu(student):
    return on_gpu(student, truncate)
