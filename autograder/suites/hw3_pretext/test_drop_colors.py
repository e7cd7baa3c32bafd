"""Hidden tests of drop_colors: 3 points."""

from dataclasses import astuple

import torch
from torch import Tensor

from autograder.suites.assertions import assert_matches, assert_stays_on_device, assert_that, points
from autograder.suites.hw3_pretext.equations.patches import find_dropped
from autograder.suites.hw3_pretext.handed import assert_left_alone
from autograder.suites.hw3_pretext.probes import drop_colors as probes

READ = 'Doersch, Gupta and Efros, 2015, section 3.1 ("color dropping"); notebook section 2.2'
CONTRACT = "the docstring of drop_colors; notebook section 2.2"
# One pixel less of 180 changes the deviation by 0.3 %: how it is counted is the business of small patches.
RTOL_LARGE = 0.01
UNASKED = {
    "modules": "it takes tensors, and no module",
    "again": "it has no state",
    "ragged": "one batch comes in",
    "long": "there is no sequence",
    "kinds": "it takes no sequence",
    "empty": "an empty batch need not work",
    "ties": "nothing is ordered or chosen",
}


def _is_kept(drop: probes.Drop) -> Tensor:
    """(B, C, h, w), true in each patch's kept channel."""
    is_kept = torch.zeros_like(drop.patches, dtype=torch.bool)
    for patch, channel in enumerate(drop.kept.tolist()):
        is_kept[patch, channel] = True
    return is_kept


@points(1, asks=("unequal", "inputs"))
def test_one_channel_stays_and_the_others_become_faint_noise(observed):
    """The kept channel stays; the others are the noise times a hundredth of the deviation of the kept channel."""
    drop, values = probes.large(), observed(probes.drop_large)
    actual, is_kept, expected = values["dropped"], _is_kept(drop), find_dropped(*astuple(drop)).float()
    if isinstance(actual, Tensor) and actual.shape == drop.patches.shape:
        stays = actual[~is_kept] == drop.patches[~is_kept]
        think = "how many channels does the network get to see of each patch?"
        assert_that(not stays.any(), saw="a channel that is dropped shows the patch", think=think, read=READ)
        kept = torch.where(is_kept, actual, drop.patches)
        think = "which patch does each number in kept belong to, and what happens to that channel?"
        assert_matches("what is kept", kept, drop.patches, think=think, read=READ, rtol=0)
    think = "a hundredth of which deviation: of which channel, of which patch?"
    assert_matches("the batch of patches", actual, expected, think=think, read=READ, rtol=RTOL_LARGE)
    assert_left_alone(values["inputs_after"], *astuple(drop), read=CONTRACT)


@points(1, asks=("one", "odd", "ends", "special", "options", "dtypes", "layout"))
def test_small_and_even_patches_work(observed):
    """Few pixels, one patch, one pixel, one colour, float64: the deviation is the root of the mean squared one."""
    small, even = observed(probes.drop_small), observed(probes.drop_even)
    think = "by what do you divide the sum of the squares, and does any step drop a dimension or bring in a dtype?"
    for name, drop in probes.small().items():
        expected = find_dropped(*astuple(drop)).to(drop.patches.dtype)
        assert_matches(f"the result ({name.replace('_', ' ')})", small[name], expected, think=think, read=CONTRACT)
    name, expected = "the result (scattered in memory)", find_dropped(*astuple(probes.scattered())).float()
    assert_matches(name, even["scattered_in_memory"], expected, think=think, read=CONTRACT)
    think = "is your deviation a difference of two large numbers, which rounding makes wrong or less than 0?"
    for name, drop in probes.even().items():
        expected = find_dropped(*astuple(drop)).float()
        assert_matches(f"the result ({name.replace('_', ' ')})", even[name], expected, think=think, read=CONTRACT)


@points(1, asks=("device",))
def test_it_works_on_a_gpu(observed):
    """On a GPU (a stand-in for one) the results are the same, and lie on it."""
    values, drop = observed(probes.on_a_gpu), probes.small()["of_six_pixels"]
    think = "on which device does each tensor lie that you make yourself, an index or a mask for instance?"
    expected = find_dropped(*astuple(drop)).float()
    assert_matches("the batch of patches on a GPU", values["dropped"], expected, think=think, read=CONTRACT)
    assert_stays_on_device(values, read=CONTRACT)
