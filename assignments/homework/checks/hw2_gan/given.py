"""What calls leave of what they were given, in words: for the checks of this homework."""

from collections.abc import Callable

import torch
from torch import Tensor


def keep(*tensors: Tensor) -> Callable[[], str]:
    """Remember tensors as they are; what comes back says what has become of them since, "nothing" at best."""
    before = [(tensor.detach().clone(), tensor.requires_grad, tensor.grad) for tensor in tensors]

    def look() -> str:
        for tensor, (numbers, asks, gradient) in zip(tensors, before, strict=True):
            if tensor.shape != numbers.shape or not torch.equal(tensor.detach(), numbers):
                return "other numbers than before the call"
            if tensor.requires_grad != asks:
                return "another requires_grad than before the call"
            if tensor.is_leaf and tensor.grad is not gradient:
                return "another .grad than before the call"
        return "nothing"

    return look
