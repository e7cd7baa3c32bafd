"""Hidden tests of began_losses: 4 points."""

import torch
from torch import Tensor

from autograder.suites.assertions import assert_matches, assert_that, points, to_number
from autograder.suites.hw2_gan.assertions import assert_same_on_gpu, assert_untouched
from autograder.suites.hw2_gan.equations.began import find_losses
from autograder.suites.hw2_gan.equations.shares import find_shares
from autograder.suites.hw2_gan.probes import began_losses as probes

READ = "BEGAN (Berthelot et al., 2017), section 3.3; notebook section 6.1"
CONTRACT = "the docstring of began_losses; notebook section 6.1"
UNASKED = {
    "odd": "a mean has no chunks",
    "ties": "nothing is ordered or chosen",
    "layout": "a row of numbers can be read however it lies",
    "modules": "none is handed in",
    "again": "there is no state",
    "long": "there is no sequence",
    "kinds": "there is no sequence",
    "empty": "an empty batch need not work",
}
OF_D, OF_G = (loss.float() for loss in find_losses(*probes.three_and_five(), probes.K))
TERMS = ("d_gradient_of_real", "d_gradient_of_fake", "g_gradient_of_fake")
PLAYERS = {"d": "the discriminator's loss", "g": "the generator's loss"}


@points(1, asks=("options",))
def test_both_losses(observed):
    """The first loss is L(x) - k L(G(z)), the discriminator's; the second one is L(G(z)), the generator's."""
    values = observed(probes.call_for_both)
    think = "which images does D want to reconstruct well, which badly, and to which of the two does k belong?"
    assert_matches("the discriminator's loss", values["d_loss"], OF_D, think=think, read=READ)
    think = "what does G want of its images' reconstruction, and does k have a say in it?"
    assert_matches("the generator's loss", values["g_loss"], OF_G, think=think, read=READ)


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


@points(1, asks=("one", "unequal", "ragged", "ends", "special", "dtypes", "inputs"))
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
        name, actual = f"{loss} without any errors", values[f"{player}_without_errors"]
        assert_matches(name, actual, torch.zeros(()), think=think, read=READ)
    _assert_float64(values)
    assert_untouched(values, *probes.three_and_five(), what="the errors", read=CONTRACT)


@points(1, asks=("device",))
def test_errors_may_lie_on_a_gpu(observed):
    """Errors on a GPU give the same losses and the same gradients, which stay there."""
    values, own = observed(probes.call_on_a_gpu), observed(probes.call_for_both)
    assert_same_on_gpu(values, own, "d_loss", "g_loss", *TERMS, read=CONTRACT)


def _assert_float64(values: dict) -> None:
    """Losses of one real image in float64, at both ends of k."""
    for player, loss in PLAYERS.items():
        for k in (0, 1):
            actual = values[f"{player}_of_one_at_{k}"]
            saw = f"{loss} of float64 errors at k = {k} is no 0-d tensor of float64"
            is_right = isinstance(actual, Tensor) and actual.dim() == 0 and actual.dtype == torch.float64
            think = "does any step bring in a dtype or a shape of its own?"
            assert_that(is_right, saw=saw, think=think, read=CONTRACT)
    real, fake = probes.one_and_two()
    think = "may a difference of two means be negative?"
    assert_matches("D's loss at k = 1", values["d_of_one_at_1"], real.mean() - fake.mean(), think=think, read=CONTRACT)
