"""Hidden tests of pixelwise_contrastive_loss: 12 points."""

import torch
from torch import Tensor

from autograder.checks import assert_matches, assert_that, points
from autograder.suites.hw5_sequences_and_language.assertions_features import (
    assert_gradient,
    assert_unchanged,
    to_number,
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


def _find_change(values: dict, one: str, other: str) -> Tensor:
    """How much one loss is above another one; what both have in common, right or wrong, drops out."""
    first, second = (to_number("the loss", values[name], CONTRACT) for name in (one, other))
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


@points(1)
def test_wide_pictures_work(observed):
    """On two pictures of 3 rows and 5 columns the loss is right as well."""
    assert_matches(
        "the loss",
        observed(probes.on_wide_pictures)["loss"],
        find_pixel_loss(*probes.wide_pictures()).float(),
        think="which number of a pixel counts the rows, which the columns, and how long is a row?",
        read=CONTRACT,
    )


@points(2)
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


@points(2)
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


@points(2)
def test_only_hard_non_matches_are_counted(observed):
    """Non-matches at or beyond the margin make no difference, and neither does it if each hard one comes twice."""
    values = observed(probes.on_one_picture)
    change = abs(_find_change(values, "loss_of_one", "loss_of_another"))
    saw = "the loss does not depend on the non-matches within the margin"
    assert_that(change > 1e-3, saw=saw, think="which non-matches cost something?", read=NON_MATCHES)
    think = "by how many pairs is the non-matches' cost divided, and what do those cost that are far enough apart?"
    name = "the loss with non-matches beyond the margin added"
    assert_matches(name, values["loss_with_easy_ones"], values["loss"], think=think, read=HARD)
    name = "the loss with each hard non-match twice"
    assert_matches(name, values["loss_with_hard_ones_twice"], values["loss"], think=think, read=HARD)
    values, name = observed(probes.on_the_margin), "the loss with a non-match exactly at the margin added"
    think = "what does a non-match cost whose distance is the margin itself, and is it hard then?"
    assert_matches(name, values["loss_with_the_exact_one"], values["loss"], think=think, read=HARD)


@points(1)
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


@points(1)
def test_equal_descriptors_have_a_finite_gradient(observed):
    """Where the two descriptors of a pair are equal, the loss is right and its gradient is finite."""
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


@points(1)
def test_any_sizes_and_float64_work(observed):
    """Three pairs in three dimensions, one pair of one number each, and float64 work; inputs are left unchanged."""
    values = observed(probes.on_other_sizes)
    think = "does any step drop a dimension of size 1, take one for another, or choose a dtype of its own?"
    cases = {"one_of_each": probes.one_of_each(), "three_of_all": probes.three_of_all()}
    for name, batch in cases.items():
        expected, label = find_pixel_loss(*batch).float(), f"the loss of {name.replace('_', ' ')}"
        assert_matches(label, values[f"loss_of_{name}"], expected, think=think, read=CONTRACT)
    expected = find_pixel_loss(*probes.square_pictures())
    assert_matches("the loss in float64", values["loss_in_float64"], expected, think=think, read=CONTRACT)
    after = observed(probes.on_square_pictures)["inputs_after"]
    assert_unchanged("descriptors or pairs hold", after, *probes.square_pictures()[:4], read=CONTRACT)
