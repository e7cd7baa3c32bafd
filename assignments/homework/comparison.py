"""Says in one sentence how a tensor differs from the one that is expected, without giving the latter away."""

import math
import sys
from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor

RTOL, ATOL = 1e-4, 1e-6  # a right formula in float32, in any order of operations, stays well inside
LONGEST = 80  # characters that are shown of a value

Telling = Callable[[float, float], str]  # the largest difference and the largest expected number, as words


def in_digits(difference: float, size: float) -> str:
    """The difference itself: for answers that are no secret."""
    return f"by up to {difference:.2g}"


def roughly(difference: float, size: float) -> str:
    """One of three steps: whoever hands in again and again learns no digit of a hidden number from them."""
    share = difference / size if size else math.inf
    if share < 0.01:
        return "by less than 1 % of its right size"
    return "by 1 % to 10 % of its right size" if share <= 0.1 else "by more than 10 % of its right size"


def describe_difference(
    name: str, actual: Any, expected: Any, rtol: float = RTOL, atol: float = ATOL, how_far: Telling = in_digits
) -> str:
    """What is wrong with `actual`, or "" if it matches `expected` (a Tensor, bool, int, float or str)."""
    if isinstance(expected, Tensor):
        return _describe_tensor(name, actual, expected, rtol, atol, how_far)
    if isinstance(actual, Tensor):
        if actual.numel() != 1:
            return f"{name} is a tensor of shape {tuple(actual.shape)}, but should be a single {_kind(expected)}"
        actual = actual.item()
    if isinstance(expected, float):
        if isinstance(actual, bool) or not isinstance(actual, int | float):
            return f"{name} is {shown(actual)}, but should be a number"
        return _describe_values(name, _to_tensor(actual), _to_tensor(expected), rtol, atol, how_far)
    return "" if actual == expected else f"{name} is {shown(actual)}"


def shown(value: Any) -> str:
    """What somebody's code gave back, as a few words of a sentence."""
    if isinstance(value, Tensor):
        return f"a tensor of shape {tuple(value.shape)}"
    text = repr(value)
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"


def _kind(value: Any) -> str:
    return {bool: "yes or no", int: "number", float: "number", str: "word"}[type(value)]


def _to_tensor(number: float) -> Tensor:
    """0-d and float64: what a number is compared with may hold whole numbers, which know no infinity."""
    if isinstance(number, int) and abs(number) > sys.float_info.max:
        number = math.inf if number > 0 else -math.inf
    return torch.tensor(number, dtype=torch.float64)


def _describe_tensor(name: str, actual: Any, expected: Tensor, rtol: float, atol: float, how_far: Telling) -> str:
    if not isinstance(actual, Tensor):
        if expected.dim() > 0 or not isinstance(actual, int | float):
            return f"{name} is a {type(actual).__name__}, but should be a tensor of shape {tuple(expected.shape)}"
        actual = _to_tensor(actual).to(expected.dtype if expected.is_floating_point() else torch.float64)
    if actual.shape != expected.shape:
        return f"{name} has shape {tuple(actual.shape)}, but should have {tuple(expected.shape)}"
    if expected.is_floating_point() and actual.dtype != expected.dtype:
        return f"{name} is {actual.dtype}, but should be {expected.dtype}"
    if actual.dtype == expected.dtype and torch.equal(actual, expected):  # the usual case, and a quick one
        return ""
    return _describe_values(name, actual.double(), expected.double(), rtol, atol, how_far)


def _describe_values(name: str, actual: Tensor, expected: Tensor, rtol: float, atol: float, how_far: Telling) -> str:
    broken = ~torch.isfinite(actual) & torch.isfinite(expected)
    if broken.any():
        kind = "NaN" if torch.isnan(actual[broken]).any() else "infinite"
        return f"{name} is {kind}{_where(broken)}"
    wrong = ~torch.isclose(actual, expected, rtol=rtol, atol=atol, equal_nan=True)
    if not wrong.any():
        return ""
    difference = (actual - expected)[wrong].abs().max().item()
    size = expected.nan_to_num(0, 0, 0).abs().max().item()
    return f"{name} is off {how_far(difference, size)}{_where(wrong)}"


def _where(wrong: Tensor) -> str:
    """ "" for a single number, else which rows are concerned: often the whole diagnosis."""
    if wrong.dim() == 0:
        return ""
    rows = wrong.reshape(len(wrong), -1).any(dim=1).nonzero().flatten().tolist()
    if len(rows) == len(wrong):
        return " in every row" if len(wrong) > 1 else ""
    listed = ", ".join(map(str, rows[:5])) + (", …" if len(rows) > 5 else "")
    return f", only in row{'s' if len(rows) > 1 else ''} {listed} of {len(wrong)}"
