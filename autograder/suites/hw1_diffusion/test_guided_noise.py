"""Hidden tests of guided_noise: 4 points."""

import torch

from autograder.checks import assert_matches, assert_that, points
from autograder.suites.hw1_diffusion.equations.guidance import find_guided
from autograder.suites.hw1_diffusion.equations.reverse import combine, is_unchanged
from autograder.suites.hw1_diffusion.probes import guided_noise as probes

READ = "Classifier-free guidance (Ho and Salimans, 2022), eq. 6; notebook section 4.2"
CONTRACT = "the docstring of guided_noise; notebook section 4.2"


def _assert_moves_away(observed) -> None:
    values = observed(probes.guide)
    cond, uncond = (guess.double() for guess in probes.two_guesses())
    assert_matches(
        "the way from the guess at w = 0 to that at w = 2.5",
        combine(torch.sub, values["guided"], values["at_w_0"]),
        probes.W * (cond - uncond),
        think="in which direction does a larger w push, and does every pixel move in proportion?",
        read=READ,
        atol=1e-5,  # a difference of two float32 results of size 10, which are rounded to 5e-7
    )


@points(1)
def test_w_0_is_conditional_and_w_minus_1_is_not(observed):
    """w = 0 gives the conditional guess, and w = -1 the unconditional one."""
    values = observed(probes.guide)
    cond, uncond = probes.two_guesses()
    think = "some papers call the plain conditional model 1; where does this one's w start?"
    assert_matches("the guess at w = 0", values["at_w_0"], cond, think=think, read=READ)
    assert_matches("the guess at w = -1", values["at_w_minus_1"], uncond, think=think, read=READ)


@points(1)
def test_w_moves_the_guess_away_from_the_unconditional_one(observed):
    """From w = 0 to w = 2.5, the guess moves by 2.5 times the difference of the two guesses."""
    _assert_moves_away(observed)


@points(1)
def test_other_sizes_and_dtypes_work(observed):
    """Points (B, D), a batch of one, float64 and a w that is an integer give the right guess."""
    values = observed(probes.guide_points)
    think = "does your formula need images, or a certain dtype?"
    cond, uncond = probes.points()
    expected = find_guided(cond, uncond, 0.5).float()
    assert_matches("the guess for a point at w = 0.5", values["guided"], expected, think=think, read=CONTRACT)
    expected = find_guided(cond, uncond, 7)
    assert_matches("the guess in float64 at w = 7", values["guided_float64"], expected, think=think, read=CONTRACT)


@points(1)
def test_inputs_are_left_unchanged(observed):
    """The two guesses are the same after a right call as before it."""
    _assert_moves_away(observed)  # who computes nothing changes nothing
    assert_that(
        is_unchanged(observed(probes.guide)["inputs_after"], *probes.two_guesses()),
        saw="noise_cond or noise_uncond holds other numbers after the call than before it",
        think="which of your operations writes into the tensor it is given?",
        read=CONTRACT,
    )
