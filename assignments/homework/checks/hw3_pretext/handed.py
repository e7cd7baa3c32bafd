"""How checks hand in their tensors, and in which words they say what a call has left of them."""

import torch
from torch import Tensor


def scattered(tensor: Tensor) -> Tensor:
    """The same numbers, the last dimension outermost in memory, and every other place there left out."""
    order = tuple(reversed(range(tensor.dim())))
    return torch.stack([tensor.permute(order)] * 2, dim=-1)[..., 0].permute(order)


def state_of(given: Tensor, before: Tensor) -> str:
    """What has become of what was given, which was as `before`."""
    if given.shape != before.shape or not torch.equal(given.detach(), before.detach()):
        return "other numbers than before"
    if given.requires_grad != before.requires_grad:
        return "another requires_grad than before"
    return "as before" if given.grad is None else "with a gradient in .grad"


def dtype_of(value: object) -> str:
    """The dtype of a tensor, or what came back in its place."""
    return str(value.dtype) if isinstance(value, Tensor) else f"that of a {type(value).__name__}"


def gradient_of(result: object, given: Tensor) -> Tensor:
    """The gradient of the result's sum at what was given, which may be NaN; 0 if none reaches it."""
    if not (isinstance(result, Tensor) and result.requires_grad):
        return torch.zeros_like(given)
    (gradient,) = torch.autograd.grad(result.sum(), given, retain_graph=True, allow_unused=True)
    return torch.zeros_like(given) if gradient is None else gradient
