"""Hidden tests of class_rebalancing: 4 points. Where not the scale is at stake, weights are compared with the first."""

from typing import Any

import torch
from torch import Tensor

from autograder.suites.assertions import assert_matches, assert_shape, assert_stays_on_device, assert_that, points
from autograder.suites.hw3_pretext.equations.color import find_weights
from autograder.suites.hw3_pretext.handed import assert_left_alone
from autograder.suites.hw3_pretext.probes import class_rebalancing as probes

READ = "Zhang et al. (colorization), 2016, eq. 4; notebook section 7.3"
CONTRACT = "the docstring of class_rebalancing; notebook section 7.3"
UNASKED = {
    "modules": "it takes tensors, and no module",
    "again": "it has no state",
    "ragged": "one batch comes in",
    "long": "there is no sequence",
    "kinds": "it takes no sequence",
    "empty": "an empty batch need not work",
    "unequal": "a prior has one dimension",
    "ties": "nothing is ordered or chosen",
}


@points(1, asks=("one", "odd", "ends", "options", "layout", "inputs"))
def test_rare_classes_weigh_more(observed):
    """Weights stand to each other as one over ((1 - lam) prior + lam / Q) does: lam = 1 makes all of them 1."""
    values, even, prior = observed(probes.weigh), observed(probes.weigh_evenly), probes.prior()
    think = "which two distributions are mixed, what does each sum to, and what becomes of the mixture?"
    name = "each weight over the first one, with lam = 0.5,"
    assert_matches(name, *_compare(values["weights"], prior, probes.HALF), think=think, read=READ)
    think = "which of the two distributions does lam = 1 leave alone?"
    for lam in probes.OTHER_SHARES:
        name = f"each weight over the first one, with lam = {lam},"
        assert_matches(name, *_compare(values[f"weights_at_{lam}"], prior, lam), think=think, read=READ)
    name = "each weight over the first one, with lam = 1,"
    assert_matches(name, *_compare(even["weights"], prior, 1), think=think, read=READ)
    assert_shape("the weight of a single class", even["weight_of_one"], 1, read=CONTRACT)
    name, weights = "each weight over the first one, of 313 classes,", observed(probes.weigh_many)["weights"]
    think = "does any step count on so and so many classes, or on numbers that lie in memory in one piece?"
    assert_matches(name, *_compare(weights, probes.many_classes(), probes.HALF), think=think, read=CONTRACT)
    assert_left_alone(values["prior_after"], prior, read=CONTRACT)


@points(1)
def test_the_mean_weight_of_a_pixel_is_1(observed):
    """Pixels that are as frequent as the prior says weigh 1 on average; not all classes weigh the same."""
    values, think = observed(probes.weigh), "over what is the mean: over classes, or over pixels?"
    for lam, name in ((probes.HALF, "weights"), *((lam, f"weights_at_{lam}") for lam in probes.OTHER_SHARES)):
        weights = _take(values[name], probes.prior())
        saw = f"all classes have the same weight, with lam = {lam}"
        assert_that(bool((weights != weights[0]).any()), saw=saw, think="which classes are rare?", read=READ)
        mean = (probes.prior() * weights).sum()
        name = f"the mean weight under the prior, with lam = {lam},"
        assert_matches(name, mean, torch.ones(()), think=think, read=READ)


@points(1, asks=("ends", "special", "dtypes"))
def test_classes_that_never_occur_have_a_weight(observed):
    """Where the prior is 0 the weight is finite, and the largest of all; float64 stays float64."""
    weights, prior = observed(probes.weigh_what_never_occurs)["weights"], probes.sparse_prior()
    think = "how large is the mixture where the prior is 0, and how large is 1/Q if Q counts all classes?"
    name = "each weight over the first one, where that class and others never occur,"
    assert_matches(name, *_compare(weights, prior, 0.25), think=think, read=CONTRACT)
    weights, prior = observed(probes.weigh_what_never_occurs)["weights_of_certain"], probes.certain_prior()
    name = f"each weight over the first one, where one class has all pixels and lam is {probes.TINY_SHARE},"
    assert_matches(name, *_compare(weights, prior, probes.TINY_SHARE), think=think, read=CONTRACT)


@points(1, asks=("device",))
def test_it_works_on_a_gpu(observed):
    """On a GPU (a stand-in for one) the results are the same, and lie on it."""
    values, prior = observed(probes.on_a_gpu), probes.sparse_prior()
    think = "on which device does each tensor lie that you make yourself, the uniform distribution for instance?"
    name = "each weight over the first one, on a GPU,"
    assert_matches(name, *_compare(values["weights"], prior, 0.25), think=think, read=CONTRACT)
    assert_stays_on_device(values, read=CONTRACT)


def _compare(weights: Any, prior: Tensor, lam: float) -> tuple[Tensor, Tensor]:
    """The weights over the first one, as they are and as they should be."""
    expected = find_weights(prior, lam).to(prior.dtype)
    weights = _take(weights, prior)
    return weights / weights[0], expected / expected[0]


def _take(weights: Any, prior: Tensor) -> Tensor:
    assert_shape("the weights", weights, len(prior), read=CONTRACT)
    return weights
