"""Facts about numbered pixels that several exercises' tests ask for."""

from typing import Any

from torch import Tensor

from autograder.suites.assertions import is_unchanged


def is_unchanged_in_float64(after: object, *originals: Tensor) -> bool:
    """`is_unchanged`, where bytes, pixels and indices have come back together."""
    return is_unchanged(after, *(tensor.double() for tensor in originals))


def are_distinct(result: Any, numbers: int) -> bool:
    """A tensor of so many numbers, of which none stands twice, as where each pixel comes from another place."""
    is_whole = isinstance(result, Tensor) and result.numel() == numbers and bool(result.isfinite().all())
    return is_whole and len(result.unique()) == numbers
