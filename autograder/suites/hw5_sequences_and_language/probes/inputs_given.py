"""What a student's function is given: in other orders of memory, and looked at before and after the call."""

from collections.abc import Callable, Sequence

import torch
from torch import Tensor

from .inputs import join


def strided(*given: Tensor) -> tuple[Tensor, ...]:
    """The same numbers, in memory in the order of reversed dimensions and with others between them."""
    return tuple(_in_reverse(torch.stack([each, each + 1], dim=-1))[..., 0] if each.dim() else each for each in given)


def _in_reverse(given: Tensor) -> Tensor:
    order = tuple(reversed(range(given.dim())))
    return given.permute(order).contiguous().permute(order)


def prepare(*given: Tensor, learn: bool = True) -> tuple[Tensor, ...]:
    """Of those that are no indices, each other one has a gradient of ones, and asks for one if the result can learn."""
    floats = [each for each in given if each.is_floating_point()]
    for each in floats[::2]:
        each.requires_grad_(learn).grad = torch.ones_like(each)
    return given


def look_after(given: Sequence[Tensor]) -> dict[str, Tensor]:
    """What the call has left: values, which ask for a gradient (1 or 0 each), and the gradients."""
    floats = [each for each in given if each.is_floating_point()]
    return {
        "inputs_after": join(*given),
        "flags_after": torch.tensor([float(each.requires_grad) for each in floats]),
        "gradients_after": join(*(torch.zeros_like(each) if each.grad is None else each.grad for each in floats)),
    }


def call_in_another_order(name: str, call: Callable[[Tensor], Tensor], given: Tensor) -> dict[str, Tensor]:
    """What it gives for numbers as they come, in memory in another order, and for the first of them again and again."""
    orders = {"": given, "_strided": strided(given)[0], "_expanded": given[:1].clone().expand(given.shape)}
    return {f"{name}{order}": call(each) for order, each in orders.items()}
