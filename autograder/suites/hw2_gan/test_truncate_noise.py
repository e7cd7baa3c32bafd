"""Hidden tests of truncate_noise: 5 points."""

from typing import Any

import torch
from torch import Tensor

from autograder.suites.assertions import assert_matches, assert_that, points
from autograder.suites.hw2_gan.assertions import assert_same_on_gpu, assert_untouched
from autograder.suites.hw2_gan.equations.biggan import find_truncated
from autograder.suites.hw2_gan.probes import truncate_noise as probes

READ = "BigGAN (Brock et al., 2019), section 3.1; notebook section 7.3"
CONTRACT = "the docstring of truncate_noise; notebook section 7.3"
UNASKED = {
    "odd": "each number is looked at by itself",
    "ties": "a number on the threshold is a special point",
    "layout": "noise is drawn, and lies in one piece",
    "modules": "none is handed in",
    "again": "there is no state",
    "ragged": "noise and redraws have one size",
    "long": "there is no sequence",
    "kinds": "there is no sequence",
}
NOISE, REDRAWS = probes.three_redraws()
FITS = REDRAWS.abs() <= probes.THRESHOLD
MENDED = FITS.any(dim=0)
EXPECTED = find_truncated(NOISE, probes.THRESHOLD, REDRAWS)
TOO_LARGE, TOO_SMALL = NOISE > probes.THRESHOLD, NOISE < -probes.THRESHOLD


@points(1, asks=("unequal", "options"))
def test_what_is_too_large_becomes_its_redraw(observed):
    """A number above the threshold, or below minus it, becomes the first redraw at its own place that is fine."""
    actual = observed(probes.truncate)["truncated"]
    think = "which numbers are drawn again, and at which place of the redraws does each find its own?"
    _assert_at(actual, EXPECTED, TOO_LARGE & FITS[0], "what was too large", think, READ)
    think = "how large is -3?"
    _assert_at(actual, EXPECTED, TOO_SMALL & MENDED, "what was too far below 0", think, READ)
    values, think = observed(probes.truncate_at_other_thresholds), "does every step use the threshold that it is given?"
    for name, threshold in probes.OTHER_THRESHOLDS.items():
        expected = find_truncated(NOISE, threshold, REDRAWS)
        assert_matches(f"noise at a {name} threshold", values[name], expected, think=think, read=CONTRACT)


@points(1)
def test_the_first_fine_redraw_counts(observed):
    """Where the first redraw is too large itself, the next one that is not counts, and none after that."""
    think = "what happens to a redraw that is too large itself, and what to a number that is fine after one redraw?"
    places = TOO_LARGE & ~FITS[0] & MENDED
    _assert_at(observed(probes.truncate)["truncated"], EXPECTED, places, "what was redrawn more than once", think, READ)


@points(1, asks=("one", "dtypes", "special", "inputs"))
def test_what_is_fine_stays(observed):
    """Numbers up to the threshold stay as they are, whatever the redraws say; noise and redraws are left unchanged."""
    values = observed(probes.truncate)
    fine = ~(TOO_LARGE | TOO_SMALL)
    actual = values["truncated"]
    untouched = isinstance(actual, Tensor) and actual.shape == NOISE.shape and bool((actual == NOISE)[~fine].any())
    think = "what becomes of numbers above the threshold?"
    assert_that(not untouched, saw="a number that is too large stays as it is", think=think, read=READ)
    think = "is a number on the threshold too large, and are numbers redrawn one by one or whole vectors?"
    _assert_at(actual, EXPECTED, fine, "what was fine", think, READ)
    assert_untouched(values, NOISE, REDRAWS, what="noise or redraws", read=CONTRACT)
    noise, _ = probes.one_redraw()
    actual = observed(probes.truncate_one_vector)["truncated"]
    think, fine = "does any step bring in a dtype of its own?", noise.abs() <= probes.THRESHOLD
    _assert_at(actual, noise, fine, "what was fine in one vector, float64,", think, CONTRACT)


@points(1, asks=("empty", "ends"))
def test_what_is_left_is_clamped(observed):
    """What no redraw mends becomes the threshold with the sign of the last draw; without redraws, that of the noise."""
    think = "which was the last draw at this place, and on which side of 0?"
    actual = observed(probes.truncate)["truncated"]
    _assert_at(actual, EXPECTED, ~MENDED & (TOO_LARGE | TOO_SMALL), "what is left", think, READ)
    noise, redraws = probes.no_redraws()
    expected = find_truncated(noise, probes.THRESHOLD, redraws)
    think, actual = "which draw is the last one if there are no redraws?", observed(probes.truncate_without_redraws)
    assert_matches("noise without redraws", actual["truncated"], expected, think=think, read=CONTRACT)


@points(1, asks=("device",))
def test_noise_and_redraws_may_lie_on_a_gpu(observed):
    """With noise and redraws on a GPU, the truncated noise is the same, and lies there."""
    values, own = observed(probes.truncate_on_a_gpu), observed(probes.truncate)
    assert_same_on_gpu(values, own, "truncated", read=CONTRACT)


def _assert_at(actual: Any, expected: Tensor, places: Tensor, name: str, think: str, read: str) -> None:
    """The result is right at these places; elsewhere another test looks."""
    if isinstance(actual, Tensor) and actual.shape == expected.shape:
        actual = torch.where(places, actual, expected.to(actual.dtype))
    assert_matches(name, actual, expected, think=think, read=read)
