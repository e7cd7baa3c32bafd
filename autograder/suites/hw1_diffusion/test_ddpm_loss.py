"""Hidden tests of ddpm_loss: 8 points."""

import torch

from autograder.checks import assert_matches, assert_that, points
from autograder.suites.hw1_diffusion.equations.forward import find_noised, find_squared_error, is_unchanged
from autograder.suites.hw1_diffusion.probes import ddpm_loss as probes
from autograder.suites.hw1_diffusion.probes.inputs import ShiftingModel

READ = "DDPM (Ho et al., 2020), eq. 14 and algorithm 1; notebook section 3.3"
CONTRACT = "the docstring of ddpm_loss; notebook section 3.3"


def _find_loss_of_x_t(batch: probes.Batch) -> torch.Tensor:
    """The loss of a model that gives back what it sees."""
    return find_squared_error(find_noised(*batch), batch[2])


@points(1)
def test_the_model_sees_the_noisy_images(observed):
    """The model is given x_t: the images, noised with the given noise to the given timesteps."""
    assert_matches(
        "x_t, as the model got it,",
        observed(probes.watch_the_model)["x_t_given"],
        find_noised(*probes.three_images()).float(),
        think="in which tensor should the model look for the noise, and with which noise was it made?",
        read=READ,
    )


@points(1)
def test_the_model_is_told_each_timestep_once(observed):
    """The model is called once, with the timesteps as they were given: long, one per image."""
    values = observed(probes.watch_the_model)
    calls, think = values["calls"], "what does the model need to know besides x_t, and how often must it be asked?"
    assert_that(calls == 1, saw=f"the model was called {calls} times", think=think, read=CONTRACT)
    given, think = values["t_given"], "is each image's own timestep passed on just as it came?"
    assert_matches("t, as the model got it,", given, torch.tensor(probes.FIRST_MIDDLE_LAST), think=think, read=CONTRACT)
    assert_that(given.dtype == torch.long, saw=f"the model got t as {given.dtype}", think=think, read=CONTRACT)


@points(2)
def test_the_loss_is_the_mean_squared_error_of_the_noise(observed):
    """The loss is the mean over all elements of (noise - guess) squared."""
    assert_matches(
        "the loss of some guess",
        observed(probes.compare_fixed_guesses)["loss_of_some_guess"],
        find_squared_error(probes.some_guess(), probes.three_images()[2]).float(),
        think="what is the guess compared with, and would the loss grow with larger images or batches?",
        read=READ,
    )


@points(1)
def test_a_perfect_guess_costs_nothing(observed):
    """The loss is 0 for a model that finds the noise, and more for one that nearly does."""
    values = observed(probes.compare_fixed_guesses)
    think = "what is the model meant to find in x_t?"
    assert_matches(
        "the loss of a perfect guess", values["loss_of_perfect_guess"], torch.tensor(0.0), think=think, read=READ
    )
    nearly = values["loss_of_nearly_perfect_guess"]
    costs = isinstance(nearly, torch.Tensor) and bool((nearly > 0).all())
    assert_that(costs, saw="a guess that misses the noise by a little costs nothing either", think=think, read=READ)


@points(1)
def test_the_gradient_reaches_the_model(observed):
    """The gradient of the loss reaches the model's parameter, and is right."""
    values = observed(probes.differentiate)
    x0, t, noise, alpha_bar = probes.three_images()
    model = ShiftingModel().double()
    expected = torch.autograd.grad(
        find_squared_error(model(find_noised(x0, t, noise, alpha_bar), t), noise), model.scale
    )[0]
    think = "where does the path from the model's output to the loss leave the graph?"
    assert_that("gradient_of_scale" in values, saw="no gradient reaches the model", think=think, read=CONTRACT)
    actual = values["gradient_of_scale"]
    assert_matches("the gradient of the model's parameter", actual, expected.float(), think=think, read=READ)


@points(1)
def test_points_and_any_sizes_work(observed):
    """Points (B, D), images with B = C = H = W, and one image with T = 1 have the right loss."""
    values = observed(probes.on_other_batches)
    think = "does any step count on four dimensions, on different sizes, or on more than one step?"
    for name, actual, batch in (
        ("the loss of points", values["loss_of_points"], probes.all_or_nothing(3, 2)),
        ("the loss with B = C = H = W = 3", values["loss_of_equal_sizes"], probes.all_or_nothing(3, 3, 3, 3)),
        ("the loss of one image with T = 1", values["loss_of_one_step"], probes.one_step()),
    ):
        assert_matches(name, actual, _find_loss_of_x_t(batch).float(), think=think, read=CONTRACT)


@points(1)
def test_the_dtype_follows_x0_and_inputs_stay(observed):
    """The loss has the dtype of x0, whatever that of alpha_bar, and the inputs are left unchanged."""
    values = observed(probes.on_other_dtypes)
    expected = _find_loss_of_x_t(probes.all_or_nothing(2, 3))
    think = "which dtype does x_t have when alpha_bar comes in another one?"
    actual = values["loss_by_float64_alpha_bar"]
    assert_matches("the loss in float64", values["loss_in_float64"], expected, think=think, read=CONTRACT)
    assert_matches("the loss by an alpha_bar in float64", actual, expected.float(), think=think, read=CONTRACT)
    assert_that(
        is_unchanged(observed(probes.watch_the_model)["inputs_after"], *probes.three_images()),
        saw="x0, t, noise or alpha_bar holds other numbers after the call than before it",
        think="which of your operations writes into the tensor it is given?",
        read=CONTRACT,
    )
