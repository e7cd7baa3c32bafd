"""Jigsaw puzzles: how far permutations are from each other, by trying all of them; and tiles, one at a time."""

from functools import cache
from itertools import permutations

import torch
from torch import Tensor


@cache
def find_all(n_tiles: int) -> Tensor:
    """Every permutation, in lexicographic order, (n!, n)."""
    return torch.tensor(list(permutations(range(n_tiles))))


def find_distances(ones: Tensor, others: Tensor) -> Tensor:
    """Hamming distance of each of the one to each of the others: (A, n) and (B, n) -> (A, B)."""
    return (ones[:, None] != others).sum(dim=2)


def find_nearest(chosen: Tensor) -> Tensor:
    """Distance of each row but the first to the nearest of those above it, (count - 1,)."""
    return torch.stack([find_distances(row[None], chosen[:i]).min() for i, row in enumerate(chosen) if i])


def find_largest_possible(chosen: Tensor) -> Tensor:
    """What `find_nearest` could be at most in each row, given the rows above it, (count - 1,)."""
    to_all = find_distances(find_all(chosen.shape[1]), chosen)  # (n!, count)
    return to_all.cummin(dim=1).values.max(dim=0).values[:-1]


def find_published(n_tiles: int, count: int, first: Tensor) -> Tensor:
    """Noroozi and Favaro, 2016, algorithm 1, from this first one, (count, n).

    The next one is what has the largest mean distance to those that are chosen, and is not chosen itself; the first in
    lexicographic order if there are several.
    """
    every = find_all(n_tiles)
    chosen = [int((every == first).all(dim=1).nonzero())]
    while len(chosen) < count:
        mean = find_distances(every, every[chosen]).double().mean(dim=1)
        mean[chosen] = -1
        chosen.append(int(mean.argmax()))
    return every[chosen]


def find_tiles(images: Tensor, permutations: Tensor, choice: Tensor) -> Tensor:
    """(B, n, C, h, w): place j of image b holds its tile p[j], with p = permutations[choice[b]]."""
    side = round(permutations.shape[1] ** 0.5)
    height, width = images.shape[2] // side, images.shape[3] // side

    def cut(image: Tensor, tile: int) -> Tensor:
        top, left = tile // side * height, tile % side * width
        return image[:, top : top + height, left : left + width]

    orders = [permutations[index].tolist() for index in choice.tolist()]
    puzzles = zip(images, orders, strict=True)
    return torch.stack([torch.stack([cut(image, tile) for tile in order]) for image, order in puzzles])


def sort_tiles(tiles: Tensor) -> Tensor:
    """The tiles of each image, (B, n, …), ordered by their smallest number."""
    order = tiles.flatten(2).amin(dim=2).argsort(dim=1)  # (B, n)
    return torch.stack([own[places] for own, places in zip(tiles, order, strict=True)])
