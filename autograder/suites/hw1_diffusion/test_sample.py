"""Hidden tests of sample: 7 points."""

import torch

from autograder.checks import assert_matches, assert_that, points
from autograder.suites.hw1_diffusion.equations.reverse import is_unchanged, walk_back
from autograder.suites.hw1_diffusion.probes import sample as probes
from autograder.suites.hw1_diffusion.probes.inputs import ShiftingModel
from homework.comparison import describe_difference

READ = "DDPM (Ho et al., 2020), algorithm 2; notebook section 3.5"
CONTRACT = "the docstring of sample; notebook section 3.5"


def _assert_x_0_without_noise(observed) -> None:
    assert_matches(
        "x_0 with a noise of zero in every step",
        observed(probes.as_a_guest)["x_0"],
        walk_back(ShiftingModel(), *probes.silent_images())[-1].float(),
        think="where does the way start, where does it end, and does each step start from where the last one ended?",
        read=READ,
    )


@points(1)
def test_all_steps_lead_to_x_0(observed):
    """From x_T all the steps in a row, each with its noise, lead to the right x_0."""
    assert_matches(
        "x_0",
        observed(probes.all_the_way)["x_0"],
        walk_back(ShiftingModel(), *probes.two_images())[-1].float(),
        think="which noise belongs to which step, and does each step start from where the last one ended?",
        read=READ,
    )


@points(1)
def test_t_runs_from_the_last_timestep_down_to_0(observed):
    """The model is asked once a step, from t = T - 1 down to t = 0, with t long and of shape (B,)."""
    values = observed(probes.all_the_way)
    think = "with indices that start at 0, what are the first and the last step, and how many are there?"
    steps = probes.STEPS
    assert_that(
        values["steps"] == steps,
        saw=f"in {steps} steps the model is asked {values['steps']} times",
        think=think,
        read=READ,
    )
    expected = torch.arange(steps).flip(0)[:, None].expand(steps, 2)
    assert_matches("t, one row a call of the model,", values["t_seen"], expected, think=think, read=READ)
    assert_that(values["t_is_long"] is True, saw="the model gets a t that is not long", think=think, read=CONTRACT)


@points(1)
def test_the_first_step_starts_from_x_t_with_the_last_noise(observed):
    """The model first sees x_T; the step t = T - 1 then adds noises[T - 1]."""
    values = observed(probes.all_the_way)
    states = walk_back(ShiftingModel(), *probes.two_images())
    think = "noises[t] is the noise of step t: which one comes first when t runs downwards?"
    for call, name in enumerate(("what the model sees first", "what the model sees after one step"), start=1):
        assert_matches(name, values[f"x_at_call_{call}"], states[call - 1].float(), think=think, read=CONTRACT)


@points(1)
def test_the_last_step_adds_no_noise(observed):
    """noises[0] has no effect on x_0, and noises[1] has."""
    values = observed(probes.all_the_way)
    think = "x_0 is what is handed out: would you put noise on it, and which step makes it?"
    has_effect = [
        bool(describe_difference("x_0", values[f"x_0_with_another_noise_{step}"], values["x_0"])) for step in (0, 1)
    ]
    assert_that(not has_effect[0], saw="x_0 changes with noises[0]", think=think, read=READ)
    assert_that(has_effect[1], saw="x_0 does not change with noises[1]", think=think, read=READ)


@points(1)
def test_no_graph_is_kept(observed):
    """x_0 is right and asks for no gradient, although x_T and the model do."""
    _assert_x_0_without_noise(observed)
    assert_that(
        observed(probes.as_a_guest)["carries_graph"] is False,
        saw="x_0 asks for a gradient: the graph of every step is kept in memory",
        think="what does autograd record during a thousand steps, and who will ever need it?",
        read=CONTRACT,
    )


@points(1)
def test_everything_is_left_as_it_was(observed):
    """x_T, noises and schedule keep their numbers, the model its mode and its parameters, autograd its switch."""
    _assert_x_0_without_noise(observed)  # who computes nothing changes nothing
    values = observed(probes.as_a_guest)
    think = "what does training find changed when it goes on after a look at some samples?"
    is_still = is_unchanged(observed(probes.all_the_way)["inputs_after"], *probes.two_images())
    saw = "x_T, noises, betas or alpha_bar holds other numbers after the call than before it"
    assert_that(is_still, saw=saw, think=think, read=CONTRACT)
    saw = "gradients are switched off for the whole program after the call"
    assert_that(values["gradients_on"] is True, saw=saw, think=think, read=CONTRACT)
    saw = "the model was in training mode before the call and is not after it"
    assert_that(values["still_training"] is True, saw=saw, think=think, read=CONTRACT)
    saw = "the model's parameters were trainable before the call and are not after it"
    assert_that(values["still_trainable"] is True, saw=saw, think=think, read=CONTRACT)


@points(1)
def test_other_sizes_and_float64_work(observed):
    """Points (B, D), a single image in a single step, and float64 give the right x_0."""
    values = observed(probes.on_other_sizes)
    think = "from what does your code know B and T, and does every tensor it makes fit x_T?"
    double = walk_back(ShiftingModel(), *probes.points())[-1]
    of_one_step = walk_back(ShiftingModel(), *probes.one_step())[-1].float()
    for name, expected in (("points", double.float()), ("one_step", of_one_step), ("float64", double)):
        label = f"x_0 of {name.replace('_', ' ')}"
        assert_matches(label, values[f"x_0_of_{name}"], expected, think=think, read=CONTRACT)
