"""Inputs of the exercises that move pixels: images whose every pixel tells where it comes from."""

import torch
from torch import Tensor

from .inputs import join


def number_pixels(*shape: int) -> Tensor:
    """0, 1, 2, … in this shape, float32: every entry tells where it comes from."""
    return torch.arange(float(torch.Size(shape).numel())).reshape(shape)


def number_bytes(*shape: int) -> Tensor:
    """0, 1, 2, … in this shape, at most 256 of them, uint8."""
    return number_pixels(*shape).to(torch.uint8)


def join_in_float64(*tensors: Tensor) -> Tensor:
    """`join`, where bytes, pixels and indices come together."""
    return join(*(tensor.double() for tensor in tensors))


def has_dtype(result: object, dtype: torch.dtype) -> bool:
    return getattr(result, "dtype", None) == dtype
