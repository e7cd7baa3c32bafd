"""Hidden tests of info_nce: 12 points."""

import torch

from autograder.checks import assert_matches, assert_that, points
from autograder.suites.hw4_contrastive.equations import find_gradients, find_info_nce, is_unchanged
from autograder.suites.hw4_contrastive.probes import info_nce as probes

READ = "CPC (van den Oord et al., 2018), eq. 4; notebook section 1.2"
CONTRACT = "the docstring of info_nce; notebook section 1.2"
# At temperature 0.005 a logit is 200 cosines: float32 rounding of 1e-7 in a cosine becomes 2e-5 in a logit, and the
# gradient, up to 200 itself, cancels between candidates. Right variants differ by up to 1e-4 of the largest entry.
RTOL_LOW, ATOL_LOW = 1e-3, 1e-3


def _assert_reached(values: dict, name: str) -> None:
    think = "where does the path from that input to the loss leave the graph?"
    assert_that(f"gradient_of_{name}" in values, saw=f"no gradient reaches {name}", think=think, read=CONTRACT)


@points(2)
def test_the_positive_is_compared_with_the_negatives(observed):
    """The loss is -log softmax of the positive among 1 + K candidates, the positive at index 0."""
    loss = observed(probes.on_three_queries)["loss"]
    expected = find_info_nce(*probes.three_queries(), probes.TEMPERATURE).float()
    assert_matches(
        "loss",
        loss,
        expected,
        think="which 1 + K candidates does each query choose from, and which one of them is the right answer?",
        read=READ,
    )


@points(1)
def test_only_directions_count(observed):
    """The norms of query, positive and negatives make no difference."""
    values = observed(probes.on_three_queries)
    assert_matches(
        "the loss of the same directions with other norms",
        values["loss_of_rescaled"],
        values["loss"],
        think="which of the three inputs do you normalise, and does each row get its own norm?",
        read="SimCLR (Chen et al., 2020), section 2.1; notebook section 1.2",
    )


@points(1)
def test_the_temperature_divides(observed):
    """A very high temperature makes all 1 + K candidates equally likely."""
    loss = observed(probes.on_three_queries)["loss_at_high_temperature"]
    negatives = probes.three_queries()[2]
    assert_matches(
        "the loss at temperature 10000",
        loss,
        find_info_nce(*probes.three_queries(), probes.HIGH_TEMPERATURE).float(),
        think=f"what should the {1 + len(negatives)} logits look like when the temperature is very high?",
        read="MoCo (He et al., 2020), eq. 1; notebook section 1.2",
        rtol=1e-3,  # the loss is within 1e-4 of log(1 + K): the property, not the last digit
    )


@points(1)
def test_the_loss_is_a_mean_over_the_batch(observed):
    """A batch that holds every pair twice has the same loss."""
    values = observed(probes.on_three_queries)
    assert_matches(
        "the loss of the batch with every pair twice",
        values["loss_of_doubled_batch"],
        values["loss"],
        think="how does your loss grow with the number of queries, and whom does each query compete with?",
        read=CONTRACT,
    )


@points(1)
def test_the_loss_is_stable_at_a_low_temperature(observed):
    """At temperature 0.005 the loss is finite and right."""
    loss = observed(probes.at_low_temperature)["loss"]
    expected = find_info_nce(*probes.hard_queries(), probes.LOW_TEMPERATURE).float()
    assert_matches(
        "the loss at temperature 0.005",
        loss,
        expected,
        think="how large is exp(200) in float32, and which functions of torch never form it?",
        read="the log-sum-exp trick in notebook section 1.2",
    )


@points(1)
def test_the_gradient_is_stable_at_a_low_temperature(observed):
    """At temperature 0.005 the gradient to the queries is finite and right."""
    values = observed(probes.at_low_temperature)
    expected = find_gradients(probes.hard_queries(), probes.LOW_TEMPERATURE)[0].float()
    _assert_reached(values, "query")
    assert_matches(
        "the gradient of the queries at temperature 0.005",
        values["gradient_of_query"],
        expected,
        think="does a hopeless query, whose positive is its opposite, still get a gradient through your log?",
        read="the log-sum-exp trick in notebook section 1.2",
        rtol=RTOL_LOW,
        atol=ATOL_LOW,
    )


@points(1)
def test_gradients_reach_all_three_inputs(observed):
    """The loss can be differentiated with respect to query, positive and negatives."""
    values = observed(probes.differentiate)
    expected = find_gradients(probes.three_queries(), probes.TEMPERATURE)
    for name, gradient in zip(("query", "positive", "negatives"), expected, strict=True):
        _assert_reached(values, name)
        assert_matches(
            f"the gradient of {name}",
            values[f"gradient_of_{name}"],
            gradient.float(),
            think="is the normalisation part of the graph too?",
            read=READ,
        )


@points(1)
def test_a_single_query_works(observed):
    """One query against one negative gives a 0-d loss with the right value."""
    assert_matches(
        "the loss of one query",
        observed(probes.on_other_sizes)["loss_of_one_query"],
        find_info_nce(*probes.one_query(), 0.5).float(),
        think="does any step drop a dimension of size 1?",
        read=CONTRACT,
    )


@points(1)
def test_equal_sizes_work(observed):
    """With as many queries as negatives as dimensions, the loss is right."""
    assert_matches(
        "the loss with B = K = D = 4",
        observed(probes.on_other_sizes)["loss_of_four_of_all"],
        find_info_nce(*probes.four_of_all(), probes.TEMPERATURE).float(),
        think="does any step take one dimension for another that has the same size?",
        read=CONTRACT,
    )


@points(1)
def test_float64_stays_float64(observed):
    """The loss has the dtype of the inputs."""
    loss = observed(probes.on_other_sizes)["loss_in_float64"]
    kind = getattr(loss, "dtype", type(loss).__name__)
    assert_that(
        kind == torch.float64,
        saw=f"for float64 inputs the loss is {kind}",
        think="is any tensor in between made with a dtype of its own?",
        read="the docstring of info_nce; notebook section 1.2",
    )


@points(1)
def test_inputs_are_left_unchanged(observed):
    """query, positive and negatives are the same after the call as before it."""
    assert_that(
        is_unchanged(observed(probes.on_three_queries)["inputs_after"], *probes.three_queries()),
        saw="query, positive or negatives holds other numbers after the call than before it",
        think="which of your operations writes into the tensor it is given?",
        read=CONTRACT,
    )
