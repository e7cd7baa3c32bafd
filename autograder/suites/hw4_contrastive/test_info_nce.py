"""Hidden tests of info_nce: 12 points."""

import torch

from autograder.suites.assertions import (
    assert_dtype,
    assert_looks_at_its_inputs,
    assert_matches,
    assert_stays_on_device,
    assert_that,
    is_unchanged,
    points,
    to_number,
)
from autograder.suites.hw4_contrastive.equations import find_gradients, find_info_nce
from autograder.suites.hw4_contrastive.probes import info_nce as probes

READ = "CPC (van den Oord et al., 2018), eq. 4; notebook section 1.2"
CONTRACT = "the docstring of info_nce; notebook section 1.2"
# At temperature 0.005 a logit is 200 cosines: float32 rounding of 1e-7 in a cosine becomes 2e-5 in a logit, and the
# gradient, up to 200 itself, cancels between candidates. Right variants differ by up to 1e-4 of the largest entry.
RTOL_LOW, ATOL_LOW = 1e-3, 1e-3
UNASKED = {
    "ties": "nothing is ordered or chosen",
    "modules": "there are no modules",
    "again": "nothing is remembered",
    "long": "there are no sequences",
    "kinds": "all features are tensors",
}


def _assert_looks_at_the_features(observed) -> None:
    values, think = observed(probes.on_three_queries), "which features does your loss look at?"
    assert_looks_at_its_inputs("the loss", values["loss"], values["loss_of_others"], think=think, read=READ)


def _assert_reached(values: dict, name: str) -> None:
    think = "where does the path from that input to the loss leave the graph?"
    assert_that(f"gradient_of_{name}" in values, saw=f"no gradient reaches {name}", think=think, read=CONTRACT)


@points(1, asks=("unequal",))
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
    _assert_looks_at_the_features(observed)
    values = observed(probes.on_three_queries)
    assert_matches(
        "the loss of the same directions with other norms",
        values["loss_of_rescaled"],
        values["loss"],
        think="which of the three inputs do you normalise, and does each row get its own norm?",
        read="SimCLR (Chen et al., 2020), section 2.1; notebook section 1.2",
    )


@points(1, asks=("options",))
def test_the_temperature_divides(observed):
    """A very high temperature makes all 1 + K candidates equally likely."""
    _assert_looks_at_the_features(observed)
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
    _assert_looks_at_the_features(observed)
    values = observed(probes.on_three_queries)
    assert_matches(
        "the loss of the batch with every pair twice",
        values["loss_of_doubled_batch"],
        values["loss"],
        think="how does your loss grow with the number of queries, and whom does each query compete with?",
        read=CONTRACT,
    )


@points(1, asks=("ends",))
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


@points(1, asks=("ends", "special"))
def test_the_gradient_is_stable_at_a_low_temperature(observed):
    """The gradient is finite and right at temperature 0.005, and where a query equals its positive."""
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
    values, batch = observed(probes.differentiate_equal_features), probes.equal_features()
    think = "the angle between a vector and itself is 0: what does your gradient do there?"
    expected = find_info_nce(*batch, probes.TEMPERATURE).float()
    assert_matches("the loss of queries that equal their positives", values["loss"], expected, think=think, read=READ)
    for name, gradient in zip(("query", "negatives"), find_gradients(batch, probes.TEMPERATURE)[::2], strict=True):
        _assert_reached(values, name)
        what = f"the gradient of {name} where queries equal their positives"
        assert_matches(what, values[f"gradient_of_{name}"], gradient.float(), think=think, read=READ, atol=1e-5)


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


@points(1, asks=("one", "empty"))
def test_a_single_query_works(observed):
    """One query against one negative, or against none, gives a 0-d loss with the right value and gradient."""
    _assert_looks_at_the_features(observed)
    think = "does any step drop a dimension of size 1?"
    values, expected = observed(probes.on_one_query), find_info_nce(*probes.one_query(), 0.5).float()
    assert_matches("the loss of one query", values["loss"], expected, think=think, read=CONTRACT)
    _assert_reached(values, "query")
    gradient = find_gradients(probes.one_query(), 0.5)[0].float()
    assert_matches("the gradient of one query", values["gradient_of_query"], gradient, think=think, read=CONTRACT)
    values, think = observed(probes.without_negatives), "how many candidates are there when there are no negatives?"
    assert_matches("the loss without negatives", values["loss"], torch.zeros(()), think=think, read=CONTRACT)
    _assert_reached(values, "query")
    gradient = values["gradient_of_query"]
    assert_matches("the gradient without negatives", gradient, torch.zeros(3, 5), think=think, read=CONTRACT)


@points(1, asks=("odd", "layout", "ragged"))
def test_any_sizes_work(observed):
    """The loss is right for equal sizes, for many queries and negatives wherever they lie in memory, and for D = 1."""
    values, think = observed(probes.on_other_sizes), "does any step take one dimension for another of the same size?"
    query, positive, negatives = probes.many_queries()
    think_of_many = "does any step count on the number of features, or on numbers that lie side by side in memory?"
    for name, what, batch, question in (
        ("four_of_all", "with B = K = D = 4", probes.four_of_all(), think),
        ("many", "of 67 queries and 131 negatives", (query, positive, negatives), think_of_many),
        ("few_negatives", "of 67 queries and 2 negatives", (query, positive, negatives[:2]), think_of_many),
        ("numbers", "with D = 1", probes.numbers(), "does any step drop a dimension of size 1?"),
    ):
        expected = find_info_nce(*batch, probes.TEMPERATURE).float()
        assert_matches(f"the loss {what}", values[f"loss_of_{name}"], expected, think=question, read=CONTRACT)


@points(1, asks=("dtypes",))
def test_float64_stays_float64(observed):
    """The loss has the dtype of the inputs."""
    _assert_looks_at_the_features(observed)
    loss = observed(probes.in_float64)["loss"]
    assert_dtype(
        "the loss for float64 inputs",
        loss,
        torch.float64,
        think="is any tensor in between made with a dtype of its own?",
        read="the docstring of info_nce; notebook section 1.2",
    )
    own = torch.tensor(to_number(observed(probes.on_three_queries)["loss"])).double()
    name = "the loss for float64 inputs (against that for float32)"
    assert_matches(name, loss, own, think="which of them is right?", read=CONTRACT, rtol=1e-3)


@points(1, asks=("inputs",))
def test_inputs_are_left_unchanged(observed):
    """query, positive and negatives are the same after the call as before it."""
    _assert_looks_at_the_features(observed)
    assert_that(
        is_unchanged(observed(probes.on_three_queries)["inputs_after"], *probes.three_queries()),
        saw="query, positive or negatives holds other numbers after the call than before it",
        think="which of your operations writes into the tensor it is given?",
        read=CONTRACT,
    )
    assert_that(
        observed(probes.on_three_queries)["flags_kept"] is True,
        saw="after the call query, positive or negatives asks for gradients, which it did not before, or has got one",
        think="which of your calls ends in an underscore, and whose tensor does it change?",
        read=CONTRACT,
    )


@points(1, asks=("device",))
def test_it_works_on_a_gpu(observed):
    """With all features on a GPU loss and gradient are right, and stay there."""
    values = observed(probes.on_a_gpu)
    expected, think = find_info_nce(*probes.three_queries(), probes.TEMPERATURE).float(), "where do your labels lie?"
    assert_matches("the loss on a GPU", values["loss"], expected, think=think, read=READ)
    _assert_reached(values, "query")
    gradient = find_gradients(probes.three_queries(), probes.TEMPERATURE)[0].float()
    assert_matches("the gradient of query on a GPU", values["gradient_of_query"], gradient, think=think, read=READ)
    assert_stays_on_device(values, read=CONTRACT)
