"""Hidden tests of soft_encode_ab: 5 points."""

import torch
from torch import Tensor

from autograder.checks import assert_matches, assert_that, points
from autograder.suites.hw3_pretext.assertions_colour import assert_shape, assert_unchanged
from autograder.suites.hw3_pretext.equations.colour import find_distances, find_soft_code
from autograder.suites.hw3_pretext.probes import soft_encode_ab as probes

READ = "Zhang et al. (colorization), 2016, section 2.1; notebook section 7.2"
CONTRACT = "the docstring of soft_encode_ab; notebook section 7.2"
SHAPE = (2, 7, 3, 4)  # of the code of `probes.colours`
TIE = 0.05  # |x|² - 2 x c + |c|² in float32 is off by 0.01 for colours of 110: as near as that is a tie
# Far away the exponent is -20000 for the smaller sigma, and float32 rounds that to 1e-3: log-sum-exp is off by as much.
ATOL_FAR = 2e-3


@points(1)
def test_the_k_nearest_classes_have_all_the_weight(observed):
    """The three nearest classes of each pixel have a weight above 0, each at its own place; all others have 0."""
    values = observed(probes.encode)
    code = _take_code(values)
    counts = (code > 0).sum(dim=1)
    saw = f"between {int(counts.min())} and {int(counts.max())} classes of a pixel have a weight, with k = {probes.K}"
    think = "which classes get a weight, and what do all others get?"
    assert_that(bool((counts == probes.K).all()) and bool((code >= 0).all()), saw=saw, think=think, read=READ)
    squared = find_distances(probes.colours(), probes.scattered_centers()).square()
    bound = squared.sort(dim=1).values[:, probes.K - 1 : probes.K]  # (B, 1, H, W)
    wrong = ((code > 0) & (squared > bound + TIE)).any(dim=1)
    saw = (
        f"{int(wrong.sum())} of {wrong.numel()} pixels give a weight to a class that is none of the {probes.K} nearest"
    )
    think = "topk gives values and indices: to which class, and to which pixel, does each value belong?"
    assert_that(not wrong.any(), saw=saw, think=think, read=READ)
    assert_unchanged(values["inputs_after"], probes.colours(), probes.scattered_centers(), read=CONTRACT)


@points(1)
def test_the_weights_of_a_pixel_sum_to_1(observed):
    """Over the classes, not the pixels, the weights sum to 1, and more than one class has some."""
    code = _take_code(observed(probes.encode))
    saw = "every pixel has the same weights, or one class alone has all of them"
    think = "which classes share a pixel's weight, and does it depend on the pixel?"
    differ = bool((code != code[:, :, :1, :1]).any())
    assert_that(differ and bool((code > 0).sum(dim=1).max() > 1), saw=saw, think=think, read=READ)
    think = "by which sum do you divide, and over which classes is it?"
    assert_matches("the sum of a pixel's weights", code.sum(dim=1), torch.ones(2, 3, 4), think=think, read=READ)


@points(1)
def test_weights_fall_with_the_squared_distance(observed):
    """A class at distance d weighs exp(-d² / (2 sigma²)), up to a factor that all classes of a pixel share."""
    code = _take_code(observed(probes.encode))
    shares = code / code.sum(dim=1, keepdim=True)
    expected = find_soft_code(probes.colours(), probes.scattered_centers(), probes.K, probes.SIGMA).float()
    think = "what is squared, what is halved, and which sign does the exponent have?"
    assert_matches("each class's share of the pixel's weight", shares, expected, think=think, read=READ)


@points(1)
def test_far_colours_have_weights_too(observed):
    """Colours that are far from every center, for their sigma: two centers at one distance share, else one has all."""
    values, (ab, centers) = observed(probes.encode_far_colours), probes.far_colours()
    expected = find_soft_code(ab, centers, 3, 0.5).float()
    think = "what is exp(-20000) in float32, and by what can all weights of a pixel be multiplied beforehand?"
    for name, sigma in (("code_of_narrow", 0.5), ("code", 5)):
        what = f"the code of colours that are far from the centers, with sigma = {sigma},"
        assert_matches(what, values[name], expected, think=think, read=CONTRACT, atol=ATOL_FAR)


@points(1)
def test_one_class_all_classes_and_float64(observed):
    """With k = 1 the nearest class has weight 1, with k = Q every class has some; the code is float64 if ab is."""
    values, ab = observed(probes.encode_with_one_class_and_with_all), probes.square_images()
    centers = probes.diagonal_centers().double()
    think = "is the number of classes k, and the shape (B, Q, H, W), for one image and for two?"
    expected = find_soft_code(ab, centers, 1, probes.SIGMA)
    assert_matches("the code with k = 1", values["code_of_one"], expected, think=think, read=CONTRACT)
    code = values["code_of_all"]
    assert_shape("the code with k = Q", code, 1, 6, 2, 2, read=CONTRACT)
    saw = f"with k = Q, {int((code > 0).sum())} of {code.numel()} weights are above 0"
    assert_that(bool((code > 0).all()), saw=saw, think=think, read=CONTRACT)
    assert_that(code.dtype == ab.dtype, saw=f"the code of float64 colours is {code.dtype}", think="", read=CONTRACT)


def _take_code(values: dict) -> Tensor:
    """The code of two images, if it has the shape of one."""
    assert_shape("the code of two images of 3 x 4 pixels", values["code"], *SHAPE, read=CONTRACT)
    return values["code"]
