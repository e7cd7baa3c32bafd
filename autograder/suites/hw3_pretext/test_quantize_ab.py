"""Hidden tests of quantize_ab: 3 points."""

from typing import Any

from torch import Tensor

from autograder.checks import assert_that, points
from autograder.suites.hw3_pretext.assertions_colour import assert_shape, assert_unchanged
from autograder.suites.hw3_pretext.equations.colour import find_distances
from autograder.suites.hw3_pretext.probes import quantize_ab as probes

READ = "Zhang et al. (colorization), 2016, section 2.1; notebook section 7.1"
CONTRACT = "the docstring of quantize_ab; notebook section 7.1"
TIE = 0.05  # |x|² - 2 x c + |c|² in float32 is off by 0.01 for colours of 110: as near as that is a tie
INTEGERS = tuple(f"torch.{sign}int{bits}" for sign in ("", "u") for bits in (8, 16, 32, 64))


@points(1)
def test_the_nearest_center_wins(observed):
    """Each of forty single pixels gets the center with the smallest Euclidean distance."""
    values, ab, centers = observed(probes.classify_pixels), probes.single_pixels(), probes.scattered_centers()
    think = "from what to what is the distance, how do a and b both count, and is it the smallest one?"
    classes = values["classes"]
    if isinstance(classes, Tensor) and classes.numel() == len(ab):
        classes = classes.reshape(len(ab), 1, 1)  # shapes are another test's affair
    _assert_nearest("forty single pixels", classes, ab, centers, think, READ)
    assert_unchanged(values["inputs_after"], ab, centers, read=CONTRACT)


@points(1)
def test_every_class_stands_where_its_pixel_does(observed):
    """The class of pixel (row, column) stands at (row, column), in images that are not square."""
    values, centers = observed(probes.classify_images), probes.diagonal_centers()
    think = "a and b of a pixel lie in dimension 1, one behind the other: do your reshapes keep them together?"
    _assert_nearest("images of 3 x 4 pixels", values["classes_of_wide"], probes.wide_images(), centers, think, CONTRACT)
    narrow = values["classes_of_narrow"]
    _assert_nearest("an image of 5 x 2 pixels", narrow, probes.narrow_image(), centers, think, CONTRACT)


@points(1)
def test_classes_are_integers_at_the_edges_too(observed):
    """Two float64 images of 2 x 2 pixels, and a pixel halfway between two centers: integers, one for each pixel."""
    values, ab = observed(probes.classify_square_images), probes.square_images()
    think = "of a pixel's two channels, two rows and two columns, which of them does each step work on?"
    _assert_nearest(
        "images of 2 x 2 pixels", values["classes"], ab, probes.diagonal_centers().double(), think, CONTRACT
    )
    saw, think = f"the classes are {values['kind']}", "can centers be indexed with what you return?"
    assert_that(values["kind"] in INTEGERS, saw=saw, think=think, read=CONTRACT)
    think = "how many classes does a pixel get that is as near to one center as to another?"
    classes = observed(probes.classify_halfway)["classes"]
    _assert_nearest("a row of three pixels", classes, *probes.halfway(), think, CONTRACT)


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
