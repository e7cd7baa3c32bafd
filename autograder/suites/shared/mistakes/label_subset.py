"""Known mistakes in label_subset."""

import math
import random

import numpy as np
import torch

from autograder.suites import mistake


def _members(labels):
    """The indices of each class's images, as numpy arrays."""
    return [torch.nonzero(labels == label).flatten().numpy() for label in labels.unique()]


def _count(fraction, members):
    return max(1, round(fraction * len(members)))


def _join(chosen):
    return torch.from_numpy(np.concatenate(chosen))


@mistake(
    "test_each_class_keeps_its_fraction",
    says="You cut the number of images off (int). The contract rounds it.",
)
def rounded_down(labels, fraction, rng):
    return _join([rng.choice(m, max(1, int(fraction * len(m))), replace=False) for m in _members(labels)])


@mistake(
    "test_each_class_keeps_its_fraction",
    says="You round the number of images up. The contract rounds it to the nearest.",
)
def rounded_up(labels, fraction, rng):
    counts = [min(len(m), math.ceil(round(fraction * len(m), 6))) for m in _members(labels)]
    return _join([rng.choice(m, count, replace=False) for m, count in zip(_members(labels), counts)])


@mistake(
    "test_each_class_keeps_its_fraction",
    says="You choose from all images at once: each class gets what chance gives it. Choose within each class.",
)
def fraction_of_everything(labels, fraction, rng):
    return torch.from_numpy(rng.permutation(len(labels))[: max(1, round(fraction * len(labels)))])


@mistake(
    "test_each_class_keeps_its_fraction",
    says="A coin is thrown for each image, so chance decides how many are chosen. It is fraction times class size.",
)
def coin_for_each_image(labels, fraction, rng):
    return torch.from_numpy(np.flatnonzero(rng.random(len(labels)) < fraction))


@mistake(
    "test_each_class_keeps_its_fraction",
    says="Every class keeps the same number of images. It is the same fraction of each: large classes keep more.",
)
def same_number_of_every_class(labels, fraction, rng):
    members = _members(labels)
    count = max(1, round(fraction * len(labels) / len(members)))
    return _join([rng.choice(m, min(count, len(m)), replace=False) for m in members])


@mistake(
    "test_each_class_keeps_its_fraction",
    says="Images are chosen with replacement, so some come twice. Pass replace=False.",
)
def with_replacement(labels, fraction, rng):
    return _join([rng.choice(m, _count(fraction, m)) for m in _members(labels)])


@mistake(
    "test_each_class_keeps_its_fraction",
    says="These are positions within each class. Translate them into positions in labels.",
)
def positions_within_the_class(labels, fraction, rng):
    return _join([rng.permutation(len(m))[: _count(fraction, m)] for m in _members(labels)])


@mistake(
    "test_each_class_keeps_its_fraction",
    says="You return a mask, True where an image is chosen. The contract asks for indices: mask.nonzero().flatten().",
)
def mask_returned(labels, fraction, rng):
    mask = torch.zeros(len(labels), dtype=torch.bool)
    mask[_join([rng.choice(m, _count(fraction, m), replace=False) for m in _members(labels)])] = True
    return mask


@mistake(
    "test_each_class_keeps_its_fraction",
    says="nonzero gives a column of indices, (n, 1). The contract asks for (n,): flatten it.",
)
def column_of_indices(labels, fraction, rng):
    return _join([rng.choice(m, _count(fraction, m), replace=False) for m in _members(labels)])[:, None]


@mistake(
    "test_each_class_keeps_its_fraction",
    says="You return the labels of the chosen images. The contract asks for their indices.",
)
def labels_returned(labels, fraction, rng):
    return labels[_join([rng.choice(m, _count(fraction, m), replace=False) for m in _members(labels)])]


@mistake(
    "test_each_class_keeps_its_fraction",
    says="You return a numpy array. The contract asks for a tensor: torch.from_numpy makes one.",
)
def numpy_returned(labels, fraction, rng):
    return np.concatenate([rng.choice(m, _count(fraction, m), replace=False) for m in _members(labels)])


@mistake(
    "test_each_class_keeps_its_fraction",
    says="You return a list. The contract asks for a tensor of integers.",
)
def list_returned(labels, fraction, rng):
    return [i for m in _members(labels) for i in rng.choice(m, _count(fraction, m), replace=False).tolist()]


@mistake(
    "test_each_class_keeps_its_fraction",
    says="You return the images that lose their labels. The contract asks for those that keep them.",
)
def the_others_returned(labels, fraction, rng):
    return _join([rng.permutation(m)[_count(fraction, m) :] for m in _members(labels)])


@mistake(
    "test_each_class_keeps_its_fraction",
    says="You take the classes to be 0, 1, 2, … as many as there are. Ask labels.unique() which they are.",
)
def classes_counted_from_zero(labels, fraction, rng):
    members = [torch.nonzero(labels == label).flatten().numpy() for label in range(len(labels.unique()))]
    return _join([rng.choice(m, _count(fraction, m), replace=False) for m in members if len(m)])


@mistake(
    "test_each_class_keeps_its_fraction",
    says="You take the labels to be sorted, each class in a row. They may come in any order.",
)
def labels_taken_for_sorted(labels, fraction, rng):
    chosen, start = [], 0
    for count in labels.unique(return_counts=True)[1].tolist():
        members = np.arange(start, start + count)
        chosen.append(rng.choice(members, _count(fraction, members), replace=False))
        start += count
    return _join(chosen)


@mistake(
    "test_each_class_keeps_its_fraction",
    says="The number of the largest class is used for every class; small classes then keep all they have.",
)
def count_of_the_largest_class(labels, fraction, rng):
    members = _members(labels)
    count = max(_count(fraction, m) for m in members)
    return _join([rng.permutation(m)[:count] for m in members])


@mistake(
    "test_a_rare_class_keeps_one_and_all_is_all",
    says="A class with few images loses them all: its fraction rounds to 0. At least one is kept.",
)
def rare_class_lost(labels, fraction, rng):
    return _join([rng.choice(m, round(fraction * len(m)), replace=False) for m in _members(labels)])


@mistake(
    "test_images_are_chosen_at_random",
    says="The first images of each class are chosen, always the same ones. Choose at random.",
)
def first_of_each_class(labels, fraction, rng):
    return _join([m[: _count(fraction, m)] for m in _members(labels)])


@mistake(
    "test_images_are_chosen_at_random",
    says="Images are chosen in one run from a random start, so neighbours come together. Choose each at random.",
)
def run_from_a_random_start(labels, fraction, rng):
    return _join([np.roll(m, -rng.integers(len(m)))[: _count(fraction, m)] for m in _members(labels)])


@mistake(
    "test_images_are_chosen_at_random",
    says="A run of images from a random start that must fit is chosen: the first and the last images come too rarely.",
)
def run_that_fits(labels, fraction, rng):
    chosen = []
    for m in _members(labels):
        start = rng.integers(len(m) - _count(fraction, m) + 1)
        chosen.append(m[start : start + _count(fraction, m)])
    return _join(chosen)


@mistake(
    "test_the_generator_is_the_only_randomness",
    says="torch.randperm uses torch's global generator, and rng is not used: its seed cannot repeat the choice.",
)
def torch_global_generator(labels, fraction, rng):
    return torch.cat([torch.from_numpy(m)[torch.randperm(len(m))[: _count(fraction, m)]] for m in _members(labels)])


@mistake(
    "test_the_generator_is_the_only_randomness",
    says="np.random.choice uses numpy's global generator. Call rng.choice instead.",
)
def numpy_global_generator(labels, fraction, rng):
    return _join([np.random.choice(m, _count(fraction, m), replace=False) for m in _members(labels)])


@mistake(
    "test_the_generator_is_the_only_randomness",
    says="random.sample uses the global generator of the module random. Call rng.choice instead.",
)
def python_global_generator(labels, fraction, rng):
    return torch.tensor([i for m in _members(labels) for i in random.sample(m.tolist(), _count(fraction, m))])


@mistake(
    "test_the_generator_is_the_only_randomness",
    says="A generator of your own is made, and rng is not used: the choice cannot be repeated.",
)
def fresh_generator(labels, fraction, rng):
    rng = np.random.default_rng()
    return _join([rng.choice(m, _count(fraction, m), replace=False) for m in _members(labels)])


@mistake(
    "test_the_generator_is_the_only_randomness",
    says="The seed is fixed inside the function, so every call chooses the same images. Use rng as it comes.",
)
def seed_fixed_inside(labels, fraction, rng):
    rng = np.random.default_rng(0)
    return _join([rng.choice(m, _count(fraction, m), replace=False) for m in _members(labels)])


@mistake(
    "test_the_generator_is_the_only_randomness",
    says="You seed torch's global generator, so all that is drawn later changes. Give randperm a generator of its own.",
)
def torch_global_generator_seeded(labels, fraction, rng):
    torch.manual_seed(int(rng.integers(2**31)))
    return torch.cat([torch.from_numpy(m)[torch.randperm(len(m))[: _count(fraction, m)]] for m in _members(labels)])


@mistake(
    "test_each_class_keeps_its_fraction",
    says="You ask for an image of each number up to the largest label. Some numbers are no class: labels.unique().",
)
def an_image_of_every_number(labels, fraction, rng):
    members = [torch.nonzero(labels == number).flatten().numpy() for number in range(int(labels.max()) + 1)]
    return _join([rng.choice(m, _count(fraction, m), replace=False) for m in members])
