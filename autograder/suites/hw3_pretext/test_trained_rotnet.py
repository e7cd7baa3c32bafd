"""Hidden tests of the trained RotNet: 8 points. The limits come from artefacts/trained_rotnet/MEASURED.md.

Turns are told about as well by narrow networks as by wide ones. But wide networks have better features before they
have learnt anything: so what is asked of features depends on the width.
"""

import math

from autograder.suites import readers
from autograder.suites.assertions import assert_that, assert_usable, points
from autograder.suites.hw3_pretext.probes import trained_rotnet as probes
from autograder.suites.hw3_pretext.turns import shares_right

READ = "notebook section 5.1"
LEAST_MOST, LEAST_NEARLY_ALL = 0.7, 0.88  # right trainings: 0.93; a trained head on a random encoder: 0.44
LEAST_NEIGHBOURS = (0.53, 0.56)  # at the widths 16 and 64, between random weights and right trainings


def _look(observed) -> dict:
    """What came back, once it is known that the file could be used."""
    seen = observed(probes.evaluate)
    assert_usable(seen, read=READ)
    return seen


def _assert_turns_are_told(observed, least: float, think: str) -> None:
    shares = shares_right(_look(observed)["logits"])
    each = ", ".join(f"{share:.0%} at {90 * turns}°" for turns, share in enumerate(shares.tolist()))
    saw = f"right answers for our images, turned by us: {shares.mean():.1%} ({each}); {least:.0%} or more are asked for"
    assert_that(bool(shares.mean() >= least), saw=saw, think=think, read=READ)


@points(2)
def test_most_turns_are_told(observed):
    """Of images that were turned counter-clockwise by the grader, the network says most times by how much."""
    think = "which class is missing or has another's place: do your labels count quarter turns counter-clockwise?"
    _assert_turns_are_told(observed, LEAST_MOST, think)


@points(3)
def test_nearly_all_turns_are_told(observed):
    """It is right nearly every time, as our own networks are."""
    think = "did the training run to its end, and did all four copies of each image have a part in it?"
    _assert_turns_are_told(observed, LEAST_NEARLY_ALL, think)


@points(3)
def test_neighbours_show_the_same_class(observed):
    """Features of upright images are better than random ones: more of the nearest neighbours show the same class."""
    seen = _look(observed)
    share = readers.share_of_neighbours(seen["known"], seen["asked"])
    position = min(max(math.log(seen["width"] / 16, 4), 0.0), 1.0)  # 0 at width 16, 1 at 64
    least = LEAST_NEIGHBOURS[0] + position * (LEAST_NEIGHBOURS[1] - LEAST_NEIGHBOURS[0])
    saw = f"neighbours of the same class: {share:.1%}; {least:.1%} or more are asked for at a width of {seen['width']}"
    think = "has the encoder learnt along with the head, or does a puzzle that cannot be solved teach it nothing?"
    assert_that(share >= least, saw=saw, think=think, read=READ)
