"""Hidden tests of sample: 7 points."""

import torch

from autograder.suites.assertions import (
    assert_matches,
    assert_shape,
    assert_stays_on_device,
    assert_that,
    points,
)
from autograder.suites.hw1_diffusion.assertions import assert_left_alone, assert_model_left_alone
from autograder.suites.hw1_diffusion.equations.reverse import walk_back
from autograder.suites.hw1_diffusion.probes import sample as probes
from autograder.suites.hw1_diffusion.probes.inputs_diffusion import ShiftingModel, untouched
from homework.comparison import describe_difference

READ = "DDPM (Ho et al., 2020), algorithm 2; notebook section 3.5"
CONTRACT = "the docstring of sample; notebook section 3.5"
UNASKED = {
    "odd": "images of 4 x 5 pixels are asked; nothing is cut into pieces",
    "special": "t = 0 and a noise of 0 are asked; no gradient is",
    "ties": "nothing is ordered or chosen",
    "ragged": "all inputs but the tables have one batch size",
    "kinds": "every argument but the model is a tensor",
    "empty": "the contract leaves empty batches out, and T is at least 1",
}


@points(1, asks=("unequal",))
def test_all_steps_lead_to_x_0(observed):
    """From x_T all the steps in a row, each with its noise, lead to the right x_0."""
    assert_matches(
        "x_0",
        observed(probes.all_the_way)["x_0"],
        walk_back(ShiftingModel(), *probes.two_images())[-1].float(),
        think="which noise belongs to which step, and does each step start from where the last one ended?",
        read=READ,
    )


@points(1, asks=("ends", "options"))
def test_t_runs_from_the_last_timestep_down_to_0(observed):
    """The model is asked once a step, from t = T - 1 down to 0, as model(x_t, t), with t long and of shape (B,)."""
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
    seen, think = observed(probes.with_tiny_betas), "is a step with a tiny beta a step?"
    of_tiny = seen["t_seen_of_tiny_betas"]
    expected = torch.tensor([[2], [1], [0]])
    assert_matches("t, one row a call, with tiny betas,", of_tiny, expected, think=think, read=CONTRACT)
    saw, think = "the model is called with names for its arguments", "do all models call their arguments alike?"
    assert_that(values["by_position"] is True, saw=saw, think=think, read=CONTRACT)


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
    has_effect = []
    for step in (0, 1):
        x_0 = values[f"x_0_with_another_noise_{step}"]
        assert_shape("x_0", x_0, *probes.two_images()[0].shape, read=CONTRACT)
        has_effect.append(bool(describe_difference("x_0", x_0, values["x_0"])))
    assert_that(not has_effect[0], saw="x_0 changes with noises[0]", think=think, read=READ)
    assert_that(has_effect[1], saw="x_0 does not change with noises[1]", think=think, read=READ)


@points(1, asks=("inputs", "modules"))
def test_no_graph_is_kept_and_everything_left_as_it_was(observed):
    """No graph is kept, x_T, noises and schedule keep their numbers, the model its mode and its parameters."""
    values = observed(probes.as_a_guest)
    assert_matches(
        "x_0 with a noise of zero in every step",
        values["x_0"],
        walk_back(ShiftingModel(), *probes.silent_images())[-1].float(),
        think="where does the way start, where does it end, and does each step start from where the last one ended?",
        read=READ,
    )
    think = "what does autograd record during a thousand steps, and who will ever need it?"
    saw = "x_0 asks for a gradient: the graph of every step is kept in memory"
    assert_that(values["carries_graph_of_the_model"] is False, saw=saw, think=think, read=CONTRACT)
    saw = "x_0 asks for a gradient where x_T does: a copy of x_T is a part of its graph"
    assert_that(values["carries_graph"] is False, saw=saw, think=think, read=CONTRACT)
    saw = "the x_t of later steps ask for a gradient: the graph of every step is kept until the end"
    assert_that(values["graph_on_the_way"] is False, saw=saw, think=think, read=CONTRACT)
    saw = "x_T asked for a gradient before the call and does not after it"
    assert_that(values["x_T_asks_for_a_gradient"] is True, saw=saw, think=think, read=CONTRACT)
    names = "x_T, noises, betas or alpha_bar"
    assert_left_alone(observed(probes.all_the_way), *probes.two_images(), names=names, read=CONTRACT)
    assert_model_left_alone(values, untouched(), read=CONTRACT)


@points(1, asks=("one", "unequal", "long", "again", "options", "dtypes", "layout"))
def test_other_sizes_and_float64_work(observed):
    """Points, equal sizes, a single step, 230 steps, one image for all, and float64 give the right x_0."""
    think = "from what does your code know B and T, and does every tensor it makes fit x_T?"
    apart = {"one_image_for_all": probes.in_another_layout, "many_steps": probes.in_many_steps}
    for name in ("points", "equal_sizes", "one_step", *apart):
        expected = walk_back(ShiftingModel(), *getattr(probes, name)())[-1].float()
        actual = observed(apart.get(name, probes.on_other_sizes))[f"x_0_of_{name}"]
        assert_matches(f"x_0 of {name.replace('_', ' ')}", actual, expected, think=think, read=CONTRACT)
    values, double = observed(probes.in_other_dtypes), walk_back(ShiftingModel(), *probes.points())[-1]
    by_double = values["x_0_by_a_float64_schedule"]
    assert_matches("x_0 by a schedule in float64", by_double, double.float(), think=think, read=CONTRACT)
    assert_matches("x_0 of float64", values["x_0_of_float64"], double, think=think, read=CONTRACT)


@points(1, asks=("device",))
def test_it_works_on_a_gpu(observed):
    """On a GPU x_0 is the same, and everything stays there."""
    values, think = observed(probes.on_a_gpu), "on which device does each tensor lie that you make?"
    expected = walk_back(ShiftingModel(), *probes.two_images())[-1].float()
    assert_matches("x_0 on a GPU", values["x_0"], expected, think=think, read=CONTRACT)
    assert_stays_on_device(values, read=CONTRACT)
