"""Hidden tests of jigsaw_permutations: 8 points. Of several right sets any is taken."""

from typing import Any

import torch
from torch import Tensor

from autograder.suites.assertions import Mismatch, assert_matches, assert_that, points
from autograder.suites.hw3_pretext.equations import jigsaw
from autograder.suites.hw3_pretext.probes import jigsaw_permutations as probes

READ = "Noroozi and Favaro, 2016, algorithm 1; notebook section 3.1"
CONTRACT = "the docstring of jigsaw_permutations; notebook section 3.1"
UNASKED = {
    "special": "it counts, and nothing is differentiated",
    "ties": "which of several furthest ones is added is free",
    "layout": "it takes no tensor",
    "modules": "it takes numbers, and no module",
    "ragged": "no batch comes in",
    "long": "there is no sequence",
    "kinds": "it takes no sequence",
    "empty": "count is 1 at least",
    "device": "it takes no tensor",
}


def _describe(n_tiles: int, count: int) -> str:
    return f"with {n_tiles} tiles and a count of {count},"


def _permutations(values: dict, size: tuple[int, int]) -> Tensor:
    """The set of this size, long, if its rows are permutations; else Mismatch."""
    chosen: Any = values[probes.name(*size)]
    when, n_tiles = _describe(*size), size[0]
    if not isinstance(chosen, Tensor) or chosen.dim() != 2 or chosen.shape[1] != n_tiles or not len(chosen):
        shape = f"tensor of shape {tuple(chosen.shape)}" if isinstance(chosen, Tensor) else type(chosen).__name__
        raise Mismatch(f"{when} the answer is a {shape}, with no permutation of the tiles in each row", "", CONTRACT)
    is_permutation = (chosen.sort(dim=1).values == torch.arange(n_tiles)).all(dim=1)
    saw = f"{when} {int((~is_permutation).sum())} of {len(chosen)} rows are no permutations of 0 ... {n_tiles - 1}"
    think = "which numbers does a row hold, and how often each?"
    assert_that(bool(is_permutation.all()), saw=saw, think=think, read=CONTRACT)
    return chosen.long()


def _assert_complete(values: dict, size: tuple[int, int]) -> None:
    """The set of this size has so many rows, and no two are equal."""
    chosen, when = _permutations(values, size), _describe(*size)
    saw, think = f"{when} the answer has {len(chosen)} rows", "with the first one, how many times is one added?"
    assert_that(len(chosen) == size[1], saw=saw, think=think, read=CONTRACT)
    repeated = len(chosen) - len(chosen.unique(dim=0))
    saw, think = f"{when} {repeated} rows come more than once", "how far is a permutation from itself?"
    assert_that(repeated == 0, saw=saw, think=think, read=CONTRACT)


def _nearly_complete(values: dict, size: tuple[int, int]) -> Tensor:
    """The set of this size; that one is missing or too much is another test's business."""
    chosen = _permutations(values, size)
    saw, think = f"{_describe(*size)} the answer has {len(chosen)} rows", "how many permutations are asked for?"
    assert_that(abs(len(chosen) - size[1]) <= 1 < len(chosen), saw=saw, think=think, read=CONTRACT)
    return chosen


@points(1, asks=("dtypes",))
def test_each_row_is_a_permutation(observed):
    """Each row holds every tile 0 ... n_tiles - 1 once; the answer is a long tensor."""
    values = observed(probes.choose_sets)
    for size in (*probes.FAR, *probes.MORE):
        is_one = len(_permutations(values, size).unique(dim=0)) == 1
        saw, think = f"{_describe(*size)} all rows are the same", "what is a set of one permutation good for?"
        assert_that(not is_one, saw=saw, think=think, read=CONTRACT)
    think = "which type does a tensor need to be an index of tiles?"
    assert_that(values["are_long"] is True, saw="the permutations are not long", think=think, read=CONTRACT)


@points(1, asks=("one", "ends", "options"))
def test_there_are_count_different_ones(observed):
    """There are exactly count rows, and no two are equal, up to all permutations that there are."""
    values, whole = observed(probes.choose_sets), observed(probes.choose_whole_sets)
    for size in (*probes.FAR, *probes.MORE):
        _assert_complete(values, size)
    for size in probes.WHOLE:
        _assert_complete(whole, size)


@points(1)
def test_they_are_as_far_apart_as_published(observed):
    """The two closest of them are at least as far apart as in the published method's set of the same size."""
    values = observed(probes.choose_sets)
    think = "can five orders of five tiles differ from each other in every place?"
    # Whoever follows the docstring gets so far, whichever of several is chosen. n rows that differ everywhere exist and
    # can be gone on with (a Latin rectangle is part of a Latin square); and ten orders of five tiles leave one of 120
    # at distance 3, since 11 are closer to each of them, itself included. The published eleven are at distance 2.
    for size in probes.FAR:
        chosen = _nearly_complete(values, size)
        closest = int(jigsaw.find_nearest(chosen).min())
        published = int(jigsaw.find_nearest(jigsaw.find_published(size[0], len(chosen), chosen[0])).min())
        saw = f"{_describe(*size)} two rows differ in only {closest} places"
        assert_that(closest >= published, saw=saw, think=think, read=READ)


@points(3, asks=("unequal", "odd", "options"))
def test_each_one_is_as_far_as_it_can_be(observed):
    """Each row's smallest distance to the rows above it is the largest that any permutation has."""
    values = observed(probes.choose_sets)
    think = "what of the distances to all that are chosen decides: the smallest one, or their mean, or the last one?"
    for size in probes.MORE:
        chosen = _nearly_complete(values, size)
        nearest, possible = jigsaw.find_nearest(chosen), jigsaw.find_largest_possible(chosen)
        row = int((nearest < possible).long().argmax())
        saw = f"{_describe(*size)} row {row + 1} is at distance {nearest[row]} of one above it; another is further away"
        assert_that(bool((nearest == possible).all()), saw=saw, think=think, read=CONTRACT)


@points(1)
def test_the_first_one_is_drawn_from_all(observed):
    """Over 1200 draws each of the six orders of three tiles comes first about equally often."""
    values = observed(probes.choose_first_ones)
    counts = "the number of draws that give a permutation"
    think = "what does your function return with count 1?"
    assert_matches(counts, values["of_draws"], probes.DRAWS, think=think, read=CONTRACT)
    # An order comes in 1/6 of the draws. A right way to draw leaves 1/12 ... 1/4, for any of the six, with
    # probability 9e-13.
    think = "which permutations can come first, and how probable is each of them?"
    name = "how often each order of three tiles comes first, in sixths of all draws,"
    assert_matches(name, values["sixths"], torch.ones(6), think=think, read=CONTRACT)


@points(1, asks=("inputs", "again"))
def test_the_generator_is_the_only_randomness(observed):
    """The set follows from rng alone, changes with its seed, and global generators are left as they are."""
    for size in probes.FAR:
        _permutations(observed(probes.choose_sets), size)  # who chooses nothing needs no generator
    values = observed(probes.choose_again)
    think = "from which generator does each of your random numbers come?"
    # Twelve seeds begin with the same of 120 permutations with probability 1e-23.
    complaints = {
        "seeds_differ": "generators with twelve different seeds give the same set",
        "same_seed_agrees": "two generators with the same seed give different sets",
        "torch_untouched": "torch's global generator has moved",
        "numpy_untouched": "numpy's global generator has moved",
        "python_untouched": "the global generator of the module random has moved",
    }
    for name, saw in complaints.items():
        assert_that(values[name] is True, saw=saw, think=think, read=CONTRACT)
