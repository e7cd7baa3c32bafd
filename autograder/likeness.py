"""A short hash of what a submission brought back: equal for students whose values are the same but for rounding."""

import hashlib
from collections.abc import Iterable
from typing import Any

import torch
from torch import Tensor

from autograder.records import Observation


def hash_observations(observations: Iterable[Observation]) -> str:
    """16 hex digits, or "" when no value came back."""
    lines = [
        f"{seen.probe}.{name}: {_describe(value)}"
        for seen in observations
        for name, value in sorted(seen.values.items())
    ]
    return hashlib.sha256("\n".join(lines).encode("utf-8", "surrogatepass")).hexdigest()[:16] if lines else ""


def _describe(value: Any) -> str:
    """A tensor by its shape, how long it is as a vector, and where that vector points.

    Few numbers, rounded: another order of operations changes the last digits of each element, but hardly ever these.
    """
    if isinstance(value, float):
        return f"{value:.4g}"
    if not isinstance(value, Tensor):
        return repr(value)
    vector = value.detach().flatten().to(torch.complex128 if value.is_complex() else torch.float64)
    vector = torch.view_as_real(vector).flatten() if value.is_complex() else vector
    is_odd = ~vector.isfinite()
    length = vector.masked_fill(is_odd, 0).norm()
    direction = vector.masked_fill(is_odd, 0) @ torch.arange(len(vector), dtype=torch.float64).mul(1.7).cos()
    return f"{tuple(value.shape)} {is_odd.sum()} odd, {length:.4g}, {direction / length.clamp(min=1e-12):.3f}"
