"""Hidden tests of cosine_similarity_matrix: 6 points."""

import torch
from torch import Tensor

from autograder.suites.assertions import (
    assert_dtype,
    assert_matches,
    assert_shape,
    assert_stays_on_device,
    assert_that,
    is_unchanged,
    points,
)
from autograder.suites.hw4_contrastive.equations import find_cosines
from autograder.suites.hw4_contrastive.probes import cosine_similarity_matrix as probes

READ = "SimCLR (Chen et al., 2020), section 2.1: sim(u, v) = u·v / (|u| |v|); notebook section 1.1"
CONTRACT = "the docstring of cosine_similarity_matrix; notebook section 1.1"
UNASKED = {
    "special": "a vector of zeros has no direction, and is not handed in",
    "ties": "nothing is ordered or chosen",
    "options": "there are no options",
    "modules": "there are no modules",
    "again": "nothing is remembered",
    "long": "there are no sequences",
    "kinds": "both inputs are tensors",
    "empty": "an empty batch need not work",
}


def _take_uneven(observed) -> Tensor:
    """The result for float32 inputs, (4, 3), if its entries differ: who ignores a and b earns nothing."""
    similarity = observed(probes.compare_four_with_three)["similarity"]
    assert_shape("the result for float32 inputs", similarity, 4, 3, read=READ)
    similarity = similarity.double()
    differ = bool((similarity - similarity[0, 0]).abs().max() > 1e-3)
    assert_that(differ, saw="all entries are the same", think="what does the result depend on?", read=READ)
    return similarity


@points(1, asks=("unequal", "ends"))
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
    similarity = observed(probes.compare_other_norms)["similarity"]
    expected = find_cosines(*probes.other_norms()).float()
    think = "is a short vector divided by its own norm too?"
    name = "the similarity of vectors with norms from 0.001 to 1000"
    rtol = 2e-3  # a small number added to each norm, up to 1e-6, is no mistake
    assert_matches(name, similarity, expected, think=think, read=READ, rtol=rtol)


@points(1, asks=("one", "odd", "layout", "ragged"))
def test_single_rows_keep_both_dimensions(observed):
    """The result is a matrix of shape (A, B) for any A and B and D, also 1, wherever the numbers lie in memory."""
    values = observed(probes.compare_other_sizes)
    a, b = probes.four_and_three()
    expected = find_cosines(a, b).float()
    think = "does any step drop a dimension of size 1, or need as many rows in a as in b?"
    assert_matches("the matrix of 1 row with 3", values["one_with_three"], expected[:1], think=think, read=READ)
    assert_matches("the matrix of 4 rows with 1", values["four_with_one"], expected[:, :1], think=think, read=READ)
    assert_matches("the matrix of 1 row with 1", values["one_with_one"], expected[:1, :1], think=think, read=READ)
    assert_matches("the matrix of 3 rows with 4", values["three_with_four"], expected.T, think=think, read=READ)
    numbers = find_cosines(a[:, :1], b[:, :1]).float()
    assert_matches("the matrix of single numbers", values["of_one_number"], numbers, think=think, read=READ)
    means, expected = observed(probes.compare_many)["means"], find_cosines(*probes.many()).mean(dim=1).float()
    think = "does any step count on the number of vectors, or on numbers that lie side by side in memory?"
    assert_matches("the means of the rows of 131 with 67", means, expected, think=think, read=CONTRACT)


@points(1, asks=("dtypes",))
def test_float64_stays_float64(observed):
    """The result has the dtype of the inputs."""
    similarity = observed(probes.in_float64)["float64"]
    assert_dtype(
        "the result for float64 inputs",
        similarity,
        torch.float64,
        numbers=4 * 3,
        think="is any tensor in between made with a dtype of its own?",
        read=CONTRACT,
    )
    own = _take_uneven(observed)
    think = "which of them is right?"
    name = "the result for float64 inputs (against that for float32)"
    assert_matches(name, similarity, own, think=think, read=READ, rtol=1e-3, atol=1e-5)


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


@points(1, asks=("inputs",))
def test_inputs_are_left_unchanged(observed):
    """a and b are the same after the call as before it, and so is whether they ask for gradients."""
    _take_uneven(observed)
    assert_that(
        is_unchanged(observed(probes.compare_four_with_three)["inputs_after"], *probes.four_and_three()),
        saw="a or b holds other numbers after the call than before it",
        think="which of your operations writes into the tensor it is given?",
        read=CONTRACT,
    )
    assert_that(
        observed(probes.compare_four_with_three)["flags_kept"] is True,
        saw="after the call a or b asks for gradients, which it did not before, or has got one",
        think="which of your calls ends in an underscore, and whose tensor does it change?",
        read=CONTRACT,
    )


@points(1, asks=("device",))
def test_it_works_on_a_gpu(observed):
    """With a and b on a GPU the cosines are right, and stay there."""
    values = observed(probes.on_a_gpu)
    expected, think = find_cosines(*probes.four_and_three()).float(), "what do you make yourself, and on which device?"
    assert_matches("the similarity on a GPU", values["similarity"], expected, think=think, read=READ)
    assert_stays_on_device(values, read=CONTRACT)
