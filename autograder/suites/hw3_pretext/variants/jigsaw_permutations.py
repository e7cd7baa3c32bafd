"""Right answers to jigsaw_permutations in other styles: other first ones, other choices where several are as far."""

import itertools
import math

import numpy as np
import torch


def first_by_permutation(n_tiles, count, rng):
    """The first one by rng.permutation; of several the last in lexicographic order."""
    every = torch.tensor(list(itertools.permutations(range(n_tiles))))
    chosen = [torch.from_numpy(rng.permutation(n_tiles))]
    while len(chosen) < count:
        distance = torch.stack([(every != one).sum(dim=1) for one in chosen]).amin(dim=0)
        chosen.append(every[(distance == distance.max()).nonzero().flatten()[-1]])
    return torch.stack(chosen)


def any_of_the_furthest(n_tiles, count, rng):
    """Of several the generator chooses."""
    every = np.array(list(itertools.permutations(range(n_tiles))))
    chosen = [int(rng.integers(math.factorial(n_tiles)))]
    for _ in range(count - 1):
        distance = (every[:, None] != every[chosen]).sum(axis=2).min(axis=1)
        chosen.append(int(rng.choice(np.flatnonzero(distance == distance.max()))))
    return torch.from_numpy(every[chosen])


def in_plain_python(n_tiles, count, rng):
    """Tuples and max with a key; the first one by shuffling a list."""
    first = list(range(n_tiles))
    rng.shuffle(first)
    chosen = [tuple(first)]
    left = set(itertools.permutations(range(n_tiles))) - set(chosen)
    nearest = {one: n_tiles for one in left}
    while len(chosen) < count:
        for one in left:
            nearest[one] = min(nearest[one], sum(a != b for a, b in zip(one, chosen[-1])))
        best = max(sorted(left), key=nearest.get)
        chosen.append(best)
        left.remove(best)
    return torch.tensor(chosen)


def shuffled_candidates(n_tiles, count, rng):
    """All candidates in a random order, the first of which comes first; chosen ones are taken out."""
    every = rng.permutation(np.array(list(itertools.permutations(range(n_tiles)))))
    chosen, rest = every[:1], every[1:]
    while len(chosen) < count:
        best = (rest[:, None] != chosen).sum(axis=2).min(axis=1).argmax()
        chosen = np.concatenate([chosen, rest[best : best + 1]])
        rest = np.delete(rest, best, axis=0)
    return torch.as_tensor(chosen, dtype=torch.long)


def fewest_agreements(n_tiles, count, rng):
    """One-hot vectors: their product counts agreements, and the fewest are wanted."""
    every = torch.tensor(list(itertools.permutations(range(n_tiles))))
    one_hot = torch.eye(n_tiles)[every].flatten(1)  # (n!, n * n)
    order = [int(rng.random() * len(every))]
    agree = one_hot @ one_hot[order[0]]
    for _ in range(1, count):
        order.append(int(agree.argmin()))
        agree = torch.maximum(agree, one_hot @ one_hot[order[-1]])
    return every[order]


def relabelled(n_tiles, count, rng):
    """A set that begins with the identity, its tiles renamed by a random permutation: distances stay."""
    every = np.array(list(itertools.permutations(range(n_tiles))))
    chosen, nearest = [0], (every != every[0]).sum(axis=1)
    while len(chosen) < count:
        chosen.append(int(nearest.argmax()))
        np.minimum(nearest, (every != every[chosen[-1]]).sum(axis=1), out=nearest)
    return torch.from_numpy(rng.permutation(n_tiles)[every[chosen]]).long()


def sorted_by_random_keys(n_tiles, count, rng):
    """The first one by sorting random numbers; the whole matrix of distances beforehand."""
    every = torch.tensor(list(itertools.permutations(range(n_tiles))))
    distances = torch.cdist(every.double(), every.double(), p=0)  # counts places that differ
    first = torch.from_numpy(rng.random(n_tiles).argsort())
    chosen = [int((every == first).all(dim=1).nonzero())]
    while len(chosen) < count:
        chosen.append(int(distances[chosen].amin(dim=0).argmax()))
    return every[chosen]
