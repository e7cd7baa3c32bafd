"""Assertions that the tests of several exercises share."""

import math
from typing import Any

import torch
from torch import Tensor

from autograder.checks import Mismatch, assert_matches, assert_that


def to_number(name: str, value: Any, read: str) -> float:
    """A loss as a number; a sentence to the student where it is none, or not finite."""
    if isinstance(value, Tensor) and value.numel() == 1:
        value = value.item()
    if not isinstance(value, int | float) or not math.isfinite(value):
        raise Mismatch(f"{name} is no finite number", "", read)
    return float(value)


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


def assert_unchanged(what: str, after: Any, *originals: Tensor, read: str) -> None:
    """What was given holds the same numbers as before, bit for bit; `after` is what the call left, in a row."""
    before = torch.cat([given.flatten() for given in originals])
    assert_that(
        isinstance(after, Tensor) and torch.equal(after.flatten(), before),
        saw=f"{what} other numbers after the call than before it",
        think="which of your operations writes into the tensor it is given?",
        read=read,
    )
