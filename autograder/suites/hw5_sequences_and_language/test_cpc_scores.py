"""Hidden tests of cpc_scores: 5 points."""

import torch
from torch import Tensor

from autograder.suites.assertions import assert_dtype, assert_matches, assert_stays_on_device, assert_that, points
from autograder.suites.hw5_sequences_and_language.assertions_features import assert_left_alone
from autograder.suites.hw5_sequences_and_language.equations.cpc import find_cpc_scores
from autograder.suites.hw5_sequences_and_language.probes import cpc_scores as probes

READ = "CPC (van den Oord et al., 2018), eq. 3; notebook section 1.2"
CONTRACT = "the docstring of cpc_scores; notebook section 1.2"
NAMES = ("z_future", "c", "W_k")
THINK_SIZES = "which numbers are multiplied and summed, and is anything done to a score afterwards?"

UNASKED = {
    "special": "a product has no special points",
    "ties": "nothing is ordered or chosen",
    "options": "there are no options: sizes are all that varies",
    "modules": "it is given tensors, and no module",
    "again": "it has no state",
    "ragged": "futures and contexts are of the same sequences",
    "long": "one step of each sequence comes in",
    "kinds": "the contract speaks of tensors only",
    "empty": "an empty batch need not work",
}


@points(1, asks=("unequal",))
def test_each_future_is_scored_for_each_context(observed):
    """Entry [i, j] is the product of z_future[j], W_k and c[i]."""
    scores = observed(probes.score)["scores"]
    think = "whose candidates stand in row i, and what is done to a context before it meets a future?"
    assert_matches("scores", scores, find_cpc_scores(*probes.three_sequences()).float(), think=think, read=READ)


@points(1, asks=("ends", "odd", "layout"))
def test_any_sizes_and_scores_work(observed):
    """As many sequences as features, many sequences, scores of any size, and any order in memory work."""
    scores = observed(probes.score_four_of_all)["scores"]
    think = "where all shapes fit, which side of W_k belongs to z, and which side of the result to c?"
    name, expected = "the scores with B = D = E = 4", find_cpc_scores(*probes.four_of_all()).float()
    assert_matches(name, scores, expected, think=think, read=CONTRACT)
    values, three = observed(probes.score_loud_and_quiet), probes.three_sequences()
    expected = find_cpc_scores(*three).float()
    for name, factor in (("loud", probes.LOUD**2), ("quiet", 1)):
        told = {"loud": "scores of thousands", "quiet": "scores of millionths"}[name]
        assert_matches(told, values[name], factor * expected, think=THINK_SIZES, read=CONTRACT, atol=1e-6 * factor)
    name, sums = f"the scores of {probes.MANY} sequences, summed", observed(probes.score_many)["sums"]
    expected = (find_cpc_scores(*probes.many_sequences()) @ probes.weights().double()).float()
    assert_matches(name, sums, expected, think=THINK_SIZES, read=CONTRACT, atol=1e-4)
    values, (z_future, c, matrix) = observed(probes.score_strided), three
    think = "which of your steps needs numbers that lie side by side in memory?"
    for name, context in (("scores", c), ("scores_of_expanded", c[:1].expand(3, 5))):
        told, expected = "the scores of inputs in another order in memory", find_cpc_scores(z_future, context, matrix)
        assert_matches(told, values[name], expected.float(), think=think, read=CONTRACT)


@points(1, asks=("one",))
def test_a_single_sequence_keeps_both_dimensions(observed):
    """For one sequence the scores have shape (1, 1); features and contexts of one number work."""
    z_future, c, matrix = probes.three_sequences()
    scores = observed(probes.score_one_sequence)["scores"]
    expected = find_cpc_scores(z_future[:1], c[:1], matrix).float()
    assert_matches("the scores of one sequence", scores, expected, think=THINK_SIZES, read=CONTRACT)
    scores, expected = observed(probes.score_one_number_each)["scores"], find_cpc_scores(*probes.one_number_each())
    assert_matches("the scores with D = E = 1", scores, expected.float(), think=THINK_SIZES, read=CONTRACT)


@points(1, asks=("dtypes", "inputs"))
def test_gradients_reach_all_three_inputs(observed):
    """In float64 the scores are float64, with gradients of z_future, c and W_k; the inputs stay as they are."""
    values = observed(probes.differentiate)
    think = "is everything between the inputs and the scores part of the graph?"
    scores, inputs = values["scores"], probes.four_of_all()
    of_inputs = [values.get(f"gradient_of_{name}") for name in NAMES]
    for name, gradient, given in zip(NAMES, of_inputs, inputs, strict=True):
        reached = isinstance(gradient, Tensor) and gradient.shape == given.shape and bool(gradient.any())
        assert_that(reached, saw=f"no gradient reaches {name}", think=think, read=CONTRACT)
    name, think = "what comes back for float64 inputs", "is any tensor made with a dtype of its own?"
    assert_dtype(name, scores, torch.float64, numbers=16, think=think, read=CONTRACT)
    # A score is linear in each of its inputs: along each, the sum of its squares grows as a square does.
    twice, think = 2 * scores.square().sum(), "is each input part of the graph, as often as it enters a score?"
    for name, gradient, given in zip(NAMES, of_inputs, inputs, strict=True):
        slope = (gradient.double() * given.double()).sum()
        what = f"the slope of all squared scores along {name}"
        assert_matches(what, slope, twice, think=think, read=CONTRACT, rtol=1e-3)
    originals = probes.three_sequences()
    assert_left_alone(observed(probes.leave_inputs), *originals, what="futures, contexts or the matrix", read=CONTRACT)


@points(1, asks=("device",))
def test_it_works_on_a_gpu(observed):
    """Given tensors on a GPU, the scores are right and on it."""
    values = observed(probes.on_a_gpu)
    assert_stays_on_device(values, read=CONTRACT)
    think = "on which device does each tensor lie that your function makes?"
    expected = find_cpc_scores(*probes.three_sequences()).float()
    assert_matches("the scores on a GPU", values["scores"], expected, think=think, read=CONTRACT)
