"""Hidden tests of rotate_batch: 8 points."""

from typing import Any

import torch
from torch import Tensor

from autograder.suites.assertions import Mismatch, assert_matches, assert_stays_on_device, assert_that, points
from autograder.suites.hw3_pretext.equations.rotation import find_turned, find_turns
from autograder.suites.hw3_pretext.handed import assert_left_alone
from autograder.suites.hw3_pretext.probes import rotate_batch as probes

READ = "RotNet (Gidaris, Singh and Komodakis, 2018), section 2.1; notebook section 1.1"
CONTRACT = "the docstring of rotate_batch; notebook section 1.1"
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
    "options": "it has no argument but the images",
}


def _turned_by(turned: Any, turns: int) -> Tensor:
    """The one image that was turned so often, (1, 1, 2, 2)."""
    shape = tuple(turned.shape) if isinstance(turned, Tensor) else type(turned).__name__
    if shape != (4, 1, 2, 2):
        raise Mismatch(f"one image of 2 x 2 pixels gives {shape}, but should give (4, 1, 2, 2)", "", CONTRACT)
    return turned[turns : turns + 1]


def _range_of_each(images: Tensor) -> Tensor:
    """Smallest and largest pixel of each channel, which no turn changes: which image it is, (B, C, 2)."""
    pixels = images.flatten(2)
    return torch.stack([pixels.amin(dim=2), pixels.amax(dim=2)], dim=2)


def _expected_labels(turned: Any, images: Tensor) -> Tensor:
    """0 1 2 3 again and again; of copies in another order, which is another test's business, the turns one sees."""
    expected, in_order = torch.tensor([0, 1, 2, 3] * len(images)), find_turned(images)
    if not isinstance(turned, Tensor) or turned.shape != in_order.shape:
        return expected
    seen = find_turns(turned, images)
    is_reordered = not torch.equal(_range_of_each(turned), _range_of_each(in_order))
    return seen if is_reordered and bool((seen >= 0).all()) else expected


def _assert_turned(values: dict) -> None:
    """Nothing follows from a result in which no image is turned."""
    turned, numbers = values["turned"], 4 * probes.a_batch().numel()
    is_filled = isinstance(turned, Tensor) and turned.numel() == numbers and len(turned) > 1
    is_filled = is_filled and bool(turned.isfinite().all())
    assert_that(
        is_filled and not torch.equal(turned[0], turned[1]),
        saw="the result does not hold four images for each one, or its first two are the same",
        think="in how many orientations does each image come back?",
        read=READ,
    )


@points(2, asks=("one",))
def test_the_second_copy_is_a_quarter_turn(observed):
    """Copy 1 of a 2 x 2 image is turned by 90 degrees counter-clockwise."""
    turned = _turned_by(observed(probes.turn_one_image)["turned"], turns=1)
    think = "turn a picture to the left: where does its upper right corner go, and is it mirrored as well?"
    expected = find_turned(probes.one_image())[1:2]
    assert_matches("a 2 x 2 image, turned once,", turned, expected, think=think, read=READ, **EXACT)


@points(1)
def test_half_a_turn_and_three_quarters_follow(observed):
    """Copy 0 of a 2 x 2 image is as it was, copy 2 stands on its head, and copy 3 is turned by 270 degrees."""
    turned, expected = observed(probes.turn_one_image)["turned"], find_turned(probes.one_image())
    think = "where does the upper left corner go in two quarter turns, and where in three?"
    for turns, name in ((0, "not turned,"), (2, "turned twice,"), (3, "turned three times,")):
        own = expected[turns : turns + 1]
        assert_matches(f"a 2 x 2 image, {name}", _turned_by(turned, turns), own, think=think, read=READ, **EXACT)


@points(1, asks=("unequal",))
def test_the_copies_of_an_image_stand_together(observed):
    """The four copies of image i stand at 4i, 4i + 1, 4i + 2 and 4i + 3, in whatever orientation."""
    values, expected = observed(probes.turn_batches), find_turned(probes.a_batch())
    _assert_turned(values)
    turned = values["turned"]
    if isinstance(turned, Tensor) and turned.shape == expected.shape:
        turned, expected = _range_of_each(turned), _range_of_each(expected)
    think = "which image stands at place 5 of your result, and which one should?"
    assert_matches("the range of each copy's pixels", turned, expected, think=think, read=CONTRACT, **EXACT)


@points(1, asks=("unequal", "dtypes"))
def test_labels_count_the_turns(observed):
    """The labels of the copies are 0, 1, 2, 3, image after image, and long."""
    values = observed(probes.turn_batches)
    expected = _expected_labels(values["turned"], probes.a_batch())
    think = "how often was the image at place 5 of your result turned?"
    assert_matches("the tensor of labels", values["labels"], expected, think=think, read=CONTRACT, **EXACT)
    think = "which type does a class number need for the cross entropy?"
    assert_that(values["labels_are_long"] is True, saw="the labels are not long", think=think, read=CONTRACT)


@points(1, asks=("one", "odd", "dtypes", "layout"))
def test_other_sizes_and_dtypes_work(observed):
    """Other sizes, one pixel, float64, uint8, and images that lie in memory in other ways; the dtype stays."""
    cube = observed(probes.turn_batches)["cube"]
    think = "which dimensions of (B, C, H, W) span the picture's plane?"
    expected = find_turned(probes.a_cube())
    assert_matches("the turned batch of 3 images (3, 3, 3)", cube, expected, think=think, read=CONTRACT, **EXACT)
    values = observed(probes.turn_other_kinds)
    think = "does any step bring in a dtype of its own, or count on how the numbers lie in memory?"
    for name, images in probes.of_other_kinds().items():
        what = f"the turned batch ({name.replace('_', ' ')})"
        assert_matches(what, values[name], find_turned(images), think=think, read=CONTRACT, **EXACT)
        saw = f"{what} comes back in another dtype"
        assert_that(values[f"{name}_stays"] is True, saw=saw, think=think, read=CONTRACT)


@points(1, asks=("inputs",))
def test_images_are_left_unchanged(observed):
    """The images are the same after the call as before it."""
    values = observed(probes.turn_batches)
    _assert_turned(values)
    assert_left_alone(values["inputs_after"], probes.a_batch(), read=CONTRACT)


@points(1, asks=("device",))
def test_it_works_on_a_gpu(observed):
    """On a GPU (a stand-in for one) the results are the same, and lie on it."""
    values, images = observed(probes.on_a_gpu), probes.a_batch()
    think = "on which device does each tensor lie that you make yourself?"
    expected = find_turned(images)
    assert_matches("the turned batch on a GPU", values["turned"], expected, think=think, read=CONTRACT, **EXACT)
    labels = _expected_labels(values["turned"], images)
    assert_matches("the tensor of labels on a GPU", values["labels"], labels, think=think, read=CONTRACT, **EXACT)
    assert_stays_on_device(values, read=CONTRACT)
