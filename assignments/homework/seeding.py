"""Global random numbers that begin alike: code that draws some of its own has one result all the same."""

import random
from itertools import count

import numpy as np
import torch

_make_generator = np.random.default_rng
_APART = 987_654_321  # from the small seeds that people write themselves


def seed_all(seed: int) -> None:
    """Seed Python, NumPy and torch; NumPy generators without a seed differ from each other, but not from run to run."""
    random.seed(seed)
    np.random.seed(seed)
    torch.manual_seed(seed)
    own = count(seed + _APART)
    np.random.default_rng = lambda given=None: _make_generator(next(own) if given is None else given)  # type: ignore[assignment]
