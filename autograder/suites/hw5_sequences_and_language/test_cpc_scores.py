"""Hidden tests of cpc_scores: 5 points."""

from autograder.checks import assert_matches, assert_that, points
from autograder.suites.hw5_sequences_and_language.equations.cpc import find_cpc_scores
from autograder.suites.hw5_sequences_and_language.probes import cpc_scores as probes

READ = "CPC (van den Oord et al., 2018), eq. 3; notebook section 1.2"
CONTRACT = "the docstring of cpc_scores; notebook section 1.2"


@points(2)
def test_each_future_is_scored_for_each_context(observed):
    """Entry [i, j] is the product of z_future[j], W_k and c[i]."""
    scores = observed(probes.score)["scores"]
    think = "whose candidates stand in row i, and what is done to a context before it meets a future?"
    assert_matches("scores", scores, find_cpc_scores(*probes.three_sequences()).float(), think=think, read=READ)


@points(1)
def test_equal_sizes_work(observed):
    """With as many sequences as features and as numbers in a context, the scores are right."""
    scores = observed(probes.score_four_of_all)["scores"]
    think = "where all shapes fit, which side of W_k belongs to z, and which side of the result to c?"
    name, expected = "the scores with B = D = E = 4", find_cpc_scores(*probes.four_of_all()).float()
    assert_matches(name, scores, expected, think=think, read=CONTRACT)


@points(1)
def test_a_single_sequence_keeps_both_dimensions(observed):
    """For one sequence the scores have shape (1, 1)."""
    z_future, c, matrix = probes.three_sequences()
    scores = observed(probes.score_one_sequence)["scores"]
    think = "which numbers are multiplied and summed, and is anything done to a score afterwards?"
    expected = find_cpc_scores(z_future[:1], c[:1], matrix).float()
    assert_matches("the scores of one sequence", scores, expected, think=think, read=CONTRACT)


@points(1)
def test_gradients_reach_all_three_inputs(observed):
    """In float64 the scores are float64, and can be differentiated with respect to z_future, c and W_k."""
    values = observed(probes.differentiate)
    think = "is everything between the inputs and the scores part of the graph?"
    for name in ("z_future", "c", "W_k"):
        reached = values[f"reaches_{name}"]
        assert_that(reached is True, saw=f"no gradient reaches {name}", think=think, read=CONTRACT)
    saw = f"for float64 inputs the scores are {values['dtype']}"
    think = "is any tensor made with a dtype of its own?"
    assert_that(values["dtype"] == "torch.float64", saw=saw, think=think, read=CONTRACT)
