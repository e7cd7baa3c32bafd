"""Tensors of the other end in our graph, and how they lie in memory."""

from collections.abc import Callable, Sequence
from typing import Any, Protocol

import torch
from torch import Tensor
from torch.autograd.function import once_differentiable

from autograder.sandbox.framing import MAX_BODY

Ask = Callable[..., Any]


class Numbered(Protocol):
    """A loan: it ends when nothing holds it any more."""

    number: int


class Crossing(torch.autograd.Function):
    """A result of the other end, made of tensors of ours: their gradients are asked of it."""

    @staticmethod
    def forward(ctx: Any, loan: Numbered, ask: Ask, box: list[Tensor], *inputs: Tensor) -> Tensor:
        ctx.loan, ctx.ask, ctx.count = loan, ask, len(inputs)
        return box.pop()  # a tensor that comes as an argument would be taken for an input

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, gradient: Tensor) -> tuple:
        found = ctx.ask("grads", number=ctx.loan.number, gradient=gradient)
        if not isinstance(found, list) or len(found) != ctx.count:
            raise RuntimeError("the gradients that came back are not those that were asked for")
        return None, None, None, *found


def join(content: Tensor, inputs: Sequence[Tensor], loan: Numbered, ask: Ask) -> Tensor:
    """The tensor as a result of these inputs of ours; without any it is a leaf."""
    with torch.enable_grad():
        return Crossing.apply(loan, ask, [content], *inputs) if inputs else content.requires_grad_()


def watch(content: Tensor, loan: Numbered, ask: Ask) -> Tensor:
    """The tensor as a leaf whose gradient goes home as soon as it is there."""

    def send_home(leaf: Tensor) -> None:
        gradient, leaf.grad = leaf.grad, None
        ask("backward", number=loan.number, gradient=gradient)

    content.requires_grad_().register_post_accumulate_grad_hook(send_home)
    return content


def leaves_of(tensor: Tensor) -> list[Tensor]:
    """The leaves of the tensor's graph that ask for gradients."""
    if tensor.grad_fn is None:
        return [tensor]
    leaves, waiting, seen = [], [tensor.grad_fn], {tensor.grad_fn}
    while waiting:
        node = waiting.pop()
        if hasattr(node, "variable"):
            leaves.append(node.variable)
        following = {after for after, _ in node.next_functions if after is not None} - seen
        seen |= following
        waiting += following
    return leaves


def lay_out(tensor: Tensor, stride: Sequence[int]) -> Tensor:
    """The same numbers in memory of their own, with these strides unless that takes more than a message may hold."""
    span = 1 + sum((size - 1) * step for size, step in zip(tensor.shape, stride, strict=True)) if tensor.numel() else 0
    if max([span, *stride]) * tensor.element_size() > MAX_BODY:
        return tensor.clone()
    memory = torch.zeros(span, dtype=tensor.dtype).untyped_storage()  # between the numbers nothing is left of before
    laid = torch.empty(0, dtype=tensor.dtype).set_(memory, 0, tensor.shape, tuple(stride))
    once = tuple(slice(None if step else 1) for step in stride)  # what is repeated is written once
    laid[once].copy_(tensor[once])
    return laid


def version_of(copy: Any) -> int:
    """How often the tensor was changed in place; 0 for what does not count it."""
    return copy._version if isinstance(copy, Tensor) and not copy.is_inference() else 0
