"""Assertions that speak to a student, and the decorator that gives a hidden test its points.

A failure holds three fields. *saw*: a fact on the student's own output. *think*: one question about the idea.
*read*: an equation and a notebook section. They never show the expected tensor.
"""

import math
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

import torch
from torch import Tensor, nn

from homework.comparison import ATOL, RTOL, describe_difference, roughly, shown

Test = TypeVar("Test", bound=Callable)
LONGEST = 300  # characters of what was seen: a student's process may send any word


def points(worth: int, *, asks: tuple[str, ...] = ()) -> Callable[[Test], Test]:
    """What a hidden test is worth, as its attribute `points`. asks: the axes that it covers, names of `axes.AXES`."""

    def mark(test: Any) -> Any:
        test.points, test.asks = worth, asks
        return test

    return mark


class Mismatch(AssertionError):
    """The student's output breaks the property under test."""

    def __init__(self, saw: str, think: str, read: str):
        saw = saw if len(saw) <= LONGEST else saw[: LONGEST - 1] + "…"
        super().__init__(f"\n  saw:   {saw}\n  think: {think}\n  read:  {read}")
        self.saw, self.think, self.read = saw, think, read


def assert_matches(
    name: str, actual: Any, expected: Any, *, think: str, read: str, rtol: float = RTOL, atol: float = ATOL
) -> None:
    """`actual` has the shape, floating-point dtype and values of `expected`; integer dtypes are free.

    assert_matches("loss", loss, expected, think="which column holds the positive?", read="CPC, eq. 4; section 1.2")
    """
    __tracebackhide__ = True
    saw = describe_difference(name, actual, expected, rtol, atol, roughly)
    if saw:
        is_value = " is off by " in saw
        raise Mismatch(saw, think if is_value else "", read)


def assert_that(condition: Any, *, saw: str, think: str, read: str) -> None:
    """A yes-or-no property holds; `saw` is the sentence for when it does not.

    A comparison with a student's tensor is a tensor; it holds if it is a single yes.
    """
    __tracebackhide__ = True
    if isinstance(condition, Tensor):
        condition = condition.numel() == 1 and condition.item()
    if not condition:
        raise Mismatch(saw, think, read)


def assert_unchanged(
    after: Any, *originals: Tensor, what: str = "what your function was given holds", read: str
) -> None:
    """What was given holds the same numbers as before; `after` is what the call left of it, in a row."""
    __tracebackhide__ = True
    assert_that(
        is_unchanged(after, *originals),
        saw=f"{what} other numbers after the call than before it",
        think="which of your operations writes into the tensor it is given?",
        read=read,
    )


def assert_usable(seen: dict[str, Any], *, read: str) -> None:
    """The handed-in weights could be evaluated; `seen` is what our evaluator tells of them."""
    __tracebackhide__ = True
    think = 'is this the file that `save_artefact` wrote, with DATA = "fashion_mnist"?'
    assert_that(not seen["problem"], saw=seen["problem"], think=think, read=read)


def assert_shape(name: str, actual: Any, *shape: int, read: str) -> None:
    """A tensor of this shape came back; what it holds is looked at afterwards."""
    __tracebackhide__ = True
    found = f"a tensor of shape {tuple(actual.shape)}" if isinstance(actual, Tensor) else type(actual).__name__
    saw = f"{name}: you return {found}, but it should have shape {shape}"
    assert_that(isinstance(actual, Tensor) and actual.shape == shape, saw=saw, think="", read=read)


def assert_dtype(name: str, actual: Any, dtype: torch.dtype, *, numbers: int = 1, think: str, read: str) -> None:
    """A tensor of this dtype came back, with as many numbers as it should hold."""
    __tracebackhide__ = True
    kind = actual.dtype if isinstance(actual, Tensor) else type(actual).__name__
    assert_that(kind == dtype, saw=f"{name} is {kind}", think=think, read=read)
    found = actual.numel()
    assert_that(found == numbers, saw=f"{name} holds {found} numbers, not {numbers}", think="", read=read)


def assert_looks_at_its_inputs(name: str, one: Any, other: Any, *, think: str, read: str) -> None:
    """Other inputs give another finite number: who ignores them breaks no law on them, and earns nothing."""
    __tracebackhide__ = True
    first, second = to_number(one), to_number(other)
    differ = math.isfinite(first) and math.isfinite(second) and abs(first - second) > 1e-3
    assert_that(differ, saw=f"{name} is not finite, or the same for other inputs", think=think, read=read)


def assert_moved(before: nn.Module, values: dict[str, Any], prefix: str, *, who: str, read: str) -> None:
    """The parameters have gone some way from where they were, and are not elsewhere altogether.

    Who does nothing breaks nothing, and earns nothing.
    """
    __tracebackhide__ = True
    way, size = 0.0, 0.0
    for name, parameter in before.named_parameters():
        after, own = values[f"{prefix}.{name}"], parameter.detach().double()
        fits = isinstance(after, Tensor) and after.shape == own.shape
        way += float((after.double() - own).abs().sum()) if fits else math.nan
        size += float(own.abs().sum())
    think = "between which two calls does the optimizer find the gradient it steps along?"
    assert_that(0 < way < size / 2, saw=f"{who} has not moved, or jumped far away", think=think, read=read)


def is_unchanged(after: Any, *originals: Tensor) -> bool:
    """These are the numbers of the originals in a row, or a single one, bit for bit."""
    given = torch.cat([tensor.flatten() for tensor in originals])
    given = given[0] if isinstance(after, Tensor) and after.dim() == 0 and len(given) == 1 else given
    return isinstance(after, Tensor) and not describe_difference("inputs", after, given, rtol=0, atol=0)


def take_word(values: dict[str, Any], name: str) -> str:
    """The word of this name; Mismatch if something else came back in its place."""
    __tracebackhide__ = True
    word = values[name]
    assert_that(isinstance(word, str), saw=f"{name} is {shown(word)}, where a word was expected", think="", read="")
    return word


def to_number(value: Any) -> float:
    """The number that came back, NaN for anything else: these values are a student's."""
    if isinstance(value, Tensor) and value.numel() == 1:
        value = value.item()
    return float(value) if isinstance(value, int | float) else math.nan


def assert_stays_on_device(values: Mapping[str, Any], *, read: str) -> None:
    """Nothing that was handed in on a GPU came back on the processor. values: of a probe that was run by `on_gpu`."""
    __tracebackhide__ = True
    saw = "what was handed in on a GPU came back on the processor"
    think = "on which device does each tensor lie that you make yourself, and on which the input?"
    assert_that(values["strays"] == "", saw=saw, think=think, read=read)
