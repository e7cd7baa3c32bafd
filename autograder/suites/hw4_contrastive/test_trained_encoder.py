"""Hidden tests of the trained encoder: 8 points. The limits come from artefacts/trained_encoder/MEASURED.md.

Wide networks have better features before they have learnt anything: so what is asked for depends on the width.
"""

import math

from autograder.suites import readers
from autograder.suites.assertions import assert_that, assert_usable, points
from autograder.suites.hw4_contrastive.probes import trained_encoder as probes

READ = "notebook section 5.1"
# At the widths 16 and 64, between random weights and right trainings.
LEAST_FEW, LEAST_ALL, LEAST_NEIGHBOURS = (0.61, 0.66), (0.71, 0.78), (0.545, 0.565)


def _assert_high(seen: dict, share: float, limits: tuple[float, float], what: str, think: str) -> None:
    position = min(max(math.log(seen["width"] / 16, 4), 0.0), 1.0)  # 0 at width 16, 1 at 64
    least = limits[0] + position * (limits[1] - limits[0])
    saw = f"{what}: {share:.1%}; {least:.1%} or more are asked for at a width of {seen['width']}"
    assert_that(share >= least, saw=saw, think=think, read=READ)


def _features(observed) -> dict:
    """What came back, once it is known that the file could be used."""
    seen = observed(probes.evaluate)
    assert_usable(seen, read=READ)
    return seen


@points(2)
def test_more_was_learnt_than_random_weights_know(observed):
    """With ten labels a class, a linear probe gets more right than random weights let it."""
    seen = _features(observed)
    _assert_high(
        seen,
        readers.read_with_few_labels(seen["known"], seen["asked"]),
        LEAST_FEW,
        what="images that a probe with ten labels a class gets right",
        think="did the loss fall well below its value at the start, and is it the trained encoder that you saved?",
    )


@points(3)
def test_classes_lie_on_different_sides_of_a_plane(observed):
    """With a hundred labels a class, a linear probe gets about as much right as on our own encoders."""
    seen = _features(observed)
    _assert_high(
        seen,
        readers.read_with_all_labels(seen["known"], seen["asked"]),
        LEAST_ALL,
        what="images that a probe with a hundred labels a class gets right",
        think="are both views of an image different, and does each look for the other one?",
    )


@points(3)
def test_neighbours_show_the_same_class(observed):
    """Most of the 20 nearest neighbours of an image show the same class."""
    seen = _features(observed)
    _assert_high(
        seen,
        readers.share_of_neighbours(seen["known"], seen["asked"]),
        LEAST_NEIGHBOURS,
        what="neighbours of the same class",
        think="cosines decide who is a neighbour: does the loss compare cosines too, divided by the temperature?",
    )
