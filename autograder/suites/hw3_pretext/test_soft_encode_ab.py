"""Hidden tests of soft_encode_ab: 5 points."""

import torch
from torch import Tensor

from autograder.suites.assertions import assert_matches, assert_shape, assert_stays_on_device, assert_that, points
from autograder.suites.hw3_pretext.equations.color import find_distances, find_soft_code
from autograder.suites.hw3_pretext.handed import assert_left_alone
from autograder.suites.hw3_pretext.probes import soft_encode_ab as probes

READ = "Zhang et al. (colorization), 2016, section 2.1; notebook section 7.2"
CONTRACT = "the docstring of soft_encode_ab; notebook section 7.2"
SHAPE = (2, 7, 3, 4)  # of the code of `probes.colours`
TIE = 0.05  # |x|² - 2 x c + |c|² in float32 is off by 0.01 for colours of 110: as near as that is a tie
# Far away the exponent is -20000 for the smaller sigma, and float32 rounds that to 1e-3: log-sum-exp is off by as much.
ATOL_FAR = 2e-3
UNASKED = {
    "modules": "it takes tensors, and no module",
    "again": "it has no state",
    "ragged": "one batch comes in",
    "long": "there is no sequence",
    "kinds": "it takes no sequence",
    "empty": "an empty batch need not work",
}


@points(1, asks=("unequal", "ties", "inputs"))
def test_the_k_nearest_classes_have_all_the_weight(observed):
    """The k nearest classes of each pixel, k in a tie as well, have weights above 0 in their places; others have 0."""
    values = observed(probes.encode)
    code = _take_code(values)
    counts = (code > 0).sum(dim=1)
    saw = f"between {int(counts.min())} and {int(counts.max())} classes of a pixel have a weight, with k = {probes.K}"
    think = "which classes get a weight, and what do all others get?"
    assert_that(bool((counts == probes.K).all()) and bool((code >= 0).all()), saw=saw, think=think, read=READ)
    squared = find_distances(probes.colors(), probes.scattered_centers()).square()
    bound = squared.sort(dim=1).values[:, probes.K - 1 : probes.K]  # (B, 1, H, W)
    wrong = ((code > 0) & (squared > bound + TIE)).any(dim=1)
    saw = (
        f"{int(wrong.sum())} of {wrong.numel()} pixels give a weight to a class that is none of the {probes.K} nearest"
    )
    think = "topk gives values and indices: to which class, and to which pixel, does each value belong?"
    assert_that(not wrong.any(), saw=saw, think=think, read=READ)
    assert_left_alone(values["inputs_after"], probes.colors(), probes.scattered_centers(), read=CONTRACT)
    _assert_ties(observed(probes.encode_ties))


@points(1, asks=("options",))
def test_weights_fall_with_the_squared_distance(observed):
    """A class at distance d weighs exp(-d² / (2 sigma²)), up to the factor by which a pixel's weights sum to 1."""
    code = _take_code(observed(probes.encode))
    saw = "every pixel has the same weights, or one class alone has all of them"
    think = "which classes share a pixel's weight, and does it depend on the pixel?"
    differ = bool((code != code[:, :, :1, :1]).any())
    assert_that(differ and bool((code > 0).sum(dim=1).max() > 1), saw=saw, think=think, read=READ)
    think = "by which sum do you divide, and over which classes is it?"
    assert_matches("the sum of a pixel's weights", code.sum(dim=1), torch.ones(2, 3, 4), think=think, read=READ)
    expected = find_soft_code(probes.colors(), probes.scattered_centers(), probes.K, probes.SIGMA).float()
    think = "what is squared, what is halved, and which sign does the exponent have?"
    assert_matches("each class's share of the pixel's weight", code, expected, think=think, read=READ)


@points(1, asks=("ends", "special"))
def test_far_colors_have_weights_too(observed):
    """Colours that are far from every center, for their sigma: two centers at one distance share, else one has all."""
    values, (ab, centers) = observed(probes.encode_far_colors), probes.far_colors()
    expected = find_soft_code(ab, centers, 3, 0.5).float()
    think = "what is exp(-20000) in float32, and by what can all weights of a pixel be multiplied beforehand?"
    for name, sigma in (("code_of_narrow", 0.5), ("code", 5)):
        what = f"the code of colours that are far from the centers, with sigma = {sigma},"
        assert_matches(what, values[name], expected, think=think, read=CONTRACT, atol=ATOL_FAR)


@points(1, asks=("one", "odd", "options", "dtypes", "layout"))
def test_one_class_all_classes_and_float64(observed):
    """k = 1 and k = Q, one image, 300 classes, and other memory; the code is float64 if ab is."""
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
    think = "does any step count on so and so many classes, or on numbers that lie in memory in one piece?"
    for name, (case, k, sigma) in probes.CASES.items():
        actual, expected = observed(probes.encode_other_kinds)[name], find_soft_code(*case(), k, sigma).float()
        assert_matches(f"the code ({name})", actual, expected, think=think, read=CONTRACT, atol=1e-5)


@points(1, asks=("device",))
def test_it_works_on_a_gpu(observed):
    """On a GPU (a stand-in for one) the results are the same, and lie on it."""
    values, ab, centers = observed(probes.on_a_gpu), probes.square_images(), probes.diagonal_centers().double()
    think = "on which device does each tensor lie that you make yourself?"
    for name, colors, k, sigma in (("one", ab, 1, probes.SIGMA), ("all", ab[:1], len(centers), 60)):
        expected = find_soft_code(colors, centers, k, sigma)
        assert_matches("the code on a GPU", values[f"code_of_{name}"], expected, think=think, read=CONTRACT)
    assert_stays_on_device(values, read=CONTRACT)


def _assert_ties(values: dict) -> None:
    """k classes have a weight, the nearer ones more, whichever of several is taken."""
    ab, centers = probes.as_near_as_each_other()
    distances = find_distances(ab, centers)[0, :, 0, 0]
    think = "which of four classes are among the three nearest that are all at one distance, and how many?"
    for k in probes.TIED_K:
        code = values[str(k)]
        name = f"the sorted code of a pixel that is as near to one class as to another, with k = {k},"
        assert_shape(name, code, 1, len(centers), 1, 1, read=CONTRACT)
        expected = find_soft_code(ab, centers, k, 4).flatten().sort().values.float()
        assert_matches(name, code.flatten().sort().values, expected, think=think, read=CONTRACT)
        near = distances[code.flatten() > 0].max() <= distances.sort().values[k - 1] + TIE
        saw = f"with k = {k} a class has a weight that is none of the nearest"
        assert_that(bool(near), saw=saw, think=think, read=CONTRACT)


def _take_code(values: dict) -> Tensor:
    """The code of two images, if it has the shape of one."""
    assert_shape("the code of two images of 3 x 4 pixels", values["code"], *SHAPE, read=CONTRACT)
    return values["code"]
