"""Hidden tests of split_brain_features: 2 points."""

import torch

from autograder.checks import assert_matches, points
from autograder.suites.hw3_pretext.probes import split_brain_features as probes

READ = "split-brain autoencoders (Zhang et al., 2017), section 3.1; notebook section 7.8"


def _assert_joined(features: object, f1: torch.Tensor, f2: torch.Tensor, what: str, think: str) -> None:
    """Row d of an image's features is row d of the first half's, then of the second half's."""
    expected = f1.new_zeros(len(f1), f1.shape[1] + f2.shape[1], *f1.shape[2:])
    expected[:, : f1.shape[1]], expected[:, f1.shape[1] :] = f1, f2
    assert_matches(f"the batch of {what}", features, expected, think=think, read=READ)


@points(1)
def test_vectors_are_joined(observed):
    """Of each image the first half's features come first, then the second half's: (B, D1 + D2)."""
    think = "how many features does an image have in the end, and whose are the first?"
    _assert_joined(observed(probes.join_vectors)["features"], *probes.vectors(), "vectors", think)


@points(1)
def test_maps_are_joined_channel_by_channel(observed):
    """Feature maps keep their pixels, and get the channels of both halves, as many as each has."""
    think = "which dimension holds the features of a map, and what becomes of its pixels?"
    _assert_joined(observed(probes.join_maps)["features"], *probes.maps(), "maps", think)
    features = observed(probes.join_unequal_maps)["features"]
    _assert_joined(features, *probes.unequal_maps(), "maps with 1 and 4 channels, in float64,", think)
