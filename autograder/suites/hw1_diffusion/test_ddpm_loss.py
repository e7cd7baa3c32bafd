"""Hidden tests of ddpm_loss: 8 points."""

import torch

from autograder.suites.assertions import assert_matches, assert_stays_on_device, assert_that, points, to_number
from autograder.suites.hw1_diffusion.assertions import assert_left_alone, assert_model_left_alone
from autograder.suites.hw1_diffusion.equations.forward import find_noised, find_squared_error
from autograder.suites.hw1_diffusion.probes import ddpm_loss as probes
from autograder.suites.hw1_diffusion.probes.inputs_diffusion import ShiftingModel, untouched

READ = "DDPM (Ho et al., 2020), eq. 14 and algorithm 1; notebook section 3.3"
CONTRACT = "the docstring of ddpm_loss; notebook section 3.3"
UNASKED = {
    "odd": "images of 4 x 5 pixels are asked; nothing is cut into pieces",
    "ties": "nothing is ordered or chosen",
    "again": "nothing is kept from call to call",
    "ragged": "all inputs but the table have one batch size",
    "kinds": "every argument but the model is a tensor",
    "empty": "the contract leaves empty batches out",
}


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
    """The model is called once, as model(x_t, t), with the timesteps as they were given: long, one per image."""
    values = observed(probes.watch_the_model)
    calls, think = values["calls"], "what does the model need to know besides x_t, and how often must it be asked?"
    assert_that(calls == 1, saw=f"the model was called {calls} times", think=think, read=CONTRACT)
    given, think = values["t_given"], "is each image's own timestep passed on just as it came?"
    assert_matches("t, as the model got it,", given, torch.tensor(probes.FIRST_MIDDLE_LAST), think=think, read=CONTRACT)
    assert_that(given.dtype == torch.long, saw=f"the model got t as {given.dtype}", think=think, read=CONTRACT)
    saw, think = "the model is called with names for its arguments", "do all models call their arguments alike?"
    assert_that(values["by_position"] is True, saw=saw, think=think, read=CONTRACT)


@points(1, asks=("unequal", "ends"))
def test_the_loss_is_the_mean_squared_error_of_the_noise(observed):
    """The loss is the mean over all elements of (noise - guess) squared, for a guess far off too."""
    values, noise = observed(probes.compare_fixed_guesses), probes.three_images()[2]
    think = "what is the guess compared with, and would the loss grow with larger images or batches?"
    for name, guess in (("some", probes.some_guess()), ("far", 1e4 * probes.some_guess())):
        expected = find_squared_error(guess, noise).float()
        assert_matches(f"the loss of {name} guess", values[f"loss_of_{name}_guess"], expected, think=think, read=READ)


@points(1, asks=("special",))
def test_a_perfect_guess_costs_nothing(observed):
    """The loss is 0 for a model that finds the noise, and more for one that nearly does."""
    values = observed(probes.compare_fixed_guesses)
    think = "what is the model meant to find in x_t?"
    assert_matches(
        "the loss of a perfect guess", values["loss_of_perfect_guess"], torch.tensor(0.0), think=think, read=READ
    )
    costs = to_number(values["loss_of_nearly_perfect_guess"]) > 0
    assert_that(costs, saw="a guess that misses the noise by a little costs nothing either", think=think, read=READ)


@points(1, asks=("special",))
def test_the_gradient_reaches_the_model(observed):
    """The gradient of the loss reaches the model's parameter, and is right; it is 0 for a perfect guess."""
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
    think = "which function on your way has no slope where the guess is right?"
    values, saw = observed(probes.differentiate_a_perfect_guess), "no gradient reaches the guess"
    assert_that("gradient_of_perfect_guess" in values, saw=saw, think=think, read=CONTRACT)
    name, actual = "the gradient of a perfect guess", values["gradient_of_perfect_guess"]
    assert_matches(name, actual, torch.zeros_like(noise), think=think, read=READ)


@points(1, asks=("one", "unequal", "ends", "long", "options", "layout"))
def test_points_and_any_sizes_work(observed):
    """Points (B, D), images with B = C = H = W, one image with T = 1 or for all, and T = 230 have the right loss."""
    think = "does any step count on four dimensions, on different sizes, or on more than one step?"
    for probe, key, name, batch in (
        (probes.on_other_batches, "of_points", "of points", probes.each_differently(3, 2)),
        (probes.on_other_batches, "of_equal_sizes", "with B = C = H = W = 3", probes.each_differently(3, 3, 3, 3)),
        (probes.on_other_batches, "of_one_step", "of one image with T = 1", probes.one_step()),
        (probes.on_many_timesteps, "at_both_ends", "with 230 timesteps", probes.at_both_ends()),
        (probes.in_other_layouts, "of_one_image_for_all", "of one image for all", probes.one_image_for_all()),
        (probes.in_other_layouts, "of_channels_last", "in another order", probes.each_differently(3, 2, 4, 5)),
    ):
        expected = _find_loss_of_x_t(batch).float()
        assert_matches(f"the loss {name}", observed(probe)[f"loss_{key}"], expected, think=think, read=CONTRACT)


@points(1, asks=("dtypes", "inputs", "modules"))
def test_the_dtype_follows_x0_and_inputs_stay(observed):
    """The loss has the dtype of x0, whatever that of alpha_bar; inputs and model are left as they were."""
    values = observed(probes.on_other_dtypes)
    expected = _find_loss_of_x_t(probes.each_differently(2, 3))
    think = "which dtype does x_t have when alpha_bar comes in another one?"
    actual = values["loss_by_float64_alpha_bar"]
    assert_matches("the loss in float64", values["loss_in_float64"], expected, think=think, read=CONTRACT)
    assert_matches("the loss by an alpha_bar in float64", actual, expected.float(), think=think, read=CONTRACT)
    values, names = observed(probes.watch_the_model), "x0, t, noise or alpha_bar"
    assert_left_alone(values, *probes.three_images(), names=names, read=CONTRACT)
    assert_model_left_alone(observed(probes.as_a_guest), untouched(), read=CONTRACT)


@points(1, asks=("device",))
def test_it_works_on_a_gpu(observed):
    """On a GPU the loss is the same, and everything stays there."""
    values, (x0, t, noise, alpha_bar) = observed(probes.on_a_gpu), probes.three_images()
    x_t, think = find_noised(x0, t, noise, alpha_bar), "on which device does each tensor lie that you make?"
    with torch.no_grad():
        expected = find_squared_error(ShiftingModel()(x_t.float(), t), noise).float()
    assert_matches("the loss on a GPU", values["loss"], expected, think=think, read=CONTRACT)
    assert_stays_on_device(values, read=CONTRACT)
