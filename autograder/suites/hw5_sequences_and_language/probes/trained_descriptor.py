"""Probe of the handed-in descriptor network: our evaluator stands in the place of a student's definitions."""

from functools import cache

import torch
from torch import Tensor

from homework.correspondences import Pairs, make_pairs

from .inputs import shifted

SEED = 33_017  # none of the notebook's
PAIRS, POINTS = 100, 20


@cache
def draw_questions() -> tuple[Pairs, Tensor]:
    """New pairs of pictures, and row and column of points to be found again: long, shape (PAIRS, POINTS, 2).

    The test calls it too: it knows where the points are, and the evaluator is not told.
    """
    rng = torch.Generator().manual_seed(shifted(SEED))
    pairs = make_pairs(PAIRS, rng)
    return pairs, torch.stack([pairs.draw_matches(pair, POINTS, rng)[:, :2] for pair in range(PAIRS)])


def evaluate(student):
    pairs, points = draw_questions()
    return student.evaluate(student.files, pairs.first, pairs.second, points)
