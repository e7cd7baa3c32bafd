"""Hidden tests of linear_schedule: 5 points."""

import torch
from torch import Tensor

from autograder.suites.assertions import assert_dtype, assert_matches, assert_that, points
from autograder.suites.hw1_diffusion.equations.forward import find_schedule
from autograder.suites.hw1_diffusion.probes import linear_schedule as probes

OF_BETAS = "DDPM (Ho et al., 2020), section 4; notebook section 2.1"
OF_ALPHA_BAR = "DDPM (Ho et al., 2020), section 2, above eq. 4; notebook section 2.1"
CONTRACT = "the docstring of linear_schedule; notebook section 2.1"
UNASKED = {
    "odd": "any number of steps is like any other; 5, 7 and 1000 are asked",
    "unequal": "both results have one size, T",
    "special": "no gradient is asked for, and betas of 0 and 1 are outside of the domain",
    "ties": "nothing is chosen",
    "layout": "no tensor is handed in",
    "inputs": "only numbers are handed in",
    "modules": "no module is handed in",
    "again": "nothing is kept from call to call",
    "ragged": "there is no batch",
    "kinds": "every argument is a number",
    "empty": "T is at least 1",
    "device": "no tensor is handed in; the schedule is made on the processor",
}


def _assert_values(name: str, actual: object, expected: Tensor, think: str, read: str) -> None:
    """The dtype has a test of its own."""
    assert_matches(name, actual, expected.float(), think=think, read=read)


@points(1, asks=("ends",))
def test_betas_grow_evenly(observed):
    """betas go from beta_start to beta_end in even steps, both ends included, also if they are close to 0 and 1."""
    betas = observed(probes.plan_a_few_steps)["betas"]
    think = "with T values from the first to the last, how many gaps lie between them, and how wide is each?"
    _assert_values("betas", betas, find_schedule(*probes.FEW)[0], think, OF_BETAS)
    betas = observed(probes.plan_with_other_ends)["betas"]
    think = "is any beta kept between two numbers?"
    _assert_values("betas close to 0 and 1", betas, find_schedule(*probes.FAR)[0], think, CONTRACT)


@points(1)
def test_alpha_bar_is_a_running_product(observed):
    """alpha_bar[t] is the product of 1 - beta over the steps 0 ... t, step t included."""
    alpha_bar = observed(probes.plan_equal_steps)["alpha_bar"]
    think = "what share of the image's variance is left after one step, and what after the next one?"
    _assert_values("alpha_bar of four equal betas", alpha_bar, find_schedule(*probes.EQUAL)[1], think, OF_ALPHA_BAR)


@points(1, asks=("options", "long"))
def test_the_defaults_are_those_of_ddpm(observed):
    """1000 steps give the schedule of the paper, and each end is the paper's where it is not given, by its name."""
    values = observed(probes.plan_many_steps)
    betas, alpha_bar = find_schedule(1000, 1e-4, 0.02)
    think = "at the end of the paper's schedule, how much of the image is left?"
    _assert_values("the paper's betas", values["betas"], betas, think, OF_BETAS)
    _assert_values("the paper's alpha_bar", values["alpha_bar"], alpha_bar, think, OF_BETAS)
    values, think = observed(probes.plan_by_name), "which of the two ends was given, and what is the other one?"
    betas, alpha_bar = find_schedule(int(probes.BY_NAME["num_steps"]), 1e-4, probes.BY_NAME["beta_end"])
    _assert_values("betas with beta_end alone given", values["betas"], betas, think, CONTRACT)
    _assert_values("alpha_bar with beta_end alone given", values["alpha_bar"], alpha_bar, think, CONTRACT)
    betas, _ = find_schedule(int(probes.BY_NAME_TOO["num_steps"]), probes.BY_NAME_TOO["beta_start"], 0.02)
    _assert_values("betas with beta_start alone given", values["other_betas"], betas, think, CONTRACT)


@points(1, asks=("one",))
def test_a_single_step_works(observed):
    """With T = 1 the only step has beta_start."""
    values = observed(probes.plan_a_single_step)
    betas, alpha_bar = find_schedule(*probes.SINGLE)
    think = "what do you divide by when there is no gap between the first step and the last?"
    _assert_values("betas of T = 1", values["betas"], betas, think, CONTRACT)
    _assert_values("alpha_bar of T = 1", values["alpha_bar"], alpha_bar, think, CONTRACT)


@points(1, asks=("dtypes",))
def test_the_schedule_is_float32(observed):
    """betas and alpha_bar are float32, and alpha_bar falls as betas grow."""
    values = observed(probes.plan_as_it_is)
    think = "with which dtype do the arrays that you start from come?"
    for name in ("betas", "alpha_bar"):
        assert_dtype(name, values[name], torch.float32, numbers=probes.FEW[0], think=think, read=CONTRACT)
    falls = values["alpha_bar"].dim() == 1 and bool((values["alpha_bar"].diff() < 0).all())
    think = "is more or less of the image left after another step?"
    assert_that(falls, saw="alpha_bar does not fall from step to step", think=think, read=OF_ALPHA_BAR)
