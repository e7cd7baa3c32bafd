"""Hidden tests of find_correspondence: 6 points."""

import torch

from autograder.suites.assertions import (
    assert_matches,
    assert_stays_on_device,
    assert_that,
    points,
    take_word,
    to_number,
)
from autograder.suites.hw5_sequences_and_language.assertions_features import assert_left_alone
from autograder.suites.hw5_sequences_and_language.equations.dense import find_best, find_heat
from autograder.suites.hw5_sequences_and_language.probes import find_correspondence as probes

READ = "Dense Object Nets (Florence et al., 2018), section 3.1; notebook section 3.2"
CONTRACT = "the docstring of find_correspondence; notebook section 3.2"
# A thousandth of the descriptors' norm is allowed. |a|² + |b|² - 2 ab, a fast way to all distances, leaves a few 1e-6
# of rounding under the root: ten times that stays inside this at the probes' smallest distances.
ATOL = 1e-4

UNASKED = {
    "modules": "it is given tensors, and no module",
    "again": "it has no state",
    "long": "there are no sequences",
    "kinds": "the contract speaks of tensors only",
    "empty": "no point and no pixel need not work",
}


@points(1, asks=("unequal", "options"))
def test_the_heat_is_the_distance_of_every_pixel(observed):
    """For each point, the heat holds the Euclidean distance of every pixel of the second picture, of another size."""
    assert_matches(
        "heat",
        observed(probes.on_two_sizes)["heat"],
        find_heat(*probes.two_sizes()).float(),
        think="from which picture is the descriptor, with which is it compared, and what makes a Euclidean distance?",
        read=READ,
        atol=ATOL,
    )


@points(1, asks=("special", "ties", "ends"))
def test_equal_descriptors_are_found(observed):
    """A descriptor that is in the second picture too has the distance 0 there; of two such places one is found."""
    values, (desc_a, _, places) = observed(probes.on_twins), probes.with_twins()
    think, least = "what may rounding leave under a root, where the distance is 0?", to_number(values["least"])
    saw = "where a descriptor is in the second picture too, the heat is NaN, below 0, or never nearly 0"
    norm = float(desc_a.norm(dim=0).max())
    assert_that(0 <= least <= norm / 1000, saw=saw, think=think, read=CONTRACT)
    wanted = desc_a[0, places[:, 0], places[:, 1]]
    name, think = "what is found where each descriptor is at two places", "how many places are best for one point?"
    assert_matches(name, values["found"], wanted, think=think, read=CONTRACT)
    _assert_any_size_of_descriptors_works(observed(probes.on_loud_and_quiet))


def _assert_any_size_of_descriptors_works(values: dict) -> None:
    think = "is anything added to a distance, or cut off?"
    for name, case in probes.loud_and_quiet().items():
        told = {"loud": "descriptors of hundreds", "quiet": "descriptors of thousandths"}[name]
        heat, atol = find_heat(*case).float(), 1e-3 * float(case[0].norm(dim=0).max())
        assert_matches(f"heat with {told}", values[f"heat_of_{name}"], heat, think=think, read=CONTRACT, atol=atol)
        assert_matches(f"best with {told}", values[f"best_of_{name}"], find_best(*case), think=think, read=CONTRACT)


@points(1)
def test_the_nearest_pixel_is_found(observed):
    """In pictures of 4 by 4 pixels each of four points finds its nearest pixel, and best is long."""
    think = "what makes a pixel the best one, in which picture is it looked for, and which of its numbers comes first?"
    values = observed(probes.on_square_pictures)
    assert_matches("best", values["best"], find_best(*probes.four_of_all()), think=think, read=READ)
    saw = f"best is {take_word(values, 'dtype')}, where row and column are asked for as torch.int64 (long)"
    think = "which dtype has an index, and which one do your operations on it leave?"
    assert_that(values["dtype"] == "torch.int64" and values["bits"] == 64, saw=saw, think=think, read=CONTRACT)


@points(1)
def test_best_is_row_and_column_of_the_second_picture(observed):
    """In a second picture of another size than the first, the nearest pixel's row and column are right."""
    best = observed(probes.on_two_sizes)["best"]
    think = "how long is a row of the picture that is searched, and where is pixel number 20 if a row has 6 pixels?"
    assert_matches("best", best, find_best(*probes.two_sizes()), think=think, read=CONTRACT)


@points(1, asks=("one", "odd", "dtypes", "layout", "inputs", "ragged"))
def test_any_sizes_and_float64_work(observed):
    """Any number of points, pixels and channels, any order in memory and float64 work; inputs are left unchanged."""
    values = observed(probes.on_other_sizes)
    think = "does any step drop a dimension of size 1, take one for another, or choose a dtype of its own?"
    for name, case in probes.of_all_sizes().items():
        label = name.replace("_", " ")
        best, heat = find_best(*case), find_heat(*case).float()
        assert_matches(f"heat with {label}", values[f"heat_of_{name}"], heat, think=think, read=CONTRACT, atol=ATOL)
        assert_matches(f"best with {label}", values[f"best_of_{name}"], best, think=think, read=CONTRACT)
    _assert_many_points_work(observed(probes.on_many_points), think)
    values, (best, heat) = observed(probes.in_float64), (find_best(*probes.two_sizes()), find_heat(*probes.two_sizes()))
    assert_matches("heat in float64", values["heat"], heat, think=think, read=CONTRACT)
    assert_matches("best in float64", values["best"], best, think=think, read=CONTRACT)
    values, (desc_a, desc_b, places) = observed(probes.in_another_order), probes.two_sizes()
    think = "which of your steps needs numbers that lie side by side in memory?"
    for key, first in (("", desc_a), ("_of_expanded", desc_a[:, :1, :1].expand(desc_a.shape))):
        heat, best = find_heat(first, desc_b, places).float(), find_best(first, desc_b, places)
        name = "heat of inputs in another order in memory"
        assert_matches(name, values[f"heat{key}"], heat, think=think, read=CONTRACT, atol=ATOL)
        name = name.replace("heat", "best")
        assert_matches(name, values[f"best{key}"], best, think=think, read=CONTRACT)
    left, given = observed(probes.leave_inputs), probes.two_sizes()
    assert_left_alone(left, *given, what="descriptors or points", read=CONTRACT, learn=False)


def _assert_many_points_work(values: dict, think: str) -> None:
    desc_a, desc_b, places = probes.many_points()
    wanted, pixels = desc_a[:, places[:, 0], places[:, 1]].double().T, desc_b.double().flatten(1).T
    heat = (wanted[:, None] - pixels).square().sum(dim=2).sqrt()  # as find_heat, in one step
    number = heat.argmin(dim=1)
    best = torch.stack([number // desc_b.shape[2], number % desc_b.shape[2]], dim=1)
    assert_matches("best of many points", values["best"], best, think=think, read=CONTRACT)
    mean, last = heat.mean(dim=1).float(), heat.reshape(len(places), *desc_b.shape[1:])[:, :, -1].float()
    assert_matches("the mean heat of many points", values["mean"], mean, think=think, read=CONTRACT, atol=ATOL)
    assert_matches("the heat of many points, last column", values["heat"], last, think=think, read=CONTRACT, atol=ATOL)


@points(1, asks=("device",))
def test_it_works_on_a_gpu(observed):
    """Given tensors on a GPU, best and heat are right and on it."""
    values = observed(probes.on_a_gpu)
    assert_stays_on_device(values, read=CONTRACT)
    think = "on which device does each tensor lie that your function makes?"
    best, heat = find_best(*probes.two_sizes()), find_heat(*probes.two_sizes()).float()
    assert_matches("best on a GPU", values["best"], best, think=think, read=CONTRACT)
    assert_matches("heat on a GPU", values["heat"], heat, think=think, read=CONTRACT, atol=ATOL)
