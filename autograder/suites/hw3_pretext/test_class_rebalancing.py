"""Hidden tests of class_rebalancing: 4 points. Where not the scale is at stake, weights are compared with the first."""

from typing import Any

import torch
from torch import Tensor

from autograder.checks import assert_matches, assert_that, points
from autograder.suites.hw3_pretext.assertions_colour import assert_shape, assert_unchanged
from autograder.suites.hw3_pretext.equations.colour import find_weights
from autograder.suites.hw3_pretext.probes import class_rebalancing as probes

READ = "Zhang et al. (colorization), 2016, eq. 4; notebook section 7.3"
CONTRACT = "the docstring of class_rebalancing; notebook section 7.3"


@points(1)
def test_rare_classes_weigh_more(observed):
    """With lam = 1/2 weights stand to each other as one over (prior + 1/Q) does."""
    values = observed(probes.weigh)
    think = "which two distributions are mixed, what does each sum to, and what becomes of the mixture?"
    name = "each weight over the first one, with lam = 0.5,"
    assert_matches(name, *_compare(values["weights"], probes.prior(), probes.HALF), think=think, read=READ)
    assert_unchanged(values["prior_after"], probes.prior(), read=CONTRACT)


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


@points(1)
def test_lam_is_the_share_of_the_uniform_distribution(observed):
    """A large lam makes weights alike, lam = 1 all of them 1; a small one lets the prior decide."""
    values, even, prior = observed(probes.weigh), observed(probes.weigh_evenly), probes.prior()
    think = "which of the two distributions does lam = 1 leave alone?"
    for lam in probes.OTHER_SHARES:
        name = f"each weight over the first one, with lam = {lam},"
        assert_matches(name, *_compare(values[f"weights_at_{lam}"], prior, lam), think=think, read=READ)
    name = "each weight over the first one, with lam = 1,"
    assert_matches(name, *_compare(even["weights"], prior, 1), think=think, read=READ)
    assert_shape("the weight of a single class", even["weight_of_one"], 1, read=CONTRACT)


@points(1)
def test_classes_that_never_occur_have_a_weight(observed):
    """Where the prior is 0 the weight is finite, and the largest of all; float64 stays float64."""
    weights, prior = observed(probes.weigh_what_never_occurs)["weights"], probes.sparse_prior()
    think = "how large is the mixture where the prior is 0, and how large is 1/Q if Q counts all classes?"
    name = "each weight over the first one, where that class and others never occur,"
    assert_matches(name, *_compare(weights, prior, 0.25), think=think, read=CONTRACT)


def _compare(weights: Any, prior: Tensor, lam: float) -> tuple[Tensor, Tensor]:
    """The weights over the first one, as they are and as they should be."""
    expected = find_weights(prior, lam).to(prior.dtype)
    weights = _take(weights, prior)
    return weights / weights[0], expected / expected[0]


def _take(weights: Any, prior: Tensor) -> Tensor:
    assert_shape("the weights", weights, len(prior), read=CONTRACT)
    return weights
