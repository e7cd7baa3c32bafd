"""Hidden tests of orthogonal_penalty: 4 points."""

import torch
from torch import Tensor

from autograder.suites.assertions import assert_matches, assert_that, points, to_number
from autograder.suites.hw2_gan.assertions import assert_same_on_gpu, assert_untouched
from autograder.suites.hw2_gan.equations.biggan import find_gradient_of_orthogonal_penalty, find_orthogonal_penalty
from autograder.suites.hw2_gan.probes import orthogonal_penalty as probes

READ = "BigGAN (Brock et al., 2019), eq. 3; notebook section 7.4"
CONTRACT = "the docstring of orthogonal_penalty; notebook section 7.4"
UNASKED = {
    "odd": "there are no chunks",
    "ties": "nothing is ordered or chosen",
    "options": "there are none",
    "layout": "a weight lies as its layer made it",
    "modules": "none is handed in",
    "again": "there is no state",
    "ragged": "there is no batch",
    "long": "there is no sequence",
    "kinds": "there is no sequence",
    "empty": "a layer has filters",
}
OF_DENSE = find_orthogonal_penalty(probes.dense())
RTOL = 1e-3  # some formulas subtract the diagonal's squares from all squares


@points(1, asks=("unequal",))
def test_products_of_different_filters_are_squared(observed):
    """The penalty of a weight (4, 3) is the sum of all squared entries of W W^T off its diagonal."""
    values = observed(probes.penalize)
    think = "which pairs of filters does the penalty compare, how often does each pair count, and what is summed?"
    assert_matches("the penalty", values["of_dense"], OF_DENSE.float(), think=think, read=READ, rtol=RTOL)
    think = "how do products of two filters grow with their size, and their squares?"
    name, expected = "the penalty of a weight twice as large", probes.SCALE**4 * OF_DENSE.float()
    assert_matches(name, values["of_larger_dense"], expected, think=think, read=READ, rtol=RTOL)
    gradient, weight = values.get("gradient_of_weight"), probes.dense()
    think = "where does the path from the weight to the penalty leave the graph?"
    is_right = isinstance(gradient, Tensor) and gradient.shape == weight.shape
    assert_that(is_right, saw="no gradient reaches the weight", think=think, read=CONTRACT)
    expected, name = find_gradient_of_orthogonal_penalty(weight).float(), "the gradient of the weight"
    assert_matches(name, gradient, expected, think=think, read=CONTRACT, rtol=RTOL, atol=1e-4)


@points(1, asks=("one", "special", "ends"))
def test_orthogonal_filters_cost_nothing(observed):
    """Filters that are orthogonal, or 0, cost nothing and pull on nothing, nor does one alone; others do."""
    saw = "filters that are not orthogonal cost nothing, or the penalty is no number above 0"
    think = "what do two filters that point the same way cost?"
    of_dense = to_number(observed(probes.penalize)["of_dense"])
    assert_that(of_dense > 0, saw=saw, think=think, read=READ)
    think = "what lies in the rows of the weight, which entries of W W^T are 0 here, and what is on its diagonal?"
    values = observed(probes.penalize_nothing)
    for name, weight in (("orthogonal", probes.orthogonal()), ("zeros", torch.zeros(3, 4)), ("one", None)):
        actual = values[f"of_{name}"]
        label = f"the penalty of {'filters that are orthogonal' if weight is not None else 'one filter'}"
        assert_matches(label, actual, torch.zeros(()), think=think, read=READ, atol=1e-3)
        if weight is not None:
            think, actual = (
                "what is the derivative of a square root, or of a norm, at 0?",
                values.get(f"gradient_of_{name}"),
            )
            label = "the gradient of filters that are orthogonal"
            assert_matches(label, actual, torch.zeros_like(weight), think=think, read=CONTRACT, atol=1e-2)


@points(1, asks=("dtypes", "inputs"))
def test_convolutions_and_float64_work(observed):
    """A convolution costs what its flattened filters do; float64 works, and the weight is left as it was."""
    values, others = observed(probes.penalize), observed(probes.penalize_other_weights)
    growth = to_number(values["of_larger_dense"]) - to_number(values["of_dense"])
    saw = "the penalty does not depend on the weight, or is no number"
    assert_that(abs(growth) > 0, saw=saw, think="what does a larger weight cost?", read=READ)
    think, actual = "what is one filter of a convolution, and how many numbers has it?", others["of_convolution"]
    assert_matches("the penalty of a convolution", actual, others["of_its_rows"], think=think, read=READ, rtol=RTOL)
    think, actual = "does any step choose a dtype of its own?", others["of_dense_in_float64"]
    expected = torch.tensor(to_number(values["of_dense"]), dtype=torch.float64)
    assert_matches("the penalty in float64", actual, expected, think=think, read=CONTRACT, rtol=RTOL)
    assert_untouched(others, probes.dense(), what="the weight's numbers", read=CONTRACT)


@points(1, asks=("device",))
def test_the_weight_may_lie_on_a_gpu(observed):
    """A weight on a GPU gives the same penalty and the same gradient, which stay there."""
    values, own = observed(probes.penalize_on_a_gpu), observed(probes.penalize)
    assert_same_on_gpu(values, own, "of_dense", "gradient_of_weight", read=CONTRACT)
