"""Hidden tests of pixelwise_contrastive_loss: 12 points."""

import torch
from torch import Tensor

from autograder.suites.assertions import assert_matches, assert_stays_on_device, assert_that, points
from autograder.suites.hw5_sequences_and_language.assertions_features import (
    assert_gradient,
    assert_left_alone,
    to_finite,
)
from autograder.suites.hw5_sequences_and_language.equations.dense import (
    find_match_cost,
    find_non_match_cost,
    find_pixel_gradients,
    find_pixel_loss,
)
from autograder.suites.hw5_sequences_and_language.probes import pixelwise_contrastive_loss as probes

READ = "Dense Object Nets (Florence et al., 2018), eq. 1 and 2; notebook section 3.1"
MATCHES = "Dense Object Nets (Florence et al., 2018), eq. 1; notebook section 3.1"
NON_MATCHES = "Dense Object Nets (Florence et al., 2018), eq. 2; notebook section 3.1"
HARD = "Dense Object Nets (Florence et al., 2018), section 3.2; notebook section 3.1"
CONTRACT = "the docstring of pixelwise_contrastive_loss; notebook section 3.1"

UNASKED = {
    "ties": "nothing is ordered or chosen",
    "modules": "it is given tensors, and no module",
    "again": "it has no state",
    "long": "there are no sequences",
    "kinds": "the contract speaks of tensors only",
}


def _find_change(values: dict, one: str, other: str) -> Tensor:
    """How much one loss is above another one; what both have in common, right or wrong, drops out."""
    first, second = (to_finite("the loss", values[name], CONTRACT) for name in (one, other))
    return torch.tensor(first - second)


@points(1)
def test_the_loss_of_two_square_pictures(observed):
    """On two pictures of 4 by 4 pixels the loss is the cost of the matches plus that of the hard non-matches."""
    assert_matches(
        "the loss",
        observed(probes.on_square_pictures)["loss"],
        find_pixel_loss(*probes.square_pictures()).float(),
        think="which of a pair's four numbers belong to which picture, and what is done with the two descriptors?",
        read=READ,
    )


@points(1, asks=("unequal", "ragged"))
def test_wide_pictures_work(observed):
    """On two pictures of 3 rows and 5 columns the loss is right as well, with more non-matches than matches."""
    assert_matches(
        "the loss",
        observed(probes.on_wide_pictures)["loss"],
        find_pixel_loss(*probes.wide_pictures()).float(),
        think="which number of a pixel counts the rows, which the columns, and how long is a row?",
        read=CONTRACT,
    )


@points(1)
def test_matches_cost_their_squared_distance_on_average(observed):
    """Four matches in the place of two others change the loss by the difference of their mean squared distances."""
    picture = probes.symmetric_picture()
    costs = [find_match_cost(picture, picture, matches) for matches in (probes.MATCHES, probes.OTHER_MATCHES)]
    assert_matches(
        "the change of the loss",
        _find_change(observed(probes.on_one_picture), "loss", "loss_of_other_matches"),
        (costs[0] - costs[1]).float(),
        think="what does a match cost whose descriptors are a distance of 2 apart, and what do four such matches?",
        read=MATCHES,
    )


@points(2, asks=("options",))
def test_a_non_match_costs_the_square_of_what_its_distance_lacks(observed):
    """One non-match within the margin in the place of another one changes the loss by the difference of their costs."""
    picture = probes.symmetric_picture()
    one, another = (
        find_non_match_cost(picture, picture, pairs, probes.MARGIN) for pairs in (probes.HARD[:1], probes.OTHER_HARD)
    )
    assert_matches(
        "the change of the loss",
        _find_change(observed(probes.on_one_picture), "loss_of_one", "loss_of_another"),
        (one - another).float(),
        think="is it the distance or its square that is taken from the margin, and what is done to the rest?",
        read=NON_MATCHES,
    )


@points(2, asks=("special",))
def test_only_hard_non_matches_are_counted(observed):
    """Non-matches at or beyond the margin make no difference, and neither does it if each hard one comes twice."""
    values = observed(probes.on_one_picture)
    change = abs(_find_change(values, "loss_of_one", "loss_of_another"))
    saw = "the loss does not depend on the non-matches within the margin"
    assert_that(bool(change > 1e-3), saw=saw, think="which non-matches cost something?", read=NON_MATCHES)
    think = "by how many pairs is the non-matches' cost divided, and what do those cost that are far enough apart?"
    name = "the loss with non-matches beyond the margin added"
    assert_matches(name, values["loss_with_easy_ones"], values["loss"], think=think, read=HARD)
    name = "the loss with each hard non-match twice"
    assert_matches(name, values["loss_with_hard_ones_twice"], values["loss"], think=think, read=HARD)
    values, name = observed(probes.on_the_margin), "the loss with a non-match exactly at the margin added"
    think = "what does a non-match cost whose distance is the margin itself, and is it hard then?"
    assert_matches(name, values["loss_with_the_exact_one"], values["loss"], think=think, read=HARD)


@points(1, asks=("empty",))
def test_without_a_hard_non_match_the_matches_remain(observed):
    """If no non-match is hard, or there is none at all, the loss is that of the matches alone."""
    picture, think = probes.symmetric_picture(), "what is 0 / 0 in torch, and what should be added here?"
    expected = find_match_cost(picture, picture, probes.MATCHES).float()
    values = observed(probes.on_easy_non_matches)
    name = "the loss with all non-matches beyond the margin"
    assert_matches(name, values["loss"], expected, think=think, read=CONTRACT)
    gradient, _ = find_pixel_gradients(picture, picture, probes.MATCHES, probes.EASY, probes.MARGIN)
    assert_gradient("the descriptors", values, "gradient_of_picture", gradient.float(), think=think, read=CONTRACT)
    actual = observed(probes.on_no_non_matches)["loss"]
    assert_matches("the loss without non-matches", actual, expected, think=think, read=CONTRACT)


@points(1)
def test_gradients_reach_both_pictures(observed):
    """Both pictures' descriptors are trained: their gradients are right."""
    values = observed(probes.differentiate)
    think = "along which path does each picture's descriptor act on the loss, and is any of it detached?"
    for name, gradient in zip(("desc_a", "desc_b"), find_pixel_gradients(*probes.square_pictures()), strict=True):
        assert_gradient(name, values, f"gradient_of_{name}", gradient.float(), think=think, read=READ)


@points(1, asks=("special", "ends"))
def test_equal_descriptors_have_a_finite_gradient(observed):
    """Where the two descriptors of a pair are equal, or far apart, the loss is right and its gradient is finite."""
    values, batch = observed(probes.on_coincident_pairs), probes.coincident_pairs()
    think = "how steep is a square root at 0, and what is 0 times infinity?"
    # The usual 1e-8 under the root moves a distance of 0 by 1e-4, and the loss by up to 2e-4 of itself.
    name, expected = "the loss with equal descriptors", find_pixel_loss(*batch).float()
    assert_matches(name, values["loss"], expected, think=think, read=CONTRACT, rtol=1e-3)
    corner = {"desc_a": (1, 2), "desc_b": (0, 1)}  # of the equal non-match: any finite gradient will do
    for (name, (row, column)), gradient in zip(corner.items(), find_pixel_gradients(*batch), strict=True):
        actual = values.get(f"gradient_of_{name}")
        reached = isinstance(actual, Tensor) and actual.shape == gradient.shape
        assert_that(reached, saw=f"no gradient reaches {name}", think=think, read=CONTRACT)
        finite = bool(torch.isfinite(actual).all())
        assert_that(finite, saw=f"the gradient of {name} is NaN or infinite", think=think, read=CONTRACT)
        elsewhere = torch.ones_like(actual)
        elsewhere[:, row, column] = 0
        name, expected = f"the gradient of {name}, but for the equal non-match", (gradient * elsewhere).float()
        assert_matches(name, actual * elsewhere, expected, think=think, read=CONTRACT, rtol=1e-3)
    values, think = observed(probes.on_far_and_near), "is anything done to a distance that is very large, or 0?"
    for name, batch in probes.far_and_near().items():
        told, expected = f"the loss of descriptors that are {name.replace('_', ' ')}", find_pixel_loss(*batch).float()
        assert_matches(told, values[name], expected, think=think, read=CONTRACT, rtol=1e-3)


@points(1, asks=("one", "odd", "dtypes", "layout", "inputs", "ragged"))
def test_any_sizes_and_float64_work(observed):
    """Any number of pairs, pixels and channels, any order in memory and float64 work; inputs are left unchanged."""
    values = observed(probes.on_other_sizes)
    think = "does any step drop a dimension of size 1, take one for another, or choose a dtype of its own?"
    cases = {"one_of_each": probes.one_of_each(), "three_of_all": probes.three_of_all()}
    for name, batch in {**cases, "large_pictures": probes.large_pictures()}.items():
        expected, label = find_pixel_loss(*batch).float(), f"the loss of {name.replace('_', ' ')}"
        assert_matches(label, values[f"loss_of_{name}"], expected, think=think, read=CONTRACT)
    loss, expected = observed(probes.in_float64)["loss"], find_pixel_loss(*probes.square_pictures())
    assert_matches("the loss in float64", loss, expected, think=think, read=CONTRACT)
    values, (desc_a, desc_b, matches, others, margin) = observed(probes.in_another_order), probes.square_pictures()
    think = "which of your steps needs numbers that lie side by side in memory?"
    for key, second in (("loss", desc_b), ("loss_of_expanded", desc_b[:, :1, :1].expand(desc_b.shape))):
        expected = find_pixel_loss(desc_a, second, matches, others, margin).float()
        name = "the loss of inputs in another order in memory"
        assert_matches(name, values[key], expected, think=think, read=CONTRACT)
    given = probes.square_pictures()[:4]
    assert_left_alone(observed(probes.leave_inputs), *given, what="descriptors or pairs", read=CONTRACT)


@points(1, asks=("device",))
def test_it_works_on_a_gpu(observed):
    """Given tensors on a GPU, the loss is right and on it."""
    values = observed(probes.on_a_gpu)
    assert_stays_on_device(values, read=CONTRACT)
    think = "on which device does each tensor lie that your function makes?"
    desc_a, desc_b, matches, others, margin = probes.square_pictures()
    for key, second in (("loss", desc_b), ("loss_of_expanded", desc_b[:, :1, :1].expand(desc_b.shape))):
        expected = find_pixel_loss(desc_a, second, matches, others, margin).float()
        assert_matches("the loss on a GPU", values[key], expected, think=think, read=CONTRACT)
