"""Assertions that the tests on colour share."""

import math
from typing import Any

import torch
from torch import Tensor

from autograder.checks import assert_that


def assert_unchanged(after: Any, *originals: Tensor, read: str) -> None:
    """What was given holds the same numbers as before, bit for bit; `after` is what the call left, in a row."""
    before = torch.cat([given.flatten() for given in originals])
    assert_that(
        isinstance(after, Tensor) and torch.equal(after, before),
        saw="what your function was given holds other numbers after the call than before it",
        think="which of your operations writes into the tensor it is given?",
        read=read,
    )


def assert_shape(name: str, actual: Any, *shape: int, read: str) -> None:
    """A tensor of this shape came back; what it holds is looked at afterwards."""
    found = f"a tensor of shape {tuple(actual.shape)}" if isinstance(actual, Tensor) else type(actual).__name__
    saw = f"{name}: you return {found}, but it should have shape {shape}"
    assert_that(isinstance(actual, Tensor) and actual.shape == shape, saw=saw, think="", read=read)


def to_number(value: Any) -> float:
    """The number that came back, NaN for anything else: these values are a student's."""
    if isinstance(value, Tensor) and value.numel() == 1:
        return float(value)
    return float(value) if isinstance(value, int | float) else math.nan
