"""Hidden tests of knn_predict: 5 points. In all inputs the winner leads clearly: no test hangs on a tie."""

from torch import Tensor

from autograder.suites.assertions import (
    assert_matches,
    assert_stays_on_device,
    assert_that,
    assert_unchanged,
    points,
    take_word,
)
from autograder.suites.hw4_contrastive.equations_simclr import find_votes
from autograder.suites.hw4_contrastive.probes import knn_predict as probes

READ = "Wu et al. (instance discrimination), 2018, section 3.4; notebook section 4.1"
CONTRACT = "the docstring of knn_predict; notebook section 4.1"
UNASKED = {
    "special": "a cosine of 1 is a weight like any other, and a feature of norm 0 does not come",
    "ties": "which of two equally good neighbours or classes it is, is free",
    "modules": "there are no modules",
    "again": "nothing is remembered",
    "long": "there are no sequences",
    "kinds": "all inputs are tensors",
    "empty": "there is at least one labelled image, and k is at least 1",
}


def _winners(case: probes.Case, k: int, temperature: float, num_classes: int = probes.NUM_CLASSES) -> Tensor:
    """The class with the most votes for each query, (Q,)."""
    return find_votes(*case, k, temperature, num_classes).argmax(dim=1)


def _thirty() -> probes.Case:
    return *probes.labelled_images(), probes.queries()


@points(1, asks=("unequal", "odd", "options", "dtypes", "inputs"))
def test_the_nearest_images_vote(observed):
    """Each query gets the class, long, for which its k nearest labelled images vote, nearest by cosine, of any norm."""
    values, think = (
        observed(probes.classify_thirty),
        "which k labelled images are the nearest, and what do they vote for?",
    )
    winners = _winners(_thirty(), probes.K, probes.TEMPERATURE)
    assert_matches("the predicted class", values["predicted"], winners, think=think, read=READ)
    think = "which of the two do you normalise, and does each row get its own norm?"
    name = "the predicted class for the same directions with other norms"
    assert_matches(name, values["predicted_of_rescaled"], winners, think=think, read="notebook section 1.1")
    dtype, think = take_word(values, "dtype"), "what kind of number is a class?"
    assert_that(dtype == "torch.int64", saw=f"the predicted classes are {dtype}", think=think, read=CONTRACT)
    what = "features, labels or queries hold"
    assert_unchanged(values["inputs_after"], *_thirty(), what=what, read=CONTRACT)
    saw, think = "features or queries ask for gradients after the call", "whose tensors are these?"
    assert_that(values["flags_kept"] is True, saw=saw, think=think, read=CONTRACT)
    predicted = observed(probes.classify_others)["many"]
    winners, think = (
        _winners(probes.many(), probes.K, probes.TEMPERATURE),
        "does any step count on the number of queries?",
    )
    assert_matches("the predicted class of 131 queries", predicted, winners, think=think, read=READ)


@points(1, asks=("options",))
def test_a_vote_weighs_by_its_cosine(observed):
    """A class's votes add up, each exp(cosine / temperature): few near images can beat many far ones, or not."""
    values = observed(probes.weigh)
    think = "how much more does a near image count at a low temperature, and how much at a high one?"
    few, one = probes.few_near_and_many_far(), probes.one_nearest_and_many_near()
    low, high = probes.LOW_TEMPERATURE, probes.HIGH_TEMPERATURE
    name = "the class between two near images and four far ones at temperature"
    assert_matches(f"{name} {low}", values["few_near"], _winners(few, 6, low, 3), think=think, read=READ)
    at_high = values["few_near_at_high_temperature"]
    assert_matches(f"{name} {high:g}", at_high, _winners(few, 6, high, 3), think=think, read=READ)
    name = "the class between the nearest image and the next"
    think = "when several images of one class vote, what happens to their weights?"
    assert_matches(f"{name} three", values["one_nearest"], _winners(one, 4, low, 3), think=think, read=READ)
    assert_matches(f"{name} two", values["one_nearest_of_three"], _winners(one, 3, low, 3), think=think, read=READ)


@points(1, asks=("ends",))
def test_the_weights_are_stable_at_a_low_temperature(observed):
    """At temperature 0.005 the nearest image decides, also when all weights would overflow, or all round to 0."""
    values = observed(probes.weigh_at_a_very_low_temperature)
    for name, case in probes.hard_cases().items():
        assert_matches(
            f"the predicted class at temperature 0.005, with all neighbours {name},",
            values[name],
            _winners(case, 3, probes.VERY_LOW_TEMPERATURE, 3),
            think="how large is exp(cosine / 0.005), how small, and what can be taken away from all exponents at once?",
            read="the log-sum-exp trick in notebook section 1.2",
        )


@points(1, asks=("one", "dtypes", "layout", "ragged"))
def test_one_neighbour_all_neighbours_one_query(observed):
    """k may be 1 or the number of labelled images, itself 1 or more; a single query gets an answer of shape (1,)."""
    values, (features, labels, queries) = observed(probes.classify_at_the_edges), _thirty()
    think = "does any step drop a dimension of size 1, skip a neighbour, or need more images than there are?"
    nearest = _winners((features, labels, queries), 1, probes.TEMPERATURE)
    assert_matches("the class of the nearest image", values["one_neighbour"], nearest, think=think, read=CONTRACT)
    everyone = _winners((features, labels, queries), len(features), probes.TEMPERATURE)
    assert_matches("the class when all images vote", values["all_neighbours"], everyone, think=think, read=CONTRACT)
    alone = _winners((features, labels, queries[3:4]), probes.K, probes.TEMPERATURE)
    assert_matches("the class of a single query", values["one_query"], alone, think=think, read=CONTRACT)
    only = labels[:1].expand(len(queries))
    assert_matches("the class with a single image", values["one_image"], only, think=think, read=CONTRACT)
    think = "does any step need numbers that lie side by side in memory?"
    predicted, winners = (
        observed(probes.classify_others)["elsewhere"],
        _winners(_thirty(), probes.K, probes.TEMPERATURE),
    )
    assert_matches("the predicted class for features with gaps", predicted, winners, think=think, read=CONTRACT)
    predicted, think = observed(probes.classify_in_float64)["predicted"], "is any tensor made with a dtype of its own?"
    assert_matches("the predicted class in float64", predicted, winners, think=think, read=CONTRACT)


@points(1, asks=("device",))
def test_it_works_on_a_gpu(observed):
    """With features, labels and queries on a GPU the classes are right, and stay there."""
    values, think = observed(probes.on_a_gpu), "where do the votes lie that you add up?"
    winners = _winners(_thirty(), probes.K, probes.TEMPERATURE)
    assert_matches("the predicted class on a GPU", values["predicted"], winners, think=think, read=READ)
    assert_stays_on_device(values, read=CONTRACT)
