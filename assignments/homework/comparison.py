"""Says in one sentence how a tensor differs from the one that is expected, without giving the latter away."""

from typing import Any

import torch
from torch import Tensor

RTOL, ATOL = 1e-4, 1e-6  # a right formula in float32, in any order of operations, stays well inside


def describe_difference(name: str, actual: Any, expected: Any, rtol: float = RTOL, atol: float = ATOL) -> str:
    """What is wrong with `actual`, or "" if it matches `expected` (a Tensor, bool, int, float or str)."""
    if isinstance(expected, Tensor):
        return _describe_tensor(name, actual, expected, rtol, atol)
    if isinstance(actual, Tensor):
        if actual.numel() != 1:
            return f"{name} is a tensor of shape {tuple(actual.shape)}, but should be a single {_kind(expected)}"
        actual = actual.item()
    if isinstance(expected, float):
        if isinstance(actual, bool | str):
            return f"{name} is {actual!r}, but should be a number"
        return _describe_tensor(name, torch.tensor(float(actual)), torch.tensor(expected), rtol, atol)
    return "" if actual == expected else f"{name} is {actual!r}"


def _kind(value: Any) -> str:
    return {bool: "yes or no", int: "number", float: "number", str: "word"}[type(value)]


def _describe_tensor(name: str, actual: Any, expected: Tensor, rtol: float, atol: float) -> str:
    if not isinstance(actual, Tensor):
        if isinstance(actual, str) or expected.dim() > 0:
            return f"{name} is a {type(actual).__name__}, but should be a tensor of shape {tuple(expected.shape)}"
        actual = torch.tensor(actual, dtype=expected.dtype)
    if actual.shape != expected.shape:
        return f"{name} has shape {tuple(actual.shape)}, but should have {tuple(expected.shape)}"
    if expected.is_floating_point() and actual.dtype != expected.dtype:
        return f"{name} is {actual.dtype}, but should be {expected.dtype}"
    if actual.dtype == expected.dtype and torch.equal(actual, expected):  # the usual case, and a quick one
        return ""
    return _describe_values(name, actual.double(), expected.double(), rtol, atol)


def _describe_values(name: str, actual: Tensor, expected: Tensor, rtol: float, atol: float) -> str:
    broken = ~torch.isfinite(actual) & torch.isfinite(expected)
    if broken.any():
        kind = "NaN" if torch.isnan(actual[broken]).any() else "infinite"
        return f"{name} is {kind}{_where(broken)}"
    wrong = ~torch.isclose(actual, expected, rtol=rtol, atol=atol, equal_nan=True)
    if not wrong.any():
        return ""
    return f"{name} is off by up to {(actual - expected)[wrong].abs().max():.2g}{_where(wrong)}"


def _where(wrong: Tensor) -> str:
    """ "" for a single number, else which rows are concerned: often the whole diagnosis."""
    if wrong.dim() == 0:
        return ""
    rows = wrong.reshape(len(wrong), -1).any(dim=1).nonzero().flatten().tolist()
    if len(rows) == len(wrong):
        return " in every row" if len(wrong) > 1 else ""
    shown = ", ".join(map(str, rows[:5])) + (", …" if len(rows) > 5 else "")
    return f", only in row{'s' if len(rows) > 1 else ''} {shown} of {len(wrong)}"
