"""Probes of jigsaw_permutations: sets of several sizes, as they are; which one of several right sets is free."""

import random

import numpy as np
import torch

from .inputs import generator
from .inputs_pixels import has_dtype

FAR = ((3, 3), (4, 4), (5, 5), (6, 6), (5, 11))  # (n_tiles, count)
MORE = ((4, 9), (5, 6), (5, 30), (6, 14))
WHOLE = ((2, 1), (2, 2), (3, 6), (4, 24))
DRAWS = 1200


def name(n_tiles: int, count: int) -> str:
    return f"{count}_of_{n_tiles}"


def seed_global_generators() -> None:
    """So that who draws from them, which is a mistake, gives the same answer each time."""
    torch.manual_seed(0)
    np.random.seed(0)
    random.seed(0)


def choose(student, sizes: tuple[tuple[int, int], ...], seed: int) -> dict:
    seed_global_generators()
    rng = generator(seed)
    return {name(*size): student.jigsaw_permutations(*size, rng) for size in sizes}


def choose_sets(student):
    sets = choose(student, (*FAR, *MORE), 3400)
    return {**sets, "are_long": all(has_dtype(chosen, torch.int64) for chosen in sets.values())}


def choose_whole_sets(student):
    return choose(student, WHOLE, 3401)


def choose_first_ones(student):
    """How often each of the six orders of three tiles is chosen when only one is, rounded to sixths of all draws.

    So coarse that chance does not show. The six are told apart by where tile 0 and tile 1 are.
    """
    seed_global_generators()
    rng = generator(3402)
    drawn = torch.cat([student.jigsaw_permutations(3, 1, rng) for _ in range(DRAWS)])  # (DRAWS, 3)
    counts = torch.bincount((3 * drawn[:, 0] + drawn[:, 1]).long(), minlength=9)[[1, 2, 3, 5, 6, 7]]
    return {"sixths": (counts * 6 / DRAWS).round(), "of_draws": int(counts.sum())}


def choose_again(student):
    """Whether sets change with the generator, and only with it, and what became of the global generators."""
    seed_global_generators()
    before = torch.get_rng_state(), np.random.get_state(), random.getstate()
    sets = [student.jigsaw_permutations(5, 8, generator(seed)).tolist() for seed in (*range(3403, 3415), 3403)]
    return {
        "same_seed_agrees": sets[0] == sets[-1],
        "seeds_differ": any(other != sets[0] for other in sets),
        "torch_untouched": torch.equal(before[0], torch.get_rng_state()),
        "numpy_untouched": str(before[1]) == str(np.random.get_state()),
        "python_untouched": before[2] == random.getstate(),
    }
