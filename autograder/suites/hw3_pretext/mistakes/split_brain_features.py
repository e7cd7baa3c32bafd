"""Known mistakes in split_brain_features."""

import torch
import torch.nn.functional as F

from autograder.suites import mistake


@mistake(
    "test_vectors_are_joined",
    says="The second half comes first. Those of the half that sees L stand at the beginning.",
)
def order_exchanged(f1, f2):
    return torch.cat([f2, f1], dim=1)


@mistake(
    "test_maps_are_joined_channel_by_channel",
    says="You join in the batch dimension, as if they were other images. Features are in dimension 1.",
)
def joined_in_the_batch(f1, f2):
    return torch.cat([f1, f2])


@mistake(
    "test_maps_are_joined_channel_by_channel",
    says="You join in the last dimension, which for maps is their width. Features are in dimension 1.",
)
def joined_in_the_last_dimension(f1, f2):
    return torch.cat([f1, f2], dim=-1)


@mistake(
    "test_maps_are_joined_channel_by_channel",
    says="You join in dimension 2, as if channels came third. Features are in dimension 1.",
)
def joined_in_the_third_dimension(f1, f2):
    return torch.cat([f1, f2], dim=min(2, f1.dim() - 1))


@mistake(
    "test_maps_are_joined_channel_by_channel",
    says="You stack the halves in a new dimension, which takes features of one size only. Join them (torch.cat).",
)
def stacked(f1, f2):
    return torch.stack([f1, f2], dim=1)


@mistake(
    "test_maps_are_joined_channel_by_channel",
    says="You add the halves' features up. They stand side by side.",
)
def added(f1, f2):
    return f1 + f2


@mistake(
    "test_maps_are_joined_channel_by_channel",
    says="You average the halves' features. They stand side by side.",
)
def averaged(f1, f2):
    return (f1 + f2) / 2


@mistake(
    "test_vectors_are_joined",
    says="Only the features of the first half come back.",
)
def first_half_only(f1, f2):
    return f1


@mistake(
    "test_maps_are_joined_channel_by_channel",
    says="You flatten maps into vectors. What follows the features, H and W, stays as it is.",
)
def flattened(f1, f2):
    return torch.cat([f1.flatten(1), f2.flatten(1)], dim=1)


@mistake(
    "test_maps_are_joined_channel_by_channel",
    says="You average maps over their pixels. What follows the features, H and W, stays as it is.",
)
def pooled(f1, f2):
    return torch.cat([f.flatten(2).mean(dim=2) if f.dim() > 2 else f for f in (f1, f2)], dim=1)


@mistake(
    "test_vectors_are_joined",
    says="You normalise the halves first. They come back as they are.",
)
def normalised(f1, f2):
    return torch.cat([F.normalize(f1, dim=1), F.normalize(f2, dim=1)], dim=1)


@mistake(
    "test_maps_are_joined_channel_by_channel",
    says="The channels of the two halves alternate. First come all of the first half, then all of the second.",
)
def alternating(f1, f2):
    if f1.shape != f2.shape:
        return torch.cat([f1, f2], dim=1)
    return torch.stack([f1, f2], dim=2).flatten(1, 2)


@mistake(
    "test_maps_are_joined_channel_by_channel",
    says="squeeze drops every dimension of size 1: with one image there is no batch left.",
)
def squeezed(f1, f2):
    return torch.cat([f1, f2], dim=1).squeeze()


@mistake(
    "test_maps_are_joined_channel_by_channel",
    says="The features are always float32. Keep the dtype of the halves.",
)
def always_float32(f1, f2):
    return torch.cat([f1, f2], dim=1).float()


@mistake(
    "test_maps_are_joined_channel_by_channel",
    says="You put the features into a tensor of the processor. They stay where the halves are: cat, or f1.new_zeros.",
)
def joined_on_the_processor(f1, f2):
    features = torch.zeros(len(f1), f1.shape[1] + f2.shape[1], *f1.shape[2:], dtype=f1.dtype)
    features[:, : f1.shape[1]] = f1
    features[:, f1.shape[1] :] = f2
    return features


@mistake(
    "test_vectors_are_joined",
    says="The features are detached from the halves. Whoever goes on to train these needs the gradient.",
)
def without_a_graph(f1, f2):
    return torch.cat([f1, f2], dim=1).detach()
