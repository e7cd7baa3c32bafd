"""Small tensors that several checks use."""

import torch
from torch import Tensor


def table(*values: tuple[float, ...]) -> Tensor:
    """Numbers (number of values, D), float32."""
    return torch.tensor(values, dtype=torch.float32)


def slopes(result: Tensor, *inputs: Tensor) -> list[Tensor]:
    """Gradients of the sum of `result`; zeros where no path leads to an input."""
    if not result.requires_grad:
        return [torch.zeros_like(tensor) for tensor in inputs]
    found = torch.autograd.grad(result.sum(), inputs, allow_unused=True)
    return [torch.zeros_like(x) if slope is None else slope for x, slope in zip(inputs, found, strict=True)]


def round_alpha_bar() -> Tensor:
    """(4,), with roots that are known: 0.96, 0.8, 0.6 and 0.28; those of 1 - alpha_bar are 0.28, 0.6, 0.8 and 0.96."""
    return torch.tensor([0.9216, 0.64, 0.36, 0.0784])


def filled(*values: float) -> Tensor:
    """Images (number of values, 1, 2, 3), each filled with one number."""
    return torch.tensor(values, dtype=torch.float32)[:, None, None, None].expand(-1, 1, 2, 3).clone()
