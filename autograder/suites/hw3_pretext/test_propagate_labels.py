"""Hidden tests of propagate_labels: 5 points."""

import torch
from torch import Tensor

from autograder.suites.assertions import assert_matches, assert_stays_on_device, assert_that, points
from autograder.suites.hw3_pretext.equations.video import find_propagated
from autograder.suites.hw3_pretext.handed import assert_left_alone
from autograder.suites.hw3_pretext.probes import propagate_labels as probes
from autograder.suites.hw3_pretext.probes.inputs_video import SHIFT

READ = "Vondrick et al. (colorizing videos), 2018, section 3.4; notebook section 8.4"
CONTRACT = "the docstring of propagate_labels; notebook section 8.4"
UNASKED = {
    "ties": "which of several equal weights count is free",
    "modules": "it takes tensors, and no module",
    "again": "it has no state",
    "ragged": "one batch comes in",
    "kinds": "it takes no sequence",
    "empty": "an empty batch need not work",
}


def _has_moved(masks: object, before: Tensor) -> bool:
    """Nothing follows from masks that say nothing about the new frame."""
    if not (isinstance(masks, Tensor) and masks.shape == before.shape):
        return False
    return bool((masks[0, 0] != masks[0, 0, 0, 0]).any()) and not torch.equal(masks, before)


@points(1, asks=("unequal",))
def test_a_mask_moves_with_its_object(observed):
    """When everything moves one place down and to the right, so do the masks of a dot and of a row."""
    assert_matches(
        "the masks of a dot and of a row that have moved",
        observed(probes.propagate)["shifted"],
        probes.shifted()[1][:, 0].roll(SHIFT, dims=(2, 3)),
        think="which dimensions of the attention say who looks, and which ones at whom?",
        read=CONTRACT,
    )


@points(1, asks=("options",))
def test_only_the_largest_weights_count(observed):
    """The masks are averaged under the three largest of each place's weights, scaled to sum to 1 again."""
    masks, case = observed(probes.propagate)["of_one_frame"], probes.one_frame()
    saw = "the masks are no tensor (B, L, H, W), are the same at all places, or are those of the reference frame"
    has_moved, think = _has_moved(masks, case[1][:, 0]), "what does your function return?"
    assert_that(has_moved, saw=saw, think=think, read=CONTRACT)
    total = masks.sum(dim=1)
    think = "what do the weights that are left sum to, before and after you scale them?"
    name = "the sum of two masks that cover everything between them"
    assert_matches(name, total, torch.ones_like(total), think=think, read=CONTRACT)
    think = "which weights of one target place are kept, and how do they compare with each other afterwards?"
    name = "the masks by the 3 largest of 8 weights"
    assert_matches(name, masks, find_propagated(*case).float(), think=think, read=READ)


@points(1, asks=("unequal",))
def test_frames_compete_for_the_largest_weights(observed):
    """The three largest weights are chosen from all places of all reference frames together."""
    assert_matches(
        "the masks by the 3 largest weights of 3 frames",
        observed(probes.propagate)["of_several_frames"],
        find_propagated(*probes.several_frames()).float(),
        think="how many weights does a target place keep, and how many of them may come from one frame?",
        read=CONTRACT,
    )


@points(1, asks=("one", "odd", "ends", "special", "options", "dtypes", "layout", "inputs", "long"))
def test_one_weight_all_weights_and_other_sizes_work(observed):
    """top_k of 1 or T H W, weights of 0, equal sizes, one place, eleven frames, other memory and float64 work."""
    by_k, values = observed(probes.propagate_with_one_and_with_all_weights), observed(probes.propagate_in_other_sizes)
    cases = {
        "by the largest weight": (by_k["by_one_weight"], find_propagated(*probes.one_weight()).float()),
        "by all weights": (by_k["by_all_weights"], find_propagated(*probes.all_weights()).float()),
        "with all sizes 3": (values["of_equal_sizes"], find_propagated(*probes.all_sizes_equal()).float()),
        "of one place": (values["of_one_place"], find_propagated(*probes.one_place()).float()),
        "with weights of 0": (values["of_certain"], find_propagated(*probes.certain()).float()),
        "of eleven frames": (values["of_many_frames"], find_propagated(*probes.many_frames()).float()),
        "in float64": (values["in_float64"], find_propagated(*probes.in_float64())),
    }
    think = "is exactly top_k kept, and does any step mix up equal sizes, drop a size of 1 or change the dtype?"
    for name, (masks, expected) in cases.items():
        assert_matches(f"the masks {name}", masks, expected, think=think, read=CONTRACT)
    assert_left_alone(values["inputs_after"], *probes.in_float64()[:2], read=CONTRACT)


@points(1, asks=("device",))
def test_it_works_on_a_gpu(observed):
    """On a GPU (a stand-in for one) the results are the same, and lie on it."""
    values, expected = observed(probes.on_a_gpu), find_propagated(*probes.one_frame()).float()
    think = "on which device does each tensor lie that you make yourself?"
    assert_matches("the masks on a GPU", values["masks"], expected, think=think, read=CONTRACT)
    assert_stays_on_device(values, read=CONTRACT)
