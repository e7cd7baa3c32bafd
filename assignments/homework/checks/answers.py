"""The checks' answers as numbers in JSON, and how a student's values compare with them."""

from typing import Any

import torch
from torch import Tensor

from homework.comparison import describe_difference

MISTAKE_RTOL, MISTAKE_ATOL = 1e-3, 1e-5  # a mistake made in another order of operations is still that mistake


def encode(values: dict[str, Any]) -> dict[str, Any]:
    """Named tensors and scalars as plain JSON values; TypeError for anything else."""
    return {name: _encode_one(value) for name, value in values.items()}


def decode(table: dict[str, Any]) -> dict[str, Any]:
    """The inverse of `encode`."""
    return {name: _decode_one(entry) for name, entry in table.items()}


def _encode_one(value: Any) -> Any:
    if isinstance(value, bool | int | float | str):
        return value
    if not isinstance(value, Tensor):
        raise TypeError(f"a {type(value).__name__} is no answer")
    value = value.detach()
    return {
        "dtype": str(value.dtype).removeprefix("torch."),
        "shape": list(value.shape),
        "data": value.flatten().tolist(),
    }


def _decode_one(entry: Any) -> Any:
    if not isinstance(entry, dict):
        return entry
    return torch.tensor(entry["data"], dtype=getattr(torch, entry["dtype"])).reshape(entry["shape"])


def describe_first_difference(actual: dict[str, Any], expected: dict[str, Any]) -> str:
    """One sentence on the first value that is not as expected, "" if all are."""
    differences = (describe_difference(name, _detached(actual[name]), value) for name, value in expected.items())
    return next(filter(None, differences), "")


def is_same(values: dict[str, dict[str, Any]], mistake: dict[str, Any]) -> bool:
    """These values, of every check of an exercise, are those that a known mistake gives."""
    return not any(
        describe_difference(name, _detached(values[probe][name]), value, MISTAKE_RTOL, MISTAKE_ATOL)
        for probe, table in mistake["values"].items()
        for name, value in decode(table).items()
    )


def _detached(value: Any) -> Any:
    return value.detach() if isinstance(value, Tensor) else value
