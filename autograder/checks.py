"""Assertions that speak to a student, and the marker that gives a test its points.

A failure holds three fields. *saw*: a fact on the student's own output. *think*: one question about the idea.
*read*: an equation and a notebook section. They never show the expected tensor.
"""

from typing import Any

import pytest

from homework.comparison import ATOL, RTOL, describe_difference

points = pytest.mark.points


class Mismatch(AssertionError):
    """The student's output breaks the property under test."""

    def __init__(self, saw: str, think: str, read: str):
        super().__init__(f"\n  saw:   {saw}\n  think: {think}\n  read:  {read}")
        self.saw, self.think, self.read = saw, think, read


def assert_matches(
    name: str, actual: Any, expected: Any, *, think: str, read: str, rtol: float = RTOL, atol: float = ATOL
) -> None:
    """`actual` has the shape, floating-point dtype and values of `expected`; integer dtypes are free.

    assert_matches("loss", loss, expected, think="which column holds the positive?", read="CPC, eq. 4; section 1.2")
    """
    __tracebackhide__ = True
    saw = describe_difference(name, actual, expected, rtol, atol)
    if saw:
        is_value = " is off by " in saw
        raise Mismatch(saw, think if is_value else "", read)


def assert_that(condition: bool, *, saw: str, think: str, read: str) -> None:
    """A yes-or-no property holds; `saw` is the sentence for when it does not."""
    __tracebackhide__ = True
    if not condition:
        raise Mismatch(saw, think, read)
