"""Hidden tests of quantize_ab: 3 points."""

from typing import Any

from torch import Tensor

from autograder.suites.assertions import assert_shape, assert_stays_on_device, assert_that, points
from autograder.suites.hw3_pretext.equations.color import find_distances
from autograder.suites.hw3_pretext.handed import assert_left_alone
from autograder.suites.hw3_pretext.probes import quantize_ab as probes

READ = "Zhang et al. (colorization), 2016, section 2.1; notebook section 7.1"
CONTRACT = "the docstring of quantize_ab; notebook section 7.1"
TIE = 0.05  # |x|² - 2 x c + |c|² in float32 is off by 0.01 for colours of 110: as near as that is a tie
UNASKED = {
    "modules": "it takes tensors, and no module",
    "again": "it has no state",
    "ragged": "one batch comes in",
    "long": "there is no sequence",
    "kinds": "it takes no sequence",
    "empty": "an empty batch need not work",
    "ends": "colours have a stated range, and distances stay small",
}


@points(1, asks=("unequal", "inputs"))
def test_the_nearest_center_wins(observed):
    """Each pixel's class, at its own row and column, is the center with the smallest Euclidean distance."""
    values, ab, centers = observed(probes.classify_pixels), probes.single_pixels(), probes.scattered_centers()
    think = "from what to what is the distance, how do a and b both count, and is it the smallest one?"
    _assert_nearest("forty single pixels", values["classes"], ab, centers, think, READ)
    assert_left_alone(values["inputs_after"], ab, centers, read=CONTRACT)
    values, centers = observed(probes.classify_images), probes.diagonal_centers()
    think = "a and b of a pixel lie in dimension 1, one behind the other: do your reshapes keep them together?"
    _assert_nearest("images of 3 x 4 pixels", values["classes_of_wide"], probes.wide_images(), centers, think, CONTRACT)
    narrow = values["classes_of_narrow"]
    _assert_nearest("an image of 5 x 2 pixels", narrow, probes.narrow_image(), centers, think, CONTRACT)


@points(1, asks=("one", "odd", "special", "ties", "options", "dtypes", "layout"))
def test_classes_are_long_at_the_edges_too(observed):
    """Long classes, one for each pixel: in float64, in a tie, of one class, 300 or close ones, and in other memory."""
    values, ab = observed(probes.classify_square_images), probes.square_images()
    think = "of a pixel's two channels, two rows and two columns, which of them does each step work on?"
    centers = probes.diagonal_centers().double()
    _assert_nearest("images of 2 x 2 pixels", values["classes"], ab, centers, think, CONTRACT)
    saw, think = f"the classes are {values['kind']}", "which type does a tensor need to be an index, or a label?"
    assert_that(values["kind"] == "torch.int64", saw=saw, think=think, read=CONTRACT)
    think = "how many classes does a pixel get that is as near to one center as to another?"
    classes = observed(probes.classify_halfway)["classes"]
    _assert_nearest("a row of three pixels", classes, *probes.halfway(), think, CONTRACT)
    think = "does any step round, count on so and so many classes, or on numbers that lie in memory in one piece?"
    for name, case in probes.CASES.items():
        _assert_nearest(name, observed(probes.classify_other_kinds)[name], *case(), think, CONTRACT)


@points(1, asks=("device",))
def test_it_works_on_a_gpu(observed):
    """On a GPU (a stand-in for one) the results are the same, and lie on it."""
    values, ab, centers = observed(probes.on_a_gpu), probes.square_images(), probes.diagonal_centers().double()
    think = "on which device does each tensor lie that you make yourself?"
    _assert_nearest("images on a GPU", values["classes"], ab, centers, think, CONTRACT)
    assert_stays_on_device(values, read=CONTRACT)


def _assert_nearest(name: str, actual: Any, ab: Tensor, centers: Tensor, think: str, read: str) -> None:
    """Every pixel's class is one of the centers that are nearest to it."""
    squared = find_distances(ab, centers).square()  # (B, Q, H, W)
    assert_shape(name, actual, len(ab), *ab.shape[2:], read=read)
    exists = (actual.double() >= 0) & (actual.double() < len(centers))
    saw = f"{name}: there is no class of that number for {int((~exists).sum())} of {exists.numel()} pixels"
    assert_that(bool(exists.all()), saw=saw, think="from where to where do the classes count?", read=read)
    chosen = squared.gather(1, actual.long()[:, None])[:, 0]
    wrong = chosen > squared.amin(dim=1) + TIE
    saw = f"{name}: {int(wrong.sum())} of {wrong.numel()} pixels get a center that is not the nearest"
    assert_that(not wrong.any(), saw=saw, think=think, read=read)
