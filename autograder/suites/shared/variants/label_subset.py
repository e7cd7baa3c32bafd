"""Right answers to label_subset in other styles."""

import math

import numpy as np
import torch


def permutation_of_each_class(labels, fraction, rng):
    """A permutation, cut off; halves rounded up."""
    labels, chosen = labels.numpy(), []
    for label in np.unique(labels):
        members = np.flatnonzero(labels == label)
        keep = max(int(math.floor(fraction * len(members) + 0.5)), 1)
        chosen.extend(rng.permutation(members)[:keep].tolist())
    return torch.tensor(chosen)


def one_permutation_of_all(labels, fraction, rng):
    """All images shuffled once, then the first ones of each class in that order; sorted in the end."""
    order = torch.from_numpy(rng.permutation(len(labels)))
    chosen = []
    for label in labels.unique():
        members = order[labels[order] == label]
        chosen.append(members[: max(1, round(len(members) * fraction))])
    return torch.cat(chosen).sort().values


def smallest_random_numbers(labels, fraction, rng):
    """A random number for each image; each class keeps its smallest."""
    scores = torch.from_numpy(rng.random(len(labels)))
    keep = torch.zeros(len(labels), dtype=torch.bool)
    for label in set(labels.tolist()):
        (members,) = torch.where(labels == label)
        count = max(1, int(np.rint(fraction * members.numel())))
        keep[members[scores[members].topk(count, largest=False).indices]] = True
    return keep.nonzero(as_tuple=True)[0]


def shuffled_in_place(labels, fraction, rng):
    """rng.shuffle on a list of indices; halves rounded down."""
    by_class = {}
    for index, label in enumerate(labels.tolist()):
        by_class.setdefault(label, []).append(index)
    chosen = []
    for members in by_class.values():
        rng.shuffle(members)
        chosen += members[: max(1, math.ceil(fraction * len(members) - 0.5))]
    return torch.tensor(chosen, dtype=torch.int64)


def torch_generator_of_its_own(labels, fraction, rng):
    """torch.randperm with a generator seeded from rng."""
    generator = torch.Generator().manual_seed(int(rng.integers(2**63 - 1)))
    chosen = []
    for label in range(int(labels.max()) + 1):
        members = torch.nonzero(labels == label, as_tuple=False).squeeze(1)
        if len(members):
            order = torch.randperm(len(members), generator=generator)
            chosen.append(members[order[: max(1, round(fraction * len(members)))]])
    return torch.cat(chosen)


def one_image_at_a_time(labels, fraction, rng):
    """Drawn one by one from what is left of the class."""
    chosen = []
    for label in torch.unique(labels):
        left = (labels == label).nonzero().flatten().tolist()
        for _ in range(max(1, round(fraction * len(left)))):
            chosen.append(left.pop(rng.integers(len(left))))
    return torch.as_tensor(chosen)
