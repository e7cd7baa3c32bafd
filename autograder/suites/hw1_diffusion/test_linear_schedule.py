"""Hidden tests of linear_schedule: 5 points."""

import torch
from torch import Tensor

from autograder.checks import assert_matches, assert_that, points
from autograder.suites.hw1_diffusion.equations.forward import find_schedule
from autograder.suites.hw1_diffusion.probes import linear_schedule as probes

OF_BETAS = "DDPM (Ho et al., 2020), section 4; notebook section 2.1"
OF_ALPHA_BAR = "DDPM (Ho et al., 2020), section 2, above eq. 4; notebook section 2.1"
CONTRACT = "the docstring of linear_schedule; notebook section 2.1"


def _assert_values(name: str, actual: object, expected: Tensor, think: str, read: str) -> None:
    """The dtype has a test of its own."""
    actual = actual.float() if isinstance(actual, Tensor) else actual
    assert_matches(name, actual, expected.float(), think=think, read=read)


@points(1)
def test_betas_grow_evenly(observed):
    """betas go from beta_start to beta_end in even steps, both ends included."""
    betas = observed(probes.plan_a_few_and_many_steps)["betas"]
    think = "with T values from the first to the last, how many gaps lie between them, and how wide is each?"
    _assert_values("betas", betas, find_schedule(*probes.FEW)[0], think, OF_BETAS)


@points(1)
def test_alpha_bar_is_a_running_product(observed):
    """alpha_bar[t] is the product of 1 - beta over the steps 0 ... t, step t included."""
    alpha_bar = observed(probes.plan_equal_steps)["alpha_bar"]
    think = "what share of the image's variance is left after one step, and what after the next one?"
    _assert_values("alpha_bar of four equal betas", alpha_bar, find_schedule(*probes.EQUAL)[1], think, OF_ALPHA_BAR)


@points(1)
def test_the_defaults_are_those_of_ddpm(observed):
    """Without further arguments, 1000 steps give the schedule of the paper."""
    values = observed(probes.plan_a_few_and_many_steps)
    betas, alpha_bar = find_schedule(1000, 1e-4, 0.02)
    think = "at the end of the paper's schedule, how much of the image is left?"
    _assert_values("the paper's betas", values["default_betas"], betas, think, OF_BETAS)
    _assert_values("the paper's alpha_bar", values["default_alpha_bar"], alpha_bar, think, OF_BETAS)


@points(1)
def test_a_single_step_works(observed):
    """With T = 1 the only step has beta_start."""
    values = observed(probes.plan_a_single_step)
    betas, alpha_bar = find_schedule(*probes.SINGLE)
    think = "what do you divide by when there is no gap between the first step and the last?"
    _assert_values("betas of T = 1", values["betas"], betas, think, CONTRACT)
    _assert_values("alpha_bar of T = 1", values["alpha_bar"], alpha_bar, think, CONTRACT)


@points(1)
def test_the_schedule_is_float32(observed):
    """betas and alpha_bar are float32, and alpha_bar falls as betas grow."""
    values = observed(probes.plan_a_few_and_many_steps)
    think = "with which dtype do the arrays that you start from come?"
    for name in ("betas", "alpha_bar"):
        kind = getattr(values[name], "dtype", type(values[name]).__name__)
        assert_that(kind == torch.float32, saw=f"{name} is {kind}", think=think, read=CONTRACT)
    falls = values["alpha_bar"].dim() == 1 and bool((values["alpha_bar"].diff() < 0).all())
    think = "is more or less of the image left after another step?"
    assert_that(falls, saw="alpha_bar does not fall from step to step", think=think, read=OF_ALPHA_BAR)
