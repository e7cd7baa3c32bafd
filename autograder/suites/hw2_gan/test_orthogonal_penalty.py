"""Hidden tests of orthogonal_penalty: 4 points."""

import torch
from torch import Tensor

from autograder.checks import assert_matches, assert_that, points
from autograder.suites.hw2_gan.assertions import assert_unchanged, to_number
from autograder.suites.hw2_gan.equations.biggan import find_orthogonal_penalty
from autograder.suites.hw2_gan.probes import orthogonal_penalty as probes

READ = "BigGAN (Brock et al., 2019), eq. 3; notebook section 7.4"
CONTRACT = "the docstring of orthogonal_penalty; notebook section 7.4"
OF_DENSE = find_orthogonal_penalty(probes.dense())
RTOL = 1e-3  # some formulas subtract the diagonal's squares from all squares


@points(1)
def test_products_of_different_filters_count(observed):
    """The penalty of a dense layer's weight (4, 3) is the sum of all squared entries of W W^T off its diagonal."""
    think = "which pairs of filters does the penalty compare, how often does each pair count, and what is summed?"
    actual = observed(probes.penalize)["of_dense"]
    assert_matches("the penalty", actual, OF_DENSE.float(), think=think, read=READ, rtol=RTOL)


@points(1)
def test_orthogonal_filters_cost_nothing(observed):
    """Filters that are orthogonal to each other cost nothing, whatever their norms, nor does one alone; others do."""
    values = observed(probes.penalize)
    saw = "filters that are not orthogonal cost nothing, or the penalty is no number above 0"
    think = "what do two filters that point the same way cost?"
    assert_that(to_number(values["of_dense"]) > 0, saw=saw, think=think, read=READ)
    think = "what lies in the rows of the weight, which entries of W W^T are 0 here, and what is on its diagonal?"
    nothing = torch.zeros(())
    actual = values["of_orthogonal"]
    assert_matches("the penalty of orthogonal filters", actual, nothing, think=think, read=READ, atol=1e-3)
    actual = observed(probes.penalize_other_weights)["of_one"]
    assert_matches("the penalty of one filter", actual, nothing, think=think, read=CONTRACT)


@points(1)
def test_products_are_squared(observed):
    """A weight twice as large costs 16 times as much, and so the gradient times the weight is four penalties."""
    values = observed(probes.penalize)
    penalty, think = (
        to_number(values["of_dense"]),
        "how do products of two filters grow with their size, and their squares?",
    )
    assert_that(abs(penalty) > 0, saw="the penalty is 0, or no number", think=think, read=READ)
    name, actual = "the penalty of a weight twice as large", to_number(values["of_larger_dense"])
    assert_matches(name, actual, probes.SCALE**4 * penalty, think=think, read=READ, rtol=RTOL)
    gradient, weight = values.get("gradient_of_weight"), probes.dense()
    think = "where does the path from the weight to the penalty leave the graph?"
    is_right = isinstance(gradient, Tensor) and gradient.shape == weight.shape
    assert_that(is_right, saw="no gradient reaches the weight", think=think, read=CONTRACT)
    slope = float((gradient.double() * weight.double()).sum())  # of a function of degree 4, by Euler's theorem
    name = "the slope of the penalty along the weight"
    assert_matches(name, slope, 4 * penalty, think=think, read=CONTRACT, rtol=RTOL)


@points(1)
def test_convolutions_and_float64_work(observed):
    """A convolution costs what its flattened filters do; float64 works, and the weight is left unchanged."""
    values, others = observed(probes.penalize), observed(probes.penalize_other_weights)
    growth = to_number(values["of_larger_dense"]) - to_number(values["of_dense"])
    saw = "the penalty does not depend on the weight, or is no number"
    assert_that(abs(growth) > 0, saw=saw, think="what does a larger weight cost?", read=READ)
    think, actual = "what is one filter of a convolution, and how many numbers has it?", others["of_convolution"]
    assert_matches("the penalty of a convolution", actual, others["of_its_rows"], think=think, read=READ, rtol=RTOL)
    think, actual = "does any step choose a dtype of its own?", others["of_dense_in_float64"]
    expected = torch.tensor(to_number(values["of_dense"]), dtype=torch.float64)
    assert_matches("the penalty in float64", actual, expected, think=think, read=CONTRACT, rtol=RTOL)
    assert_unchanged(values["weight_after"], probes.dense(), what="the weight holds", read=CONTRACT)
