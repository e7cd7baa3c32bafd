"""Hidden tests of guided_noise: 4 points."""

import torch

from autograder.suites.assertions import assert_matches, assert_stays_on_device, points
from autograder.suites.hw1_diffusion.assertions import assert_left_alone
from autograder.suites.hw1_diffusion.equations.guidance import find_guided
from autograder.suites.hw1_diffusion.equations.reverse import combine
from autograder.suites.hw1_diffusion.probes import guided_noise as probes

READ = "Classifier-free guidance (Ho and Salimans, 2022), eq. 6; notebook section 4.2"
CONTRACT = "the docstring of guided_noise; notebook section 4.2"
UNASKED = {
    "odd": "images of 4 x 6 pixels and five channels are asked; nothing is cut into pieces",
    "ties": "nothing is ordered or chosen",
    "modules": "no module is handed in",
    "again": "nothing is kept from call to call",
    "ragged": "both guesses have one shape",
    "long": "there is no sequence",
    "kinds": "the guesses are tensors, and w is a number",
    "empty": "the contract leaves empty batches out",
}


@points(1, asks=("unequal", "options"))
def test_w_moves_the_guess_away_from_the_unconditional_one(observed):
    """From w = 0 to w = 2.5, the guess moves by 2.5 times the difference of the two guesses."""
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


@points(1, asks=("special",))
def test_w_0_is_conditional_and_w_minus_1_is_not(observed):
    """w = 0 gives the conditional guess, w = -1 the unconditional one, and w may be any number between and beyond."""
    values = observed(probes.guide)
    cond, uncond = probes.two_guesses()
    think = "some papers call the plain conditional model 1; where does this one's w start?"
    assert_matches("the guess at w = 0", values["at_w_0"], cond, think=think, read=READ)
    assert_matches("the guess at w = -1", values["at_w_minus_1"], uncond, think=think, read=READ)
    beyond = find_guided(cond, uncond, -3.0).float()
    assert_matches("the guess at w = -3", values["at_w_minus_3"], beyond, think=think, read=READ, atol=1e-5)


@points(1, asks=("one", "ends", "special", "dtypes", "layout", "inputs"))
def test_other_sizes_and_dtypes_work_and_inputs_stay(observed):
    """One point, large and equal guesses, any order in memory and float64 work; the guesses are left unchanged."""
    think = "does your formula need images, a certain dtype, or numbers of a certain size?"
    cond, uncond = probes.point()
    for probe, name, key, guesses, w in (
        (probes.guide_points, "for a point at w = 0.5", "guided", probes.point(), 0.5),
        (probes.guide_points, "where both are equal", "guided_equal", probes.equal_guesses(), 4.0),
        (probes.guide_in_float64, "in float64 at w = 7", "guided_float64", (cond.double(), uncond.double()), 7),
    ):
        expected = find_guided(*guesses, w).to(guesses[0].dtype)
        assert_matches(f"the guess {name}", observed(probe)[key], expected, think=think, read=CONTRACT, atol=1e-5)
    values = observed(probes.guide_large_numbers)
    large = find_guided(*probes.large(), 40.0).float()
    name = "the guess for large numbers at w = 40"  # differences of two float32 numbers of size 1e6
    assert_matches(name, values["guided_large"], large, think=think, read=CONTRACT, atol=1.0)
    after = observed(probes.guide)
    assert_left_alone(after, *probes.two_guesses(), names="noise_cond or noise_uncond", read=CONTRACT)
    actual, expected = observed(probes.guide_in_another_layout), find_guided(*probes.one_for_all(), 1.5).float()
    name = "the guess of one for all"
    assert_matches(name, actual["guided_one_for_all"], expected, think=think, read=CONTRACT, atol=1e-5)


@points(1, asks=("device",))
def test_it_works_on_a_gpu(observed):
    """On a GPU the guess is the same, and stays there."""
    values, think = observed(probes.on_a_gpu), "on which device does each tensor lie that you make?"
    expected = find_guided(*probes.two_guesses(), probes.W).float()
    assert_matches("the guess on a GPU", values["guided"], expected, think=think, read=CONTRACT, atol=1e-5)
    assert_stays_on_device(values, read=CONTRACT)
