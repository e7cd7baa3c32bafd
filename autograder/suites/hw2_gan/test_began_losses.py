"""Hidden tests of began_losses: 4 points."""

import torch
from torch import Tensor

from autograder.checks import assert_matches, assert_that, points
from autograder.suites.hw2_gan.assertions import assert_unchanged, to_number
from autograder.suites.hw2_gan.equations.began import find_losses
from autograder.suites.hw2_gan.equations.shares import find_shares
from autograder.suites.hw2_gan.probes import began_losses as probes

READ = "BEGAN (Berthelot et al., 2017), section 3.3; notebook section 6.1"
CONTRACT = "the docstring of began_losses; notebook section 6.1"
OF_D, OF_G = (loss.float() for loss in find_losses(*probes.three_and_five(), probes.K))
TERMS = ("d_gradient_of_real", "d_gradient_of_fake", "g_gradient_of_fake")
PLAYERS = {"d": "the discriminator's loss", "g": "the generator's loss"}


@points(1)
def test_the_discriminators_loss(observed):
    """The first loss is L(x) - k L(G(z)): D reconstructs real images well, and k times as keenly fake ones badly."""
    think = "which images does D want to reconstruct well, which badly, and to which of the two does k belong?"
    actual = observed(probes.call_for_both)["d_loss"]
    assert_matches("the discriminator's loss", actual, OF_D, think=think, read=READ)


@points(1)
def test_the_generators_loss(observed):
    """The second loss is L(G(z)): G makes images that D reconstructs well."""
    think = "what does G want of its images' reconstruction, and does k have a say in it?"
    actual = observed(probes.call_for_both)["g_loss"]
    assert_matches("the generator's loss", actual, OF_G, think=think, read=READ)


@points(1)
def test_each_player_learns_from_its_own_terms(observed):
    """D lowers all real errors alike, G all fake ones; D raises these with k times G's force; G ignores real ones."""
    values = observed(probes.call_for_both)
    think = "which errors does each loss hold, and where does one of them leave the graph?"
    d_real, d_fake, g_fake = (values.get(term) for term in TERMS)
    for term, pull in zip(TERMS, (d_real, d_fake, g_fake), strict=True):
        saw = f"no gradient leads from {PLAYERS[term[0]]} to the errors of {term[-4:]} images"
        assert_that(isinstance(pull, Tensor), saw=saw, think=think, read=CONTRACT)
    for kind, pull, errors in zip(("real", "fake"), (d_real, g_fake), probes.three_and_five(), strict=True):
        name, expected = f"the share of the pull that each {kind} error gets", find_shares(torch.ones_like(errors))
        assert_matches(name, find_shares(pull), expected, think=think, read=READ)
    think = "with which force, compared with G's, and which way does D pull on the errors of fake images?"
    name = "the discriminator's pull on the errors of fake images (beside the generator's)"
    assert_matches(name, d_fake, -probes.K * g_fake, think=think, read=READ)
    stray = values.get("g_gradient_of_real", torch.zeros(1))
    saw = "the generator's loss pulls on the errors of real images"
    assert_that(isinstance(stray, Tensor) and not stray.any(), saw=saw, think=think, read=READ)


@points(1)
def test_each_l_is_a_mean_over_its_own_batch(observed):
    """It makes no difference if all images of one kind come twice; k = 0, k = 1, one image and float64 work."""
    values = observed(probes.call_on_other_batches)
    think = "over how many images does each L take its mean?"
    for player, loss in PLAYERS.items():
        change = to_number(values[f"{player}_at_other_errors"]) - to_number(values[player])
        saw = f"{loss} does not change with the errors, or is no number"
        assert_that(abs(change) > 0, saw=saw, think=think, read=READ)
        for kind in ("real", "fake"):
            name = f"{loss} with each {kind} image twice"
            actual = values[f"{player}_with_each_{kind}_twice"]
            assert_matches(name, actual, values[player], think=think, read=READ)
    _assert_float64(values)
    after = observed(probes.call_for_both)["inputs_after"]
    assert_unchanged(after, *probes.three_and_five(), what="the errors hold", read=CONTRACT)


def _assert_float64(values: dict) -> None:
    """Losses of one real image in float64, at both ends of k."""
    for player, loss in PLAYERS.items():
        for k in (0, 1):
            actual = values[f"{player}_of_one_at_{k}"]
            saw = f"{loss} of float64 errors at k = {k} is no 0-d tensor of float64"
            is_right = isinstance(actual, Tensor) and actual.dim() == 0 and actual.dtype == torch.float64
            think = "does any step bring in a dtype or a shape of its own?"
            assert_that(is_right, saw=saw, think=think, read=CONTRACT)
