"""What public checks on sequences and language share: inputs to be left alone, another order in memory, gradients."""

from collections.abc import Sequence

import torch
from torch import Tensor


def gradients(result: object, *inputs: Tensor) -> list[Tensor]:
    """What the sum of the result says each input should do; zeros where no path leads to it."""
    if not isinstance(result, Tensor) or not result.requires_grad:
        return [torch.zeros_like(each) for each in inputs]
    found = torch.autograd.grad(result.sum(), inputs, allow_unused=True, retain_graph=True)
    return [torch.zeros_like(x) if gradient is None else gradient for x, gradient in zip(inputs, found, strict=True)]


def changes(given: Sequence[Tensor], before: Sequence[Tensor]) -> dict[str, bool]:
    """Whether any of these has other numbers than before the call; and whether it asks for a gradient, or has one."""
    other = any(not torch.equal(each, old) for each, old in zip(given, before, strict=True))
    return {
        "“your function changed the numbers that it was given”": other,
        "“your function made what it was given ask for a gradient, or gave it one”": any(
            each.requires_grad or each.grad is not None for each in given
        ),
    }


def turned(tensor: Tensor) -> Tensor:
    """The same numbers, which lie in memory in the order of reversed dimensions."""
    order = tuple(reversed(range(tensor.dim())))
    return tensor.permute(order).contiguous().permute(order)


def shape(value: object) -> str:
    """The shape of a tensor; for anything else, what it is."""
    return str(tuple(value.shape)) if isinstance(value, Tensor) else f"that of a {type(value).__name__}, not a tensor"
