"""Hidden tests of split_brain_features: 2 points."""

import torch

from autograder.suites.assertions import assert_matches, assert_stays_on_device, assert_that, points
from autograder.suites.hw3_pretext.handed import assert_left_alone
from autograder.suites.hw3_pretext.probes import split_brain_features as probes
from autograder.suites.hw3_pretext.probes.inputs_handed import as_parameter

READ = "split-brain autoencoders (Zhang et al., 2017), section 3.1; notebook section 7.8"
CONTRACT = "the docstring of split_brain_features; notebook section 7.8"
UNASKED = {
    "modules": "it takes tensors, and no module",
    "again": "it has no state",
    "long": "there is no sequence",
    "kinds": "it takes no sequence",
    "empty": "an empty batch need not work",
    "ends": "numbers are moved, and nothing is computed of them",
    "special": "numbers are moved, and nothing is computed of them",
    "ties": "nothing is ordered or chosen",
    "options": "it has no argument but tensors",
}


def _assert_joined(features: object, f1: torch.Tensor, f2: torch.Tensor, what: str, think: str) -> None:
    """Row d of an image's features is row d of the first half's, then of the second half's."""
    expected = f1.new_zeros(len(f1), f1.shape[1] + f2.shape[1], *f1.shape[2:])
    expected[:, : f1.shape[1]], expected[:, f1.shape[1] :] = f1, f2
    assert_matches(f"the batch of {what}", features, expected, think=think, read=READ)


@points(1, asks=("unequal", "ragged", "inputs"))
def test_vectors_are_joined(observed):
    """Of each image the first half's features come first, then the second half's, and both halves get gradients."""
    values, (f1, f2) = observed(probes.join_vectors), probes.vectors()
    think = "how many features does an image have in the end, and whose are the first?"
    _assert_joined(values["features"], f1, f2, "vectors", think)
    assert_left_alone(values["inputs after"], as_parameter(f1), as_parameter(f2), read=CONTRACT)
    numbers = torch.arange(20.0).reshape(4, 5)
    think = "where does the path from the features to the two halves leave the graph?"
    for name, expected in (("f1", numbers[:, :3]), ("f2", numbers[:, 3:])):
        found = values.get(f"gradient_of_{name}")
        assert_that(found is not None, saw=f"no gradient reaches {name}", think=think, read=CONTRACT)
        assert_matches(f"the gradient of {name}", found, expected, think=think, read=CONTRACT)


@points(1, asks=("one", "odd", "dtypes", "layout", "device"))
def test_maps_are_joined_channel_by_channel(observed):
    """Feature maps keep their pixels, and get the channels of both halves; float64, other memory, a GPU work."""
    think = "which dimension holds the features of a map, and what becomes of its pixels?"
    _assert_joined(observed(probes.join_maps)["features"], *probes.maps(), "maps", think)
    values = observed(probes.join_other_maps)
    _assert_joined(values["features"], *probes.unequal_maps(), "maps with 1 and 4 channels, in float64,", think)
    other = values["features in other memory"]
    _assert_joined(other, *probes.maps_in_other_memory(), "maps that lie in memory in other ways", think)
    values = observed(probes.on_a_gpu)
    _assert_joined(values["features"], *probes.maps(), "maps on a GPU", think)
    assert_stays_on_device(values, read=CONTRACT)
