"""Hidden tests of find_correspondence: 6 points."""

from torch import Tensor

from autograder.checks import assert_matches, assert_that, points
from autograder.suites.hw5_sequences_and_language.assertions_features import assert_unchanged
from autograder.suites.hw5_sequences_and_language.equations.dense import find_best, find_heat
from autograder.suites.hw5_sequences_and_language.probes import find_correspondence as probes

READ = "Dense Object Nets (Florence et al., 2018), section 3.1; notebook section 3.2"
CONTRACT = "the docstring of find_correspondence; notebook section 3.2"
# |a|² + |b|² - 2 ab, a fast way to all distances, leaves a few 1e-6 of rounding under the root: ten times that stays
# inside these at the smallest distances of the probes, and where the distance is 0.
ATOL, ATOL_AT_0 = 1e-4, 1e-2


def _assert_whole_numbers(best: object) -> None:
    whole = isinstance(best, Tensor) and not best.is_floating_point() and best.dtype.itemsize > 1
    think = "can a tensor of this dtype be used as an index?"
    assert_that(whole, saw="best holds no whole numbers", think=think, read=CONTRACT)


@points(2)
def test_the_heat_is_the_distance_of_every_pixel(observed):
    """For each point, the heat holds the Euclidean distance of every pixel of the second picture, of another size."""
    assert_matches(
        "heat",
        observed(probes.on_two_sizes)["heat"],
        find_heat(*probes.two_sizes()).float(),
        think="from which picture is the descriptor, with which is it compared, and what makes a Euclidean distance?",
        read=READ,
        atol=ATOL,
    )
    desc_a, _, places = probes.four_of_all()
    name, think = "the heat of the same picture", "what may rounding leave under a root, where the distance is 0?"
    expected, actual = find_heat(desc_a, desc_a, places).float(), observed(probes.on_itself)["heat"]
    assert_matches(name, actual, expected, think=think, read=CONTRACT, atol=ATOL_AT_0)


@points(1)
def test_the_nearest_pixel_is_found(observed):
    """In pictures of 4 by 4 pixels each of four points finds its nearest pixel, and in its own picture itself."""
    think = "what makes a pixel the best one, in which picture is it looked for, and which of its numbers comes first?"
    best = observed(probes.on_square_pictures)["best"]
    _assert_whole_numbers(best)
    assert_matches("best", best, find_best(*probes.four_of_all()), think=think, read=READ)
    best, (_, _, places) = observed(probes.on_itself)["best"], probes.four_of_all()
    assert_matches("best in the same picture", best, places, think=think, read=READ)


@points(2)
def test_best_is_row_and_column_of_the_second_picture(observed):
    """In a second picture of another size than the first, the nearest pixel's row and column are right."""
    best = observed(probes.on_two_sizes)["best"]
    _assert_whole_numbers(best)
    think = "how long is a row of the picture that is searched, and where is pixel number 20 if a row has 6 pixels?"
    assert_matches("best", best, find_best(*probes.two_sizes()), think=think, read=CONTRACT)


@points(1)
def test_any_sizes_and_float64_work(observed):
    """One number a pixel, one point, one row, one column, one pixel, and float64 work; inputs are left unchanged."""
    values = observed(probes.on_other_sizes)
    think = "does any step drop a dimension of size 1, take one for another, or choose a dtype of its own?"
    for name, case in probes.of_all_sizes().items():
        label = name.replace("_", " ")
        best, heat = find_best(*case), find_heat(*case).float()
        assert_matches(f"heat with {label}", values[f"heat_of_{name}"], heat, think=think, read=CONTRACT, atol=ATOL)
        assert_matches(f"best with {label}", values[f"best_of_{name}"], best, think=think, read=CONTRACT)
    best, heat = find_best(*probes.two_sizes()), find_heat(*probes.two_sizes())
    assert_matches("heat in float64", values["heat_in_float64"], heat, think=think, read=CONTRACT)
    assert_matches("best in float64", values["best_in_float64"], best, think=think, read=CONTRACT)
    after = observed(probes.on_two_sizes)["inputs_after"]
    assert_unchanged("descriptors or points hold", after, *probes.two_sizes(), read=CONTRACT)
