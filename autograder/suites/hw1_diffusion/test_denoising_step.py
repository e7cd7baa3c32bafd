"""Hidden tests of denoising_step: 9 points."""

import torch

from autograder.suites.assertions import assert_matches, assert_stays_on_device, assert_that, points
from autograder.suites.hw1_diffusion.assertions import assert_left_alone, assert_model_left_alone
from autograder.suites.hw1_diffusion.equations.reverse import combine, find_added_noise, step_back
from autograder.suites.hw1_diffusion.probes import denoising_step as probes
from autograder.suites.hw1_diffusion.probes.inputs_diffusion import ShiftingModel, untouched

READ = "DDPM (Ho et al., 2020), algorithm 2; notebook section 3.4"
CONTRACT = "the docstring of denoising_step; notebook section 3.4"
UNASKED = {
    "odd": "images of 3 x 4 pixels are asked; nothing is cut into pieces",
    "special": "t = 0 and a noise of 0 are asked; no gradient is",
    "ties": "nothing is ordered or chosen",
    "again": "nothing is kept from call to call; many steps in a row are sample's",
    "ragged": "all inputs but the tables have one batch size",
    "kinds": "every argument but the model is a tensor",
    "empty": "the contract leaves empty batches out",
}


def _assert_mean(observed) -> None:
    assert_matches(
        "the step without noise",
        observed(probes.on_mixed_timesteps)["without_noise"],
        step_back(ShiftingModel(), *probes.silence(probes.mixed_batch())).float(),
        think="whose guess at the noise is taken out of x_t, and with the beta and alpha_bar of which t?",
        read=READ,
    )


@points(1)
def test_the_mean_takes_out_the_noise_that_the_model_finds(observed):
    """With a noise of zero, the step gives the mean of x_{t-1} for the model's guess."""
    _assert_mean(observed)


@points(1)
def test_the_model_is_asked_about_x_t_at_its_own_t(observed):
    """The model is called once, as model(x_t, t), with both as they are: t long and of shape (B,)."""
    values = observed(probes.in_view_of_the_model)
    think = "what was the model trained to be asked?"
    assert_that("x_seen" in values, saw="the model is never asked", think=think, read=READ)
    x_t, t, *_ = probes.mixed_batch()
    assert_matches("the x_t that the model gets", values["x_seen"], x_t, think=think, read=READ)
    assert_matches("the t that the model gets", values["t_seen"], t, think=think, read=READ)
    assert_that(values["t_is_long"] is True, saw="the model gets a t that is not long", think=think, read=CONTRACT)
    saw = f"the model is called {values['calls']} times"
    assert_that(values["calls"] == 1, saw=saw, think="what costs most in a step?", read=CONTRACT)
    saw, think = "the model is called with names for its arguments", "do all models call their arguments alike?"
    assert_that(values["by_position"] is True, saw=saw, think=think, read=CONTRACT)


@points(1)
def test_the_noise_is_scaled_by_sqrt_beta(observed):
    """At t > 0 the step adds the given noise times sqrt(beta_t), each item with its own beta."""
    _, t, noise, betas, _ = probes.mixed_batch()
    added = observed(probes.with_nothing_but_noise)["added"]
    expected = find_added_noise(t, noise, betas).float()
    is_later = (t > 0).reshape(-1, 1, 1, 1)
    if isinstance(added, torch.Tensor) and added.shape == expected.shape:
        added = torch.where(is_later, added, expected)  # what happens at t = 0 is asked apart
    assert_matches(
        "what the step adds at t > 0",
        added,
        expected,
        think="beta_t is a variance; what does a draw from N(0, 1) have to be multiplied by to get it?",
        read="DDPM (Ho et al., 2020), section 3.2 and algorithm 2; notebook section 3.4",
    )


@points(2, asks=("unequal",))
def test_noise_is_added_everywhere_but_at_t_0(observed):
    """Items with t = 0 get no noise; all others of the same batch do, those with t = 1 too."""
    values = observed(probes.on_mixed_timesteps)
    _, t, noise, *_ = probes.mixed_batch()
    change = combine(torch.sub, values["with_noise"], values["without_noise"])
    think = "which of the steps is the last one, and does each item of a mixed batch decide for itself?"
    assert_that(change.shape == noise.shape, saw="the step has not the shape of x_t", think=think, read=CONTRACT)
    gets_noise = change.flatten(start_dim=1).abs().amax(dim=1) > 1e-3
    wrong = t[gets_noise != (t > 0)].unique().tolist()
    assert_that(not wrong, saw=_describe(wrong), think=think, read=READ)


def _describe(wrong: list[int]) -> str:
    at_zero = "items with t = 0 get noise" if 0 in wrong else ""
    later = [str(t) for t in wrong if t > 0]
    return " and ".join(filter(None, [at_zero, f"items with t = {', '.join(later)} get none" if later else ""]))


@points(1, asks=("ends",))
def test_the_result_is_not_clipped(observed):
    """Large numbers are treated like small ones."""
    assert_matches(
        "the step from a large x_t",
        observed(probes.in_view_of_the_model)["from_large_x_t"],
        step_back(ShiftingModel(), *probes.large_batch()).float(),
        think="does algorithm 2 keep anything between -1 and 1?",
        read=CONTRACT,
    )


@points(1, asks=("one", "ends", "long", "options", "dtypes", "layout"))
def test_other_sizes_and_dtypes_work(observed):
    """One point or many, equal sizes, a batch at t = 0, 1 or 230 timesteps, and float64 give the right step."""
    think = "along which dimension does t lie, is there a step before t = 0, and which dtype is the result to have?"
    double = step_back(ShiftingModel(), *probes.points())
    apart = {"one_image_for_all": probes.in_another_layout, "many_steps": probes.on_many_timesteps}
    for name in ("points", "equal_sizes", "one_step", "both_last", "one_point", *apart):
        expected = step_back(ShiftingModel(), *getattr(probes, name)()).float()
        actual = observed(apart.get(name, probes.on_other_sizes))[f"step_of_{name}"]
        assert_matches(f"the step of {name.replace('_', ' ')}", actual, expected, think=think, read=CONTRACT)
    values = observed(probes.in_other_dtypes)
    assert_matches("the step of float64", values["step_of_float64"], double, think=think, read=CONTRACT)
    assert_matches("the step of float32", values["step_of_float32"], double.float(), think=think, read=CONTRACT)


@points(1, asks=("inputs", "modules"))
def test_inputs_are_left_unchanged(observed):
    """x_t, noise, schedule and model are the same after a right call as before it."""
    _assert_mean(observed)  # who computes nothing changes nothing
    values, names = observed(probes.on_mixed_timesteps), "x_t, t, noise, betas or alpha_bar"
    assert_left_alone(values, *probes.mixed_batch(), names=names, read=CONTRACT)
    assert_model_left_alone(observed(probes.as_a_guest), untouched(), read=CONTRACT)


@points(1, asks=("device",))
def test_it_works_on_a_gpu(observed):
    """On a GPU the step is the same, and everything stays there."""
    values, batch = observed(probes.on_a_gpu), probes.mixed_batch()
    think = "on which device does each tensor lie that you make?"
    expected = step_back(ShiftingModel(), *batch).float()
    assert_matches("the step on a GPU", values["with_noise"], expected, think=think, read=CONTRACT)
    assert_stays_on_device(values, read=CONTRACT)
