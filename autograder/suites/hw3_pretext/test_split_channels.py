"""Hidden tests of split_channels: 2 points."""

from torch import Tensor

from autograder.checks import assert_matches, assert_that, points
from autograder.suites.hw3_pretext.equations.probe import is_unchanged
from autograder.suites.hw3_pretext.probes import split_channels as probes

READ = "split-brain autoencoders (Zhang et al., 2017), section 3.1; notebook section 7.6"


def _assert_channels(values: dict, name: str, channels: list[int], think: str) -> None:
    """These channels of the three images, and of the one in float64, which are unchanged themselves."""
    for label, lab in ((name, probes.images()), (f"{name} of one", probes.one_image())):
        assert_matches(label, values[label], lab[:, channels], think=think, read=READ, rtol=0, atol=0)
    saw, think = "lab holds other numbers after the call than before it", "which of your operations writes into it?"
    before: list[Tensor] = [probes.images().double(), probes.one_image()]
    assert_that(is_unchanged(values["inputs after"], *before), saw=saw, think=think, read=READ)


@points(1)
def test_the_lightness_is_the_first_channel(observed):
    """l is the first channel of each image, and still has a dimension for it: (B, 1, H, W)."""
    think = "which dimension are the channels in, which of them is L, and does it keep its dimension?"
    _assert_channels(observed(probes.split), "l", [0], think)


@points(1)
def test_the_colour_is_the_two_others(observed):
    """ab is the second and the third channel of each image, in this order."""
    think = "which dimension are the channels in, and which of them are a and b?"
    _assert_channels(observed(probes.split), "ab", [1, 2], think)
