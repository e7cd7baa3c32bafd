"""Hidden tests of drop_colors: 3 points."""

from dataclasses import astuple

import torch
from torch import Tensor

from autograder.checks import assert_matches, assert_that, points
from autograder.suites.hw3_pretext.equations.patches import find_dropped
from autograder.suites.hw3_pretext.equations.pixels import is_unchanged
from autograder.suites.hw3_pretext.probes import drop_colors as probes

READ = 'Doersch, Gupta and Efros, 2015, section 3.1 ("color dropping"); notebook section 2.2'
CONTRACT = "the docstring of drop_colors; notebook section 2.2"
# One pixel less of 180 changes the deviation by 0.3 %: how it is counted is the business of small patches.
RTOL_LARGE = 0.01


def _is_kept(drop: probes.Drop) -> Tensor:
    """(B, C, h, w), true in each patch's kept channel."""
    is_kept = torch.zeros_like(drop.patches, dtype=torch.bool)
    for patch, channel in enumerate(drop.kept.tolist()):
        is_kept[patch, channel] = True
    return is_kept


@points(1)
def test_one_channel_of_each_patch_stays(observed):
    """Of each patch the kept channel stays as it is, and no other one does; the inputs are left unchanged."""
    drop, values = probes.large(), observed(probes.drop_large)
    actual, is_kept = values["dropped"], _is_kept(drop)
    if isinstance(actual, Tensor) and actual.shape == drop.patches.shape:
        stays = actual[~is_kept] == drop.patches[~is_kept]
        think = "how many channels does the network get to see of each patch?"
        assert_that(not stays.any(), saw="a channel that is dropped shows the patch", think=think, read=READ)
        actual = torch.where(is_kept, actual, drop.patches)
    think = "which patch does each number in kept belong to, and what happens to that channel?"
    assert_matches("what is kept", actual, drop.patches, think=think, read=READ, rtol=0)
    think = "which of your operations writes into the tensor it is given?"
    is_same = is_unchanged(values["inputs_after"], *astuple(drop))
    saw = "patches, kept or noise hold other numbers after the call than before it"
    assert_that(is_same, saw=saw, think=think, read=CONTRACT)


@points(1)
def test_the_others_become_faint_noise(observed):
    """In the other channels stands the noise, with a hundredth of the deviation of the patch's kept channel."""
    drop = probes.large()
    actual, expected = observed(probes.drop_large)["dropped"], find_dropped(*astuple(drop)).float()
    if isinstance(actual, Tensor) and actual.shape == expected.shape:
        actual = torch.where(_is_kept(drop), expected.to(actual.dtype), actual)
    think = "a hundredth of which deviation: of which channel, of which patch?"
    assert_matches("what is dropped", actual, expected, think=think, read=READ, rtol=RTOL_LARGE)


@points(1)
def test_small_patches_work(observed):
    """Patches of few pixels, one patch, one pixel and float64: the deviation is the root of the mean squared one."""
    values = observed(probes.drop_small)
    think = "by what do you divide the sum of the squares, and does any step drop a dimension or bring in a dtype?"
    for name, drop in probes.small().items():
        expected = find_dropped(*astuple(drop)).to(drop.patches.dtype)
        assert_matches(f"the result ({name.replace('_', ' ')})", values[name], expected, think=think, read=CONTRACT)
