"""Hidden tests of cosine_similarity_matrix: 6 points."""

import torch

from autograder.checks import assert_matches, assert_that, points
from autograder.suites.hw4_contrastive.equations import find_cosines, is_unchanged
from autograder.suites.hw4_contrastive.probes import cosine_similarity_matrix as probes

READ = "SimCLR (Chen et al., 2020), section 2.1: sim(u, v) = u·v / (|u| |v|); notebook section 1.1"


@points(2)
def test_each_entry_is_a_cosine(observed):
    """Entry (i, j) is the cosine between row i of a and row j of b."""
    similarity = observed(probes.compare_four_with_three)["similarity"]
    expected = find_cosines(*probes.four_and_three()).float()
    assert_matches(
        "similarity",
        similarity,
        expected,
        think="over which dimension is the norm of one feature vector taken, and is each vector divided by its own?",
        read=READ,
    )


@points(1)
def test_single_rows_keep_both_dimensions(observed):
    """The result is a matrix of shape (A, B), also when A or B is 1."""
    values = observed(probes.compare_other_sizes)
    a, b = probes.four_and_three()
    expected = find_cosines(a, b).float()
    think = "does any step drop a dimension of size 1, or need as many rows in a as in b?"
    assert_matches("the matrix of 1 row with 3", values["one_with_three"], expected[:1], think=think, read=READ)
    assert_matches("the matrix of 4 rows with 1", values["four_with_one"], expected[:, :1], think=think, read=READ)
    assert_matches("the matrix of 1 row with 1", values["one_with_one"], expected[:1, :1], think=think, read=READ)


@points(1)
def test_float64_stays_float64(observed):
    """The result has the dtype of the inputs."""
    similarity = observed(probes.compare_other_sizes)["float64"]
    kind = getattr(similarity, "dtype", type(similarity).__name__)
    assert_that(
        kind == torch.float64,
        saw=f"for float64 inputs the result is {kind}",
        think="is any tensor in between made with a dtype of its own?",
        read="the docstring of cosine_similarity_matrix; notebook section 1.1",
    )


@points(1)
def test_gradients_reach_both_inputs(observed):
    """The similarities can be differentiated with respect to a and to b."""
    values = observed(probes.differentiate)
    a, b = (features.double().requires_grad_() for features in probes.four_and_three())
    expected = torch.autograd.grad((find_cosines(a, b) * probes.weights()).sum(), (a, b))
    think = "is everything between the inputs and the result part of the graph, the norms too?"
    for name, gradient in zip("ab", expected, strict=True):
        assert_that(f"gradient_of_{name}" in values, saw=f"no gradient reaches {name}", think=think, read=READ)
        actual = values[f"gradient_of_{name}"]
        assert_matches(f"the gradient of {name}", actual, gradient.float(), think=think, read=READ)


@points(1)
def test_inputs_are_left_unchanged(observed):
    """a and b are the same after the call as before it."""
    assert_that(
        is_unchanged(observed(probes.compare_four_with_three)["inputs_after"], *probes.four_and_three()),
        saw="a or b holds other numbers after the call than before it",
        think="which of your operations writes into the tensor it is given?",
        read="the docstring of cosine_similarity_matrix; notebook section 1.1",
    )
