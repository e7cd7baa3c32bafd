"""Hidden tests of denoising_step: 9 points."""

import torch

from autograder.checks import assert_matches, assert_that, points
from autograder.suites.hw1_diffusion.equations.reverse import combine, find_added_noise, is_unchanged, step_back
from autograder.suites.hw1_diffusion.probes import denoising_step as probes
from autograder.suites.hw1_diffusion.probes.inputs import ShiftingModel

READ = "DDPM (Ho et al., 2020), algorithm 2; notebook section 3.4"
CONTRACT = "the docstring of denoising_step; notebook section 3.4"


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
    """The model gets x_t and t as they are: no noise added, no timestep moved, t long and of shape (B,)."""
    values = observed(probes.in_view_of_the_model)
    think = "what was the model trained to be asked?"
    assert_that("x_seen" in values, saw="the model is never asked", think=think, read=READ)
    x_t, t, *_ = probes.mixed_batch()
    assert_matches("the x_t that the model gets", values["x_seen"], x_t, think=think, read=READ)
    assert_matches("the t that the model gets", values["t_seen"], t, think=think, read=READ)
    assert_that(values["t_is_long"] is True, saw="the model gets a t that is not long", think=think, read=CONTRACT)


@points(2)
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


@points(2)
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


@points(1)
def test_the_result_is_not_clipped(observed):
    """Large numbers are treated like small ones."""
    assert_matches(
        "the step from a large x_t",
        observed(probes.in_view_of_the_model)["from_large_x_t"],
        step_back(ShiftingModel(), *probes.large_batch()).float(),
        think="does algorithm 2 keep anything between -1 and 1?",
        read=CONTRACT,
    )


@points(1)
def test_other_sizes_and_dtypes_work(observed):
    """Points (B, D), equal sizes, a schedule of one step, and float64 data or schedules give the right step."""
    values = observed(probes.on_other_sizes)
    think = "along which dimension does t lie, is there a step before t = 0, and which dtype is the result to have?"
    double = step_back(ShiftingModel(), *probes.points())
    expected = {
        "points": double.float(),
        "equal_sizes": step_back(ShiftingModel(), *probes.equal_sizes()).float(),
        "one_step": step_back(ShiftingModel(), *probes.one_step()).float(),
        "float64": double,
        "float32": double.float(),
    }
    for name, tensor in expected.items():
        label = f"the step of {name.replace('_', ' ')}"
        assert_matches(label, values[f"step_of_{name}"], tensor, think=think, read=CONTRACT)


@points(1)
def test_inputs_are_left_unchanged(observed):
    """x_t, noise and the schedule are the same after a right call as before it."""
    _assert_mean(observed)  # who computes nothing changes nothing
    assert_that(
        is_unchanged(observed(probes.on_mixed_timesteps)["inputs_after"], *probes.mixed_batch()),
        saw="x_t, t, noise, betas or alpha_bar holds other numbers after the call than before it",
        think="which of your operations writes into the tensor it is given?",
        read=CONTRACT,
    )
