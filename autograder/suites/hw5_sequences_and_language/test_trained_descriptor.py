"""Hidden tests of the trained descriptors: 8 points. The limits come from artefacts/trained_descriptor/MEASURED.md."""

from torch import Tensor

from autograder.suites.assertions import assert_that, points
from autograder.suites.hw5_sequences_and_language.places import measure_errors
from autograder.suites.hw5_sequences_and_language.probes import trained_descriptor as probes

READ = "notebook section 4.3"
NEAR = 3  # pixels
LEAST_MOST, LEAST_NEARLY_ALL = 0.6, 0.8  # right trainings: 0.91; random weights: 0.31 at most
LARGEST_MEDIAN = 0.85  # pixels; right trainings: 0.68, a mean over all non-matches: 1.04


def _measure(observed) -> Tensor:
    """Distances from the right places, (B, P), once it is known that the file could be used."""
    seen = observed(probes.evaluate)
    think = "is this the file that `save_artefact` wrote in section 4.3?"
    assert_that(not seen["problem"], saw=seen["problem"], think=think, read=READ)
    pairs, asked = probes.draw_questions()
    return measure_errors(pairs, asked, seen["found"])


def _assert_found(errors: Tensor, least: float, think: str) -> None:
    share = (errors <= NEAR).double().mean()
    saw = (
        f"of {errors.numel():,} points in our pairs of pictures {share:.1%} are found within {NEAR} pixels (the mean "
        f"error is {errors.mean():.1f}); {least:.0%} or more are asked for"
    )
    assert_that(bool(share >= least), saw=saw, think=think, read=READ)


@points(3)
def test_most_points_are_found(observed):
    """The nearest descriptor is that of the right place, most times: neither random weights nor colours get so far."""
    think = "does your loss pull matches together and push non-matches apart, at [:, row, column] of the right picture?"
    _assert_found(_measure(observed), LEAST_MOST, think)


@points(3)
def test_nearly_all_points_are_found(observed):
    """It is so nearly every time, as with our own networks."""
    think = "did the training run to its end, and do hard non-matches still count for much when few of them are left?"
    _assert_found(_measure(observed), LEAST_NEARLY_ALL, think)


@points(2)
def test_answers_are_near(observed):
    """Half of the answers are off by hardly more than what whole pixels leave."""
    median = _measure(observed).median()
    saw = f"half of the answers are {median:.2f} or more pixels off; at most {LARGEST_MEDIAN} are asked for"
    think = "did the descriptors of matches come near to each other, in units of the margin?"
    assert_that(bool(median <= LARGEST_MEDIAN), saw=saw, think=think, read=READ)
