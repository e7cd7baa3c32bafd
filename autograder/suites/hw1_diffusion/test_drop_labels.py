"""Hidden tests of drop_labels: 6 points."""

import torch
from torch import Tensor

from autograder.suites.assertions import assert_matches, assert_stays_on_device, assert_that, points
from autograder.suites.hw1_diffusion.assertions import assert_left_alone
from autograder.suites.hw1_diffusion.equations.guidance import find_dropped
from autograder.suites.hw1_diffusion.equations.reverse import combine
from autograder.suites.hw1_diffusion.probes import drop_labels as probes

READ = "Classifier-free guidance (Ho and Salimans, 2022), algorithm 1; notebook section 4.1"
CONTRACT = "the docstring of drop_labels; notebook section 4.1"
UNASKED = {
    "odd": "batches of 8, 4 and 3 are asked; nothing is cut into pieces",
    "modules": "no module is handed in",
    "again": "nothing is kept from call to call",
    "ragged": "labels and coins have one size",
    "long": "there is no sequence",
    "kinds": "labels and coins are tensors",
    "empty": "the contract leaves empty batches out",
}


def _assert_dropped_where(
    returned: object, labels: Tensor, is_dropped: Tensor, when: str, think: str, read: str
) -> None:
    """Exactly these labels have changed, whatever they have become."""
    has_changed = combine(torch.ne, returned, labels)
    wrong = (has_changed != is_dropped).nonzero().flatten().tolist()
    items = f"item{'s' if len(wrong) > 1 else ''} {', '.join(map(str, wrong))}"
    saw = f"{when}, the wrong thing happens to {items}: kept where dropped is right, or dropped where kept is"
    assert_that(not wrong, saw=saw, think=think, read=read)


@points(1)
def test_each_item_is_dropped_by_its_own_coin(observed):
    """A label is dropped where its own coin is below the probability, and kept where it is not."""
    labels, coins = probes.eight_labels()
    returned = observed(probes.by_their_coins)["labels"]
    think = "which items does a coin decide about, and on which side of the probability does it say “drop”?"
    _assert_dropped_where(returned, labels, coins < probes.P, f"with probability {probes.P}", think, READ)


@points(1, asks=("options",))
def test_dropped_labels_become_the_null_label(observed):
    """Dropped labels become the null label that was given, and the others stay what they were."""
    values = observed(probes.by_their_coins)
    labels, _ = probes.eight_labels()
    think = "what does the embedding look up for “no condition”, and who says which index that is?"
    for name, null in (
        ("labels", probes.NULL),
        ("labels_with_another_null", probes.OTHER_NULL),
        ("labels_with_null_0", 0),
    ):
        is_kept = combine(torch.eq, values[name], labels)
        is_null = combine(torch.eq, values[name], torch.full_like(labels, null))
        saw = f"for the null label {null}, a label is neither {null} nor what it was before"
        assert_that(bool((is_kept | is_null).all()), saw=saw, think=think, read=READ)
        saw = f"for the null label {null} and coins of all sizes, all labels are kept or all are dropped"
        assert_that(bool(is_kept.any() and is_null.any()), saw=saw, think=think, read=READ)


@points(1, asks=("ties",))
def test_a_coin_must_be_below_the_probability(observed):
    """A coin that equals the probability keeps the label, so that probability 0 drops nothing."""
    labels, coins = probes.on_the_edge()
    values = observed(probes.at_the_edges)
    think = "coins come from [0, 1): how often should a label be dropped with probability 0?"
    when = "with coins at, just below and just above the probability"
    _assert_dropped_where(values["at_the_threshold"], labels, coins < probes.P, when, think, CONTRACT)
    labels, _ = probes.with_a_coin_of_0()
    when = "with probability 0 and a coin of 0"
    _assert_dropped_where(values["never_with_a_coin_of_0"], labels, labels < 0, when, think, CONTRACT)


@points(1, asks=("ends", "special"))
def test_the_extreme_probabilities(observed):
    """Probability 0 keeps every label, and probability 1 drops them all."""
    values = observed(probes.at_the_edges)
    labels, coins = probes.eight_labels()
    think = "is it the probability to drop a label or to keep it?"
    for name, probability in (("never", 0.0), ("always", 1.0)):
        when = f"with probability {probability:g}"
        _assert_dropped_where(values[name], labels, coins < probability, when, think, CONTRACT)


@points(1, asks=("one", "unequal", "dtypes", "layout", "inputs", "options"))
def test_labels_stay_long_and_inputs_unchanged(observed):
    """The result is right and long, for one item and a thousand classes too; labels and coins are as before."""
    values = observed(probes.by_their_coins)
    think = "can an embedding look your labels up, and can the caller use its own once more?"
    expected = find_dropped(*probes.eight_labels(), probes.P, probes.NULL)
    assert_matches("labels", values["labels"], expected, think=think, read=CONTRACT)
    one = observed(probes.at_the_edges)["one"]
    assert_matches("the label of a batch of one", one, expected.new_tensor([probes.NULL]), think=think, read=CONTRACT)
    of_many = find_dropped(*probes.many_classes(), probes.P, 1000)
    name = "labels of many classes, with coins in float64,"
    assert_matches(name, observed(probes.with_many_classes)["labels"], of_many, think=think, read=CONTRACT)
    assert_that(values["labels_are_long"] is True, saw="the labels are not long any more", think=think, read=CONTRACT)
    assert_left_alone(values, *probes.eight_labels(), names="labels or coins", read=CONTRACT)


@points(1, asks=("device",))
def test_it_works_on_a_gpu(observed):
    """On a GPU the labels are the same, and stay there."""
    values, think = observed(probes.on_a_gpu), "on which device does each tensor lie that you make?"
    expected = find_dropped(*probes.eight_labels(), probes.P, probes.NULL)
    assert_matches("labels on a GPU", values["labels"], expected, think=think, read=CONTRACT)
    assert_stays_on_device(values, read=CONTRACT)
