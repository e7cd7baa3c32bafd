"""Assertions that the tests of several exercises share."""

import math
from typing import Any

import torch
from torch import Tensor

from autograder.suites.assertions import (
    Mismatch,
    assert_matches,
    assert_that,
    assert_unchanged,
    is_unchanged,
    to_number,
)


def to_finite(name: str, value: Any, read: str) -> float:
    """A loss as a number; a sentence to the student where it is none, or not finite."""
    number = to_number(value)
    if not math.isfinite(number):
        raise Mismatch(f"{name} is no finite number", "", read)
    return number


def assert_differ(name: str, value: Any, other: Any, *, think: str, read: str) -> None:
    """Other inputs give another finite result: who ignores the inputs breaks no law on them, and earns nothing."""
    both = isinstance(value, Tensor) and isinstance(other, Tensor) and value.shape == other.shape
    both = both and bool(torch.isfinite(value).all()) and bool(torch.isfinite(other).all())
    differ = both and bool(((value.double() - other.double()).abs() > 1e-3).any())
    assert_that(differ, saw=f"{name} is not finite, or the same for other inputs", think=think, read=read)


def assert_gradient(name: str, values: dict, key: str, expected: Tensor, *, think: str, read: str, **tolerance) -> None:
    """A gradient came back, and it is the right one."""
    assert_that(
        isinstance(values.get(key), Tensor),
        saw=f"no gradient reaches {name}",
        think="where does the path from that input to the loss leave the graph?",
        read=read,
    )
    assert_matches(f"the gradient of {name}", values[key], expected, think=think, read=read, **tolerance)


def assert_left_alone(values: dict, *originals: Tensor, what: str, read: str, learn: bool = True) -> None:
    """What `prepare` made of the inputs is as it was after the call: values, requires_grad and .grad."""
    assert_unchanged(values["inputs_after"], *originals, what=f"{what} hold", read=read)
    floats = [each.float() for each in originals if each.is_floating_point()]
    touched = [1.0 - number % 2 for number in range(len(floats))]
    think = "what in your function sets requires_grad, or calls backward?"
    flags, saw = values["flags_after"], f"{what} ask for a gradient that did not before the call, or no longer do"
    assert_that(is_unchanged(flags, torch.tensor(touched) * learn), saw=saw, think=think, read=read)
    gradients = [torch.full_like(each, flag) for each, flag in zip(floats, touched, strict=True)]
    saw = f"{what} have another .grad after the call than before it"
    assert_that(is_unchanged(values["gradients_after"], *gradients), saw=saw, think=think, read=read)
