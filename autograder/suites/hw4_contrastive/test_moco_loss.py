"""Hidden tests of moco_loss: 8 points."""

import torch
from torch import Tensor

from autograder.suites.assertions import (
    assert_looks_at_its_inputs,
    assert_matches,
    assert_shape,
    assert_stays_on_device,
    assert_that,
    is_unchanged,
    points,
)
from autograder.suites.hw4_contrastive.equations import find_gradients, find_info_nce
from autograder.suites.hw4_contrastive.probes import moco_loss as probes

READ = "MoCo (He et al., 2020), eq. 1 and algorithm 1; notebook section 2.3"
CONTRACT = "the docstring of moco_loss; notebook section 2.3"
# See test_info_nce.py: float32 rounding of a cosine, times 200, in a gradient of up to 200 that cancels.
RTOL_LOW, ATOL_LOW = 1e-3, 1e-3
UNASKED = {
    "ties": "nothing is ordered or chosen",
    "modules": "there are no modules",
    "again": "nothing is remembered",
    "long": "there are no sequences",
    "kinds": "all features are tensors",
}


def _assert_looks_at_the_features(observed) -> None:
    values, think = observed(probes.on_three_pairs), "which features does your loss look at?"
    assert_looks_at_its_inputs("the loss", values["loss"], values["loss_of_others"], think=think, read=READ)


def _take_gradient(values: dict) -> Tensor:
    think = "is everything between query and loss part of the graph?"
    assert_that("gradient_of_query" in values, saw="no gradient reaches query", think=think, read=READ)
    return values["gradient_of_query"]


def _assert_no_gradient(observed, name: str, target: Tensor, *, think: str) -> None:
    """The query gets a gradient, and the target none: who trains nobody keeps from no one."""
    _assert_looks_at_the_features(observed)
    values = observed(probes.differentiate)
    assert_shape("the gradient of query", _take_gradient(values), *probes.three_pairs()[0].shape, read=READ)
    is_trained = bool(values["gradient_of_query"].any())
    assert_that(is_trained, saw="the gradient of query is 0", think="whom does the loss train?", read=READ)
    gradient = values[f"gradient_of_{name}"]
    assert_shape(f"the gradient of {name}", gradient, *target.shape, read=READ)
    assert_that(not gradient.any(), saw=f"backward put a gradient on {name}", think=think, read=READ)


@points(1, asks=("unequal",))
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
    _assert_looks_at_the_features(observed)
    values = observed(probes.on_three_pairs)
    assert_matches(
        "the loss of the same directions with other norms",
        values["loss_of_other_norms"],
        values["loss"],
        think="the queue's keys come with norm 1; what about the encoders' outputs?",
        read=CONTRACT,
    )


@points(1)
def test_no_gradient_reaches_key_and_queue(observed):
    """The key and the keys of the queue are targets: no gradient flows back to them."""
    _, key, queue_keys = probes.three_pairs()
    think = "by what is the key encoder moved, and by what is it not?"
    _assert_no_gradient(observed, "key", key, think=think)
    think = "the encoder that made these keys has moved on since; what would a gradient to them do?"
    _assert_no_gradient(observed, "queue", queue_keys, think=think)


@points(1, asks=("special",))
def test_the_gradient_of_the_query_is_right(observed):
    """The whole gradient of InfoNCE reaches the query, also where query and key are equal."""
    values = observed(probes.differentiate)
    expected = find_gradients(probes.three_pairs(), probes.TEMPERATURE)[0].float()
    think = "is everything between query and loss part of the graph?"
    assert_matches("the gradient of query", _take_gradient(values), expected, think=think, read=READ)
    gradient = _take_gradient(observed(probes.differentiate_equal_pairs))
    expected = find_gradients(probes.equal_pairs(), probes.TEMPERATURE)[0].float()
    think = "the angle between a vector and itself is 0: what does your gradient do there?"
    name = "the gradient of query where it equals its key"
    assert_matches(name, gradient, expected, think=think, read=READ, atol=1e-5)


@points(1, asks=("ends", "options"))
def test_it_is_stable_at_a_low_temperature(observed):
    """At temperature 0.005 loss and gradient are finite and right."""
    values = observed(probes.at_low_temperature)
    think, read = "how large is exp(200) in float32?", "the log-sum-exp trick in notebook section 1.2"
    loss = find_info_nce(*probes.hard_pairs(), probes.LOW_TEMPERATURE).float()
    assert_matches("the loss at temperature 0.005", values["loss"], loss, think=think, read=read)
    gradient = find_gradients(probes.hard_pairs(), probes.LOW_TEMPERATURE)[0].float()
    name = "the gradient of query at temperature 0.005"
    assert_matches(name, values["gradient_of_query"], gradient, think=think, read=read, rtol=RTOL_LOW, atol=ATOL_LOW)


@points(1, asks=("one", "odd", "dtypes", "layout", "ragged", "empty"))
def test_any_sizes_and_float64_work(observed):
    """One pair, an empty queue, many pairs anywhere in memory, and float64 give the right 0-d loss and gradient."""
    values, think = observed(probes.on_one_pair), "does any step drop a dimension of size 1?"
    one, gradient = find_info_nce(*probes.one_pair(), 0.5).float(), find_gradients(probes.one_pair(), 0.5)[0].float()
    assert_matches("the loss of one pair", values["loss"], one, think=think, read=CONTRACT)
    assert_matches("its gradient", _take_gradient(values), gradient, think=think, read=CONTRACT)
    query, key, queue_keys = probes.many_pairs()
    values = observed(probes.on_other_sizes)
    for name, what, batch in (
        ("four_of_all", "with B = n = D = 4", probes.four_of_all()),
        ("many", "of 67 pairs and 131 keys", (query, key, queue_keys)),
        ("few_keys", "of 67 pairs and 2 keys", (query, key, queue_keys[:2])),
    ):
        expected = find_info_nce(*batch, probes.TEMPERATURE).float()
        think = "does any step count on the number of features, or on numbers that lie side by side in memory?"
        assert_matches(f"the loss {what}", values[f"loss_of_{name}"], expected, think=think, read=CONTRACT)
    values, think = observed(probes.on_an_empty_queue), "how many candidates has a query when the queue is empty?"
    assert_matches("the loss with an empty queue", values["loss"], torch.zeros(()), think=think, read=CONTRACT)
    assert_matches("its gradient", _take_gradient(values), torch.zeros(3, 5), think=think, read=CONTRACT)
    double, think = find_info_nce(*probes.three_pairs(), probes.TEMPERATURE), "is any tensor made with its own dtype?"
    loss = observed(probes.in_float64)["loss"]
    assert_matches("the loss in float64", loss, double, think=think, read=CONTRACT)


@points(1, asks=("inputs",))
def test_inputs_are_left_unchanged(observed):
    """query, key and queue_keys are the same after the call as before it."""
    _assert_looks_at_the_features(observed)
    assert_that(
        is_unchanged(observed(probes.on_three_pairs)["inputs_after"], *probes.three_pairs()),
        saw="query, key or queue_keys holds other numbers after the call than before it",
        think="which of your operations writes into the tensor it is given?",
        read=CONTRACT,
    )
    flags = (observed(probe)["flags_kept"] is True for probe in (probes.on_three_pairs, probes.differentiate))
    saw = "after the call an input asks for gradients where it did not before, or no more where it did, or has got one"
    think = "which of your calls ends in an underscore, and whose tensor does it change?"
    assert_that(all(flags), saw=saw, think=think, read=CONTRACT)


@points(1, asks=("device",))
def test_it_works_on_a_gpu(observed):
    """With all features on a GPU loss and gradient are right, and stay there."""
    values = observed(probes.on_a_gpu)
    expected, think = find_info_nce(*probes.three_pairs(), probes.TEMPERATURE).float(), "where do your labels lie?"
    assert_matches("the loss on a GPU", values["loss"], expected, think=think, read=READ)
    gradient = find_gradients(probes.three_pairs(), probes.TEMPERATURE)[0].float()
    name = "the gradient of query on a GPU"
    assert_matches(name, _take_gradient(values), gradient, think=think, read=READ)
    assert_stays_on_device(values, read=CONTRACT)
