"""How inputs may be handed in, and what a call has left of them."""

import torch
from torch import Tensor

from .inputs import join

STALE = 0.5  # every entry of a gradient that is there before the call


def in_other_memory(tensor: Tensor) -> Tensor:
    """The same numbers, the last dimension outermost in memory and every other place left out."""
    order = tuple(reversed(range(tensor.dim())))
    return torch.stack([tensor.permute(order)] * 2, dim=-1)[..., 0].permute(order)


def as_parameter(tensor: Tensor) -> Tensor:
    """A leaf that asks for gradients, and holds one of an earlier step."""
    leaf = tensor.clone().requires_grad_()
    leaf.grad = torch.full_like(tensor, STALE)
    return leaf


def look_at(*tensors: Tensor) -> Tensor:
    """All numbers in a row, then of each tensor whether it asks for gradients, and a number for those that it holds."""
    flags = [
        number
        for tensor in tensors
        for number in (
            float(tensor.requires_grad),
            0.0 if tensor.grad is None else 1 + float(tensor.grad.square().sum()),
        )
    ]
    return torch.cat([join(*(tensor.double() for tensor in tensors)), torch.tensor(flags, dtype=torch.float64)])
