"""What an answer earns whose numbers are wrong, while every word, flag, count and shape is that of the solution.

A probe that makes flags makes them beside student code. So points follow from numbers that come back, and what is left
to flags is written down here, with its reason.
"""

import zlib

import pytest
import torch
from rejudging import WRITTEN, Answers, mapped
from torch import Tensor

REMAINS = {
    "DCGANGenerator": {"test_relu_follows_every_batch_norm": "the slope of a ReLU is 0"},
    "freeze": {"test_the_parameters_that_still_learn_come_back": "which objects came back: names, in their order"},
    "MoCoQueue": {"test_a_new_queue_is_empty": "no keys hold no numbers"},
    "CPCModel": {"test_features_and_contexts_have_the_right_shapes": "any numbers that follow the input do"},
}


def _zero(call, name, value):
    if isinstance(value, float):
        return 0.0
    return torch.zeros_like(value) if isinstance(value, Tensor) else value


def _draw(call, name, value):
    """Normally distributed numbers, and whole ones below 12, others for each value."""
    rng = torch.Generator().manual_seed(zlib.crc32(f"{call}{name}".encode()))
    if isinstance(value, float):
        return torch.randn((), generator=rng).item()
    if isinstance(value, Tensor) and value.is_floating_point():
        return torch.randn(value.shape, generator=rng).to(value.dtype)
    if isinstance(value, Tensor):
        return torch.randint(0, 2 + 10 * (value.dtype != torch.bool), value.shape, generator=rng).to(value.dtype)
    return value


def earned(answers, observations):
    """Tests that are passed, with their points."""
    return {test.name: test.points for test in answers.tests if answers.judge(test, observations) is None}


@pytest.mark.parametrize(("homework", "exercise"), WRITTEN)
@pytest.mark.parametrize("change", [_zero, _draw], ids=["zeros", "drawn"])
@pytest.mark.filterwarnings("ignore")  # of torch, about such numbers, as in the judge
def test_without_its_numbers_an_answer_earns_what_is_listed(homework, exercise, change):
    answers = Answers(homework, exercise)
    left = earned(answers, mapped(answers.solution, change))
    assert left.keys() <= REMAINS.get(exercise, {}).keys(), left
