"""Known mistakes in jigsaw_permutations."""

import itertools
import random

import numpy as np
import torch

from autograder.suites import mistake


def _every(n_tiles):
    return np.array(list(itertools.permutations(range(n_tiles))))


def _spread(every, count, first, measure=lambda distances: distances.min(axis=1)):
    """Greedy: measure says how good each candidate is, from its distances to the chosen ones (n!, chosen)."""
    chosen = [first]
    while len(chosen) < count:
        chosen.append(int(measure((every[:, None] != every[chosen]).sum(axis=2)).argmax()))
    return torch.from_numpy(every[chosen])


def _first(every, rng):
    return int(rng.integers(len(every)))


def _spread_others(every, count, first, measure):
    """The same, among those that are not chosen yet."""
    return _spread(every, count, first, lambda distances: np.where((distances == 0).any(1), -99, measure(distances)))


@mistake(
    "test_each_one_is_as_far_as_it_can_be",
    says="You take the largest mean distance, as the paper does: two puzzles may still be nearly alike. Here the "
    "smallest distance counts.",
)
def mean_distance(n_tiles, count, rng):
    every = _every(n_tiles)
    return _spread_others(every, count, _first(every, rng), lambda distances: distances.mean(axis=1))


@mistake(
    "test_there_are_count_different_ones",
    says="You take the largest mean distance, and the mean can choose again what is chosen already.",
)
def mean_distance_chooses_again(n_tiles, count, rng):
    every = _every(n_tiles)
    return _spread(every, count, _first(every, rng), lambda distances: distances.mean(axis=1))


@mistake(
    "test_each_one_is_as_far_as_it_can_be",
    says="You look at the largest distance to those that are chosen. The smallest one tells whether two are alike.",
)
def largest_distance(n_tiles, count, rng):
    every = _every(n_tiles)
    return _spread_others(every, count, _first(every, rng), lambda distances: distances.max(axis=1))


@mistake(
    "test_each_one_is_as_far_as_it_can_be",
    says="You look at the distance to the last one alone. All that are chosen count.",
)
def distance_to_the_last(n_tiles, count, rng):
    every = _every(n_tiles)
    return _spread_others(every, count, _first(every, rng), lambda distances: distances[:, -1])


@mistake(
    "test_there_are_count_different_ones",
    says="You look at the distance to the last one alone, so the one before it is chosen again. All that are chosen "
    "count.",
)
def distance_to_the_last_chooses_again(n_tiles, count, rng):
    every = _every(n_tiles)
    return _spread(every, count, _first(every, rng), lambda distances: distances[:, -1])


@mistake(
    "test_each_one_is_as_far_as_it_can_be",
    says="You look at the distance to the first one alone. All that are chosen count.",
)
def distance_to_the_first(n_tiles, count, rng):
    every = _every(n_tiles)
    return _spread_others(every, count, _first(every, rng), lambda distances: distances[:, 0])


@mistake(
    "test_they_are_as_far_apart_as_published",
    says="You add the closest one each time. The furthest one is wanted.",
)
def closest_added(n_tiles, count, rng):
    every = _every(n_tiles)
    return _spread_others(every, count, _first(every, rng), lambda distances: -distances.min(axis=1))


@mistake(
    "test_each_one_is_as_far_as_it_can_be",
    says="You measure by how far tiles move (a sum of differences). The Hamming distance counts the places that "
    "differ.",
)
def sum_of_differences(n_tiles, count, rng):
    every = _every(n_tiles)
    chosen = [_first(every, rng)]
    while len(chosen) < count:
        distances = np.abs(every[:, None] - every[chosen]).sum(axis=2)
        chosen.append(int(distances.min(axis=1).argmax()))
    return torch.from_numpy(every[chosen])


@mistake(
    "test_they_are_as_far_apart_as_published",
    says="Your permutations are drawn at random, all different. Some of them are nearly alike: look at distances.",
)
def random_set(n_tiles, count, rng):
    every = _every(n_tiles)
    return torch.from_numpy(every[rng.choice(len(every), count, replace=False)])


@mistake(
    "test_there_are_count_different_ones",
    says="Your permutations are drawn one by one at random, so some come twice, and some are nearly alike.",
)
def random_rows(n_tiles, count, rng):
    return torch.from_numpy(np.stack([rng.permutation(n_tiles) for _ in range(count)]))


@mistake(
    "test_each_one_is_as_far_as_it_can_be",
    says="You choose the best of a few random candidates. The furthest of all permutations is wanted.",
)
def best_of_a_few_candidates(n_tiles, count, rng):
    every = _every(n_tiles)
    chosen, left = [_first(every, rng)], set(range(len(every)))
    while len(chosen) < count:
        left.discard(chosen[-1])
        some = rng.permutation(sorted(left))[:10]
        distances = (every[some][:, None] != every[chosen]).sum(axis=2).min(axis=1)
        chosen.append(int(some[distances.argmax()]))
    return torch.from_numpy(every[chosen])


@mistake(
    "test_they_are_as_far_apart_as_published",
    says="You take the first permutations in lexicographic order. They are as alike as they can be.",
)
def first_in_order(n_tiles, count, rng):
    return torch.from_numpy(_every(n_tiles)[:count])


@mistake(
    "test_they_are_as_far_apart_as_published",
    says="You take permutations at equal steps in lexicographic order. Far in the list is not far in places.",
)
def equal_steps_in_order(n_tiles, count, rng):
    every = _every(n_tiles)
    return torch.from_numpy(every[(_first(every, rng) + np.arange(count) * (len(every) // count)) % len(every)])


@mistake(
    "test_each_one_is_as_far_as_it_can_be",
    says="After a first round of shifted copies you go on at random. Each one that is added is the furthest there is.",
)
def shifts_of_the_first(n_tiles, count, rng):
    every = _every(n_tiles)
    first = rng.permutation(n_tiles)
    shifts = [np.roll(first, shift) for shift in range(min(count, n_tiles))]
    taken = {tuple(one) for one in shifts}
    others = [one for one in rng.permutation(every) if tuple(one) not in taken]
    return torch.from_numpy(np.stack([*shifts, *others[: count - len(shifts)]]))


@mistake(
    "test_the_first_one_is_drawn_from_all",
    says="The first one is always 0 1 2 …. It is drawn at random from all permutations.",
)
def begins_with_the_identity(n_tiles, count, rng):
    return _spread(_every(n_tiles), count, 0)


@mistake(
    "test_the_first_one_is_drawn_from_all",
    says="The first one is never the last in the list: rng.integers leaves its upper end out by itself.",
)
def last_one_never_first(n_tiles, count, rng):
    every = _every(n_tiles)
    return _spread(every, count, int(rng.integers(len(every) - 1)))


@mistake(
    "test_the_first_one_is_drawn_from_all",
    says="Your random number is below n_tiles, so only so many can come first. There are n_tiles! permutations.",
)
def first_one_of_n_tiles(n_tiles, count, rng):
    return _spread(_every(n_tiles), count, int(rng.integers(n_tiles)))


@mistake(
    "test_the_first_one_is_drawn_from_all",
    says="The first one only has two tiles swapped. Each of all permutations is as probable as any other.",
)
def two_tiles_swapped(n_tiles, count, rng):
    every, first = _every(n_tiles), np.arange(n_tiles)
    i, j = rng.choice(n_tiles, 2, replace=False)
    first[[i, j]] = first[[j, i]]
    return _spread(every, count, int((every == first).all(axis=1).argmax()))


@mistake(
    "test_the_first_one_is_drawn_from_all",
    says="The first one is a shifted 0 1 2 …. Each of all permutations is as probable as any other.",
)
def first_one_shifted(n_tiles, count, rng):
    every, first = _every(n_tiles), np.roll(np.arange(n_tiles), rng.integers(n_tiles))
    return _spread(every, count, int((every == first).all(axis=1).argmax()))


@mistake(
    "test_each_row_is_a_permutation",
    says="Your tiles are numbered from 1. They are 0 ... n_tiles - 1.",
)
def tiles_from_one(n_tiles, count, rng):
    every = _every(n_tiles)
    return _spread(every, count, _first(every, rng)) + 1


@mistake(
    "test_each_row_is_a_permutation",
    says="Rows are drawn with repeated tiles. A permutation has each tile once.",
)
def tiles_with_repeats(n_tiles, count, rng):
    return torch.from_numpy(rng.integers(n_tiles, size=(count, n_tiles)))


@mistake(
    "test_each_row_is_a_permutation",
    says="You return (n_tiles, count). Each permutation is a row: (count, n_tiles).",
)
def permutations_in_columns(n_tiles, count, rng):
    every = _every(n_tiles)
    return _spread(every, count, _first(every, rng)).T


@mistake(
    "test_each_row_is_a_permutation",
    says="You return the numbers of the permutations in your list. Return the permutations.",
)
def numbers_returned(n_tiles, count, rng):
    every = _every(n_tiles)
    chosen = _spread(every, count, _first(every, rng)).numpy()
    return torch.tensor([int((every == one).all(axis=1).argmax()) for one in chosen])


@mistake(
    "test_each_row_is_a_permutation",
    says="Your permutations are floats. Numbers of tiles are long.",
)
def floats_returned(n_tiles, count, rng):
    every = _every(n_tiles)
    return _spread(every, count, _first(every, rng)).float()


@mistake(
    "test_each_row_is_a_permutation",
    says="Your permutations are int8 or int32. The contract wants long, which a tensor needs to be an index.",
)
def small_integers_returned(n_tiles, count, rng):
    every = _every(n_tiles)
    return _spread(every, count, _first(every, rng)).to(torch.int32)


@mistake(
    "test_there_are_count_different_ones",
    says="There is one too few. count includes the first one.",
)
def one_too_few(n_tiles, count, rng):
    every = _every(n_tiles)
    return _spread(every, count, _first(every, rng))[: max(1, count - 1)]


@mistake(
    "test_there_are_count_different_ones",
    says="There is one too many. count includes the first one.",
)
def one_too_many(n_tiles, count, rng):
    every = _every(n_tiles)
    return _spread(every, count + 1, _first(every, rng))


@mistake(
    "test_there_are_count_different_ones",
    says="You stop after as many as can differ from each other everywhere. The set has count rows, however close they "
    "get.",
)
def stops_when_close(n_tiles, count, rng):
    every = _every(n_tiles)
    chosen = _spread(every, count, _first(every, rng))
    return chosen[: max(n_tiles, 2)]


@mistake(
    "test_the_generator_is_the_only_randomness",
    says="np.random uses numpy's global generator. Draw with rng.",
)
def numpy_global_generator(n_tiles, count, rng):
    every = _every(n_tiles)
    return _spread(every, count, np.random.randint(len(every)))


@mistake(
    "test_the_generator_is_the_only_randomness",
    says="The module random has a global generator of its own. Draw with rng.",
)
def python_global_generator(n_tiles, count, rng):
    every = _every(n_tiles)
    return _spread(every, count, random.randrange(len(every)))


@mistake(
    "test_the_generator_is_the_only_randomness",
    says="torch.randperm uses torch's global generator. Draw with rng.",
)
def torch_global_generator(n_tiles, count, rng):
    every = _every(n_tiles)
    first = torch.randperm(n_tiles).numpy()
    return _spread(every, count, int((every == first).all(axis=1).argmax()))


@mistake(
    "test_the_generator_is_the_only_randomness",
    says="You seed numpy's global generator with a number from rng, so all that is drawn later changes. Draw with rng.",
)
def numpy_seeded(n_tiles, count, rng):
    every = _every(n_tiles)
    np.random.seed(int(rng.integers(2**31)))
    return _spread(every, count, np.random.randint(len(every)))


@mistake(
    "test_the_first_one_is_drawn_from_all",
    says="The seed is fixed inside the function, so every call gives the same set. Use rng as it comes.",
)
def seed_fixed_inside(n_tiles, count, rng):
    every = _every(n_tiles)
    return _spread(every, count, _first(every, np.random.default_rng(5)))


def _removed(n_tiles, count, rng, choose):
    """As published: whoever is chosen leaves the list of candidates, and the next one is chosen from what is left."""
    left = _every(n_tiles)
    chosen, following = [], _first(left, rng)
    for _ in range(count):
        chosen.append(left[following])
        left = np.delete(left, following, axis=0)
        distances = (left[:, None] != np.array(chosen)).mean(axis=2)  # (left, chosen)
        following = int(choose(distances))
    return torch.from_numpy(np.array(chosen))


@mistake(
    "test_each_one_is_as_far_as_it_can_be",
    says="This is the published program: it takes the largest mean distance, and fails when all permutations are asked "
    "for, since it looks for one more than it needs. Here the smallest distance counts, and count may be n_tiles!.",
)
def published_program(n_tiles, count, rng):
    return _removed(n_tiles, count, rng, lambda distances: distances.mean(axis=1).argmax())


@mistake(
    "test_there_are_count_different_ones",
    says="After the last one you look for one more. When all permutations are asked for there is none, and argmax of "
    "nothing is an error.",
)
def one_more_looked_for(n_tiles, count, rng):
    return _removed(n_tiles, count, rng, lambda distances: distances.min(axis=1).argmax())


@mistake(
    "test_each_one_is_as_far_as_it_can_be",
    says="You take one from the middle of the list that is sorted by distance, as a published program can. The "
    "furthest one is wanted.",
)
def one_of_middling_distance(n_tiles, count, rng):
    every = _every(n_tiles)
    chosen = [_first(every, rng)]
    while len(chosen) < count:
        distances = (every[:, None] != every[chosen]).sum(axis=2).min(axis=1)
        left = [index for index in distances.argsort() if index not in chosen]
        chosen.append(int(left[len(left) // 2]))
    return torch.from_numpy(every[chosen])


@mistake(
    "test_each_one_is_as_far_as_it_can_be",
    says="You compare sums: the largest sum of distances is the largest mean. The smallest distance counts.",
)
def sum_of_distances_to_all(n_tiles, count, rng):
    every = _every(n_tiles)
    chosen = [_first(every, rng)]
    total = np.zeros(len(every))
    while len(chosen) < count:
        total += (every != every[chosen[-1]]).sum(axis=1)
        total[chosen] = -np.inf
        ties = np.flatnonzero(total == total.max())
        chosen.append(int(ties[-1]))
    return torch.from_numpy(every[chosen])


@mistake(
    "test_there_are_count_different_ones",
    says="When permutations run out you begin again with the first. All that there are may be asked for, each once.",
)
def rows_repeated_when_used_up(n_tiles, count, rng):
    every = _every(n_tiles)
    chosen = _spread(every, min(count, len(every) // 2), _first(every, rng))
    return chosen[torch.arange(count) % len(chosen)]


@mistake(
    "test_the_first_one_is_drawn_from_all",
    says="The first one is drawn from the first half of the list. Each permutation is as probable as any other.",
)
def first_one_of_the_first_half(n_tiles, count, rng):
    every = _every(n_tiles)
    return _spread(every, count, int(rng.integers(max(1, len(every) // 2))))


@mistake(
    "test_each_one_is_as_far_as_it_can_be",
    says="You take the largest mean of the shares of places that differ, as a published program does. Two puzzles may "
    "still be nearly alike: the smallest distance counts.",
)
def mean_share(n_tiles, count, rng):
    left = _every(n_tiles)
    chosen, following = [], _first(left, rng)
    while True:
        chosen.append(left[following])
        if len(chosen) == count:
            return torch.from_numpy(np.array(chosen))
        left = np.delete(left, following, axis=0)
        following = int((left[:, None] != np.array(chosen)).mean(axis=2).mean(axis=1).argmax())


@mistake(
    "test_the_first_one_is_drawn_from_all",
    says="The first one is always 0 1 2 …, and only the others are drawn. It is drawn from all permutations as well.",
)
def identity_then_any_of_the_furthest(n_tiles, count, rng):
    every, chosen = _every(n_tiles), [0]
    nearest = np.full(len(every), n_tiles)
    for _ in range(count - 1):
        nearest = np.minimum(nearest, (every != every[chosen[-1]]).sum(axis=1))
        chosen.append(int(rng.choice(np.flatnonzero(nearest == nearest.max()))))
    return torch.from_numpy(every[chosen])
