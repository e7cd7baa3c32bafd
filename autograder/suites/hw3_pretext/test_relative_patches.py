"""Hidden tests of relative_patches: 10 points."""

import math
from dataclasses import astuple
from typing import Any

import torch
from torch import Tensor

from autograder.suites.assertions import Mismatch, assert_matches, assert_stays_on_device, assert_that, points
from autograder.suites.hw3_pretext.equations.patches import find_moves, find_patches
from autograder.suites.hw3_pretext.equations.pixels import are_distinct
from autograder.suites.hw3_pretext.handed import assert_left_alone
from autograder.suites.hw3_pretext.probes import relative_patches as probes

READ = "Doersch, Gupta and Efros, 2015, section 3 and figure 2; notebook section 2.1"
CONTRACT = "the docstring of relative_patches; notebook section 2.1"
EXACT = {
    "rtol": 0,
    "atol": 0,
}  # pixels only move; the last digits of float64 tell whether they went through float32
SHAPE = (8, 3, 4, 4)
CELLS = probes.every_cell().positions
WIDTH = probes.every_cell().images.shape[3]
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


def _numbers(name: str, patches: Any) -> Tensor:
    """Patches whose pixels all come from different places, as float64."""
    if not are_distinct(patches, math.prod(SHAPE)) or patches.shape != SHAPE:
        raise Mismatch(f"{name} are no {SHAPE} patches in which every pixel stands once", "", CONTRACT)
    return patches.double()


@points(1, asks=("dtypes",))
def test_labels_count_the_neighbours(observed):
    """The neighbours' numbers go row by row from 0 to 7, without the middle, and are long."""
    values = observed(probes.cut_every_cell)
    expected = find_patches(*astuple(probes.with_jitter()))[2]
    think = "write the numbers into the grid, row by row: which one stands at row 1, column 2?"
    assert_matches("the tensor of labels", values["labels"], expected, think=think, read=CONTRACT, **EXACT)
    think = "which type does a class number need for the cross entropy?"
    assert_that(values["labels_are_long"] is True, saw="the labels are not long", think=think, read=CONTRACT)


@points(1, asks=("unequal",))
def test_the_center_lies_in_the_middle(observed):
    """The first result is the patch in the middle of the image, which need not be square."""
    values = observed(probes.cut_every_cell)
    think = "how many pixels lie above the patch and below it, and is it a corner of the patch that you place?"
    for name, cut in (("centers", probes.every_cell()), ("even_centers", probes.even_rest())):
        expected = find_patches(*astuple(cut))[0]
        assert_matches("the batch of centers", values[name], expected, think=think, read=READ, **EXACT)


@points(1, asks=("odd",))
def test_the_middle_is_rounded_down(observed):
    """If one pixel is left over, the patch in the middle stands further up and further left."""
    values = observed(probes.cut_every_cell)
    think = "is (H - patch) // 2 the same as H // 2 - patch // 2, or as rounding?"
    for name, cut in (("odd_centers", probes.odd_rest()), ("other_odd_centers", probes.other_odd_rest())):
        expected = find_patches(*astuple(cut))[0]
        what = f"the batch of centers of {cut.patch} x {cut.patch} pixels in images of {cut.images.shape[2]} rows"
        assert_matches(what, values[name], expected, think=think, read=CONTRACT, **EXACT)


@points(2)
def test_each_cell_gives_its_neighbour(observed):
    """Without gap and jitter the neighbour is the patch right beside the one in the middle, in the cell asked for."""
    think = "for the cell in row 0, column 2: is the neighbour above or below, and on which side?"
    expected = find_patches(*astuple(probes.every_cell()))[1]
    neighbors = observed(probes.cut_every_cell)["neighbors"]
    assert_matches("the batch of neighbors without gap", neighbors, expected, think=think, read=READ, **EXACT)


@points(1, asks=("options",))
def test_a_gap_moves_the_neighbour_away(observed):
    """With a gap the neighbour stands by so many pixels further away from the middle, in both directions."""
    values = observed(probes.cut_every_cell)
    near, far = (_numbers("the neighbors", values[name]) for name in ("neighbors", "neighbors_with_gap"))
    moves = find_moves((CELLS - 1) * probes.with_gap().gap, SHAPE, WIDTH).double()
    think = "how many gaps lie between the middle and its neighbour, above it, beside it and at a corner?"
    assert_matches("the way that a gap moves the neighbors", far - near, moves, think=think, read=READ, **EXACT)


@points(1, asks=("unequal", "options"))
def test_jitter_moves_the_neighbour_alone(observed):
    """Jitter moves the neighbour down and to the right, up and left if negative, and never the center."""
    values = observed(probes.cut_every_cell)
    still, moved = (_numbers("the neighbors", values[f"neighbors_with_{how}"]) for how in ("gap", "jitter"))
    moves = find_moves(probes.with_jitter().jitter, SHAPE, WIDTH).double()
    think = "which of the two patches moves, and which of the jitter's numbers counts rows?"
    assert_matches("the way that jitter moves the neighbors", moved - still, moves, think=think, read=READ, **EXACT)
    centers, after = (_numbers("the centers", values[name]) for name in ("centers", "centers_with_jitter"))
    name = "the batch of centers, compared with that without jitter,"
    assert_matches(name, after, centers, think=think, read=READ, **EXACT)


@points(1, asks=("one", "options", "dtypes", "layout"))
def test_one_image_and_every_dtype_work(observed):
    """One image with one channel, patches of one pixel, float64, uint8 and other memory work, and the dtype stays."""
    values = observed(probes.cut_other_kinds)
    think = "does any step drop a dimension of size 1, count on three channels, or bring in a dtype of its own?"
    for name, cut in probes.of_other_kinds().items():
        for part, expected in zip(("centers", "neighbors", "labels"), find_patches(*astuple(cut)), strict=True):
            what = f"the tensor of {part} ({name.replace('_', ' ')})"
            assert_matches(what, values[f"{name}_{part}"], expected, think=think, read=CONTRACT, **EXACT)
        saw = f"neighbors ({name.replace('_', ' ')}) come back in another dtype"
        assert_that(values[f"{name}_stays"] is True, saw=saw, think=think, read=CONTRACT)


@points(1, asks=("inputs",))
def test_inputs_are_left_unchanged(observed):
    """images, positions and jitter are the same after the call as before it."""
    values = observed(probes.cut_other_kinds)
    for name, cut in probes.of_other_kinds().items():
        centers, neighbors = values[f"{name}_centers"], values[f"{name}_neighbors"]
        are_patches = all(
            isinstance(part, Tensor) and part.shape[:1] + part.shape[2:] == (len(cut.images), cut.patch, cut.patch)
            for part in (centers, neighbors)
        )
        think = "are the two results two patches of an image?"
        is_other = are_patches and not torch.equal(centers, neighbors)
        assert_that(is_other, saw="neighbors and centers are no two patches", think=think, read=CONTRACT)
        assert_left_alone(values[f"{name}_after"], cut.images, cut.positions, cut.jitter, read=CONTRACT)


@points(1, asks=("device",))
def test_it_works_on_a_gpu(observed):
    """On a GPU (a stand-in for one) the results are the same, and lie on it."""
    values = observed(probes.on_a_gpu)
    think = "on which device does each tensor lie that you make yourself, a table of labels for instance?"
    for part, expected in zip(
        ("centers", "neighbors", "labels"), find_patches(*astuple(probes.with_jitter())), strict=True
    ):
        what = f"the tensor of {part} on a GPU"
        assert_matches(what, values[part], expected, think=think, read=CONTRACT, **EXACT)
    assert_stays_on_device(values, read=CONTRACT)
