"""What an answer earns that is one constant, whatever it is asked: the best of many constants, exercise by exercise.

The answer leaves its inputs as they are, has the right shapes and dtypes, and no gradient.
"""

import math

import pytest
import torch
from rejudging import WRITTEN, Answers
from test_numbers_decide import earned
from torch import Tensor

from autograder.suites.assertions import to_number

MOST = 40  # constants that are tried
KNOWN = (0.0, 1.0)  # and NaN: constants that nobody has to find out
REMAINS = {
    "DCGANGenerator": {"test_relu_follows_every_batch_norm": "the slope of a ReLU is 0"},
    "jigsaw_permutations": {"test_the_first_one_is_drawn_from_all": "a sixth of all draws each, in sixths"},
    "freeze": {"test_the_parameters_that_still_learn_come_back": "names, and no numbers"},
    "label_subset": {"test_the_generator_is_the_only_randomness": "one image of each class is a choice"},
    "MoCoQueue": {"test_a_new_queue_is_empty": "no keys hold no numbers"},
    "CPCModel": {"test_the_context_remembers_all_steps": "here every step moves every context, too many of them"},
}


def _is_output(name) -> bool:
    """Neither what is left of an input, nor a gradient."""
    return not ("inputs" in name or name.endswith("after") or "gradient" in name)


def _fill(value, constant):
    if isinstance(value, float):
        return float(constant)
    if not isinstance(value, Tensor):
        return value
    if not value.is_floating_point():
        constant = 0 if math.isnan(constant) else min(max(round(constant), 0), 1 if value.dtype == torch.bool else 127)
    return torch.full_like(value, constant)


def constant_answer(answers, constant):
    """The solution's observations with every output a constant, and without gradients."""
    observations = answers.solution
    for call, seen in answers.solution.items():
        values = {name: _fill(value, constant) for name, value in seen.values.items() if _is_output(name)}
        values |= {name: None for name in seen.values if "gradient" in name}
        observations |= {call: answers.changed(call, **values)[call]}
    return observations


def constants(answers) -> list[float]:
    """0, 1, NaN, and the mean of each output of the solution: of a loss this is the loss itself."""
    outputs = (
        value
        for seen in answers.solution.values()
        for name, value in seen.values.items()
        if _is_output(name) and (isinstance(value, float) or (isinstance(value, Tensor) and value.is_floating_point()))
    )
    means = {f"{mean:.4g}": mean for value in outputs if math.isfinite(mean := _mean(value))}
    return [*KNOWN, math.nan, *list(means.values())[:MOST]]


def _mean(value) -> float:
    return to_number(value.double().mean()) if isinstance(value, Tensor) and value.numel() else to_number(value)


@pytest.mark.parametrize(("homework", "exercise"), WRITTEN)
@pytest.mark.filterwarnings("ignore")  # of torch, about such numbers, as in the judge
def test_a_constant_earns_what_is_listed(homework, exercise):
    answers, listed = Answers(homework, exercise), REMAINS.get(exercise, {}).keys()
    for constant in constants(answers):
        unlisted = earned(answers, constant_answer(answers, constant)).keys() - listed
        # Only who knows the hidden number itself may get the one test that asks for it.
        assert len(unlisted) <= (constant not in KNOWN and not math.isnan(constant)), (constant, unlisted)
