"""Hidden tests of shuffle_tiles: 8 points."""

from dataclasses import astuple
from typing import Any

import torch
from torch import Tensor

from autograder.suites.assertions import Mismatch, assert_matches, assert_stays_on_device, assert_that, points
from autograder.suites.hw3_pretext.equations.jigsaw import find_tiles, sort_tiles
from autograder.suites.hw3_pretext.equations.pixels import are_distinct
from autograder.suites.hw3_pretext.handed import assert_left_alone
from autograder.suites.hw3_pretext.probes import shuffle_tiles as probes

READ = "Noroozi and Favaro, 2016, section 3; notebook section 3.2"
CONTRACT = "the docstring of shuffle_tiles; notebook section 3.2"
EXACT = {
    "rtol": 0,
    "atol": 0,
}  # pixels only move; the last digits of float64 tell whether they went through float32
UNASKED = {
    "modules": "it takes tensors, and no module",
    "again": "it has no state",
    "ragged": "one batch comes in",
    "long": "there is no sequence",
    "kinds": "it takes no sequence",
    "empty": "an empty batch need not work",
    "ends": "pixels are moved, and nothing is computed of them",
    "special": "pixels are moved, and nothing is computed of them",
    "ties": "nothing is ordered or chosen",
}


def _tiles(result: Any) -> Tensor:
    """Nine tiles an image, whole or not, in which every pixel of the four images stands once."""
    if not are_distinct(result, probes.in_order().images.numel()) or result.shape[:2] != (4, 9):
        shape = f"of shape {tuple(result.shape)}" if isinstance(result, Tensor) else type(result).__name__
        saw = f"the result, {shape}, does not hold nine tiles of each of four images, with every pixel once"
        raise Mismatch(saw, "", CONTRACT)
    return result


def _reordered(tiles: Tensor, puzzle: probes.Puzzle) -> Tensor:
    """What should come of the student's own tiles 0, 1, 2, … in this puzzle's orders."""
    orders = [puzzle.permutations[index] for index in puzzle.choice.tolist()]
    return torch.stack([own[order] for own, order in zip(tiles, orders, strict=True)])


@points(1, asks=("unequal",))
def test_tiles_come_out_whole(observed):
    """Each tile is a piece of its image, with its rows, columns and channels where they were, in whatever order."""
    actual, expected = observed(probes.shuffle_nine_tiles)["in_order"], find_tiles(*astuple(probes.in_order()))
    if isinstance(actual, Tensor) and actual.shape == expected.shape:
        actual = sort_tiles(actual)
    think = "which parts of H and W tell the tile, which the pixel in it, and which dimensions stand side by side?"
    # The tiles of a numbered image are in the order of their smallest number when they are in their own order.
    assert_matches("the batch of tiles, put in order,", actual, expected, think=think, read=READ, **EXACT)


@points(1, asks=("unequal",))
def test_tiles_are_numbered_row_by_row(observed):
    """With the order 0 1 2 … place 1 holds the tile to the right of the first one."""
    tiles = observed(probes.shuffle_nine_tiles)["in_order"]
    think = "where in the image lies tile 1, and where tile 3?"
    expected = find_tiles(*astuple(probes.in_order()))
    assert_matches("the puzzle in the order 0 1 2 …", tiles, expected, think=think, read=CONTRACT, **EXACT)


@points(2)
def test_place_j_holds_tile_p_j(observed):
    """With the permutation p, place j of the result holds tile p[j]: compared with your own tiles in order."""
    values = observed(probes.shuffle_nine_tiles)
    tiles = _tiles(values["in_order"])
    puzzle = probes.in_one_other_order()
    think = "p[0] is 4: does tile 4 come to place 0, or tile 0 to place 4?"
    name = "the puzzle of your tiles in another order"
    assert_matches(name, values["in_one_other_order"], _reordered(tiles, puzzle), think=think, read=CONTRACT, **EXACT)


@points(1)
def test_each_image_has_its_own_order(observed):
    """Image b is shuffled by permutation number choice[b], which is its label."""
    values = observed(probes.shuffle_nine_tiles)
    tiles = _tiles(values["in_order"])
    think = "which row of permutations does image 1 get?"
    expected = _reordered(tiles, probes.in_own_orders())
    name = "the puzzle of your tiles in each image's order"
    assert_matches(name, values["in_own_orders"], expected, think=think, read=CONTRACT, **EXACT)


@points(1, asks=("one", "odd", "options", "dtypes", "layout"))
def test_other_sizes_and_dtypes_work(observed):
    """One tile, four and sixteen, one image, tiles of one pixel, other memory, float64, uint8 work; the dtype stays."""
    values = observed(probes.shuffle_other_kinds)
    think = "does a size of 1 or an equal size meet a squeeze, a broadcast or a dim that you did not mean?"
    for name, puzzle in probes.of_other_kinds().items():
        what = f"the result ({name.replace('_', ' ')})"
        expected = find_tiles(*astuple(puzzle))
        assert_matches(what, values[name], expected, think=think, read=CONTRACT, **EXACT)
        saw = f"{what} comes back in another dtype"
        assert_that(values[f"{name}_stays"] is True, saw=saw, think="which dtype came in?", read=CONTRACT)


@points(1, asks=("inputs",))
def test_inputs_are_left_unchanged(observed):
    """images, permutations and choice are the same after the call as before it."""
    values, puzzle = observed(probes.shuffle_nine_tiles), probes.in_own_orders()
    _tiles(values["in_own_orders"])
    assert_left_alone(values["inputs_after"], *astuple(puzzle), read=CONTRACT)


@points(1, asks=("device",))
def test_it_works_on_a_gpu(observed):
    """On a GPU (a stand-in for one) the results are the same, and lie on it."""
    values = observed(probes.on_a_gpu)
    think = "on which device does each tensor lie that you make yourself, an index for instance?"
    expected = find_tiles(*astuple(probes.in_own_orders()))
    assert_matches("the puzzle on a GPU", values["shuffled"], expected, think=think, read=CONTRACT, **EXACT)
    assert_stays_on_device(values, read=CONTRACT)
