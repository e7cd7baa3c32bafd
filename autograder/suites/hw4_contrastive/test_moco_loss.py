"""Hidden tests of moco_loss: 8 points."""

from autograder.checks import assert_matches, assert_that, points
from autograder.suites.hw4_contrastive.equations import find_gradients, find_info_nce, is_unchanged
from autograder.suites.hw4_contrastive.probes import moco_loss as probes

READ = "MoCo (He et al., 2020), eq. 1 and algorithm 1; notebook section 2.3"
CONTRACT = "the docstring of moco_loss; notebook section 2.3"
# See test_info_nce.py: float32 rounding of a cosine, times 200, in a gradient of up to 200 that cancels.
RTOL_LOW, ATOL_LOW = 1e-3, 1e-3


@points(1)
def test_each_query_finds_its_key_among_the_queue(observed):
    """The loss is InfoNCE of each query's own key against the keys of the queue."""
    loss = observed(probes.on_three_pairs)["loss"]
    expected = find_info_nce(*probes.three_pairs(), probes.TEMPERATURE).float()
    assert_matches(
        "loss",
        loss,
        expected,
        think="which candidate is the right one, and do the batch's other keys belong to the wrong ones?",
        read=READ,
    )


@points(1)
def test_query_and_key_are_normalized(observed):
    """The norms of query and key make no difference."""
    values = observed(probes.on_three_pairs)
    assert_matches(
        "the loss of the same directions with other norms",
        values["loss_of_other_norms"],
        values["loss"],
        think="the queue's keys come with norm 1; what about the encoders' outputs?",
        read=CONTRACT,
    )


@points(1)
def test_no_gradient_reaches_the_key(observed):
    """The key is a target: no gradient flows back to it."""
    assert_that(
        observed(probes.differentiate)["key_got_gradient"] is False,
        saw="backward put a gradient on key",
        think="by what is the key encoder moved, and by what is it not?",
        read="MoCo (He et al., 2020), section 3.2 and algorithm 1; notebook section 2.3",
    )


@points(1)
def test_no_gradient_reaches_the_queue(observed):
    """The keys of the queue are targets: no gradient flows back to them."""
    assert_that(
        observed(probes.differentiate)["queue_got_gradient"] is False,
        saw="backward put a gradient on queue_keys",
        think="the encoder that made these keys has moved on since; what would a gradient to them do?",
        read="MoCo (He et al., 2020), section 3.2 and algorithm 1; notebook section 2.3",
    )


@points(1)
def test_the_gradient_of_the_query_is_right(observed):
    """The whole gradient of InfoNCE reaches the query."""
    values = observed(probes.differentiate)
    expected = find_gradients(probes.three_pairs(), probes.TEMPERATURE)[0].float()
    think = "is everything between query and loss part of the graph?"
    assert_that("gradient_of_query" in values, saw="no gradient reaches query", think=think, read=READ)
    assert_matches("the gradient of query", values["gradient_of_query"], expected, think=think, read=READ)


@points(1)
def test_it_is_stable_at_a_low_temperature(observed):
    """At temperature 0.005 loss and gradient are finite and right."""
    values = observed(probes.at_low_temperature)
    think, read = "how large is exp(200) in float32?", "the log-sum-exp trick in notebook section 1.2"
    loss = find_info_nce(*probes.hard_pairs(), probes.LOW_TEMPERATURE).float()
    assert_matches("the loss at temperature 0.005", values["loss"], loss, think=think, read=read)
    gradient = find_gradients(probes.hard_pairs(), probes.LOW_TEMPERATURE)[0].float()
    name = "the gradient of query at temperature 0.005"
    assert_matches(name, values["gradient_of_query"], gradient, think=think, read=read, rtol=RTOL_LOW, atol=ATOL_LOW)


@points(1)
def test_any_sizes_and_float64_work(observed):
    """One pair and one key in the queue, sizes that are all equal, and float64 give a 0-d loss with the right value."""
    values = observed(probes.on_other_sizes)
    think = "does any step drop a dimension of size 1, or make a tensor with a dtype of its own?"
    one = find_info_nce(*probes.one_pair(), 0.5).float()
    four = find_info_nce(*probes.four_of_all(), probes.TEMPERATURE).float()
    double = find_info_nce(*probes.three_pairs(), probes.TEMPERATURE)
    assert_matches("the loss of one pair", values["loss_of_one_pair"], one, think=think, read=CONTRACT)
    assert_matches("the loss with B = n = D = 4", values["loss_of_four_of_all"], four, think=think, read=CONTRACT)
    assert_matches("the loss in float64", values["loss_in_float64"], double, think=think, read=CONTRACT)


@points(1)
def test_inputs_are_left_unchanged(observed):
    """query, key and queue_keys are the same after the call as before it."""
    assert_that(
        is_unchanged(observed(probes.on_three_pairs)["inputs_after"], *probes.three_pairs()),
        saw="query, key or queue_keys holds other numbers after the call than before it",
        think="which of your operations writes into the tensor it is given?",
        read=CONTRACT,
    )
