"""Small tensors that several checks use, and what is looked at beside numbers."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import torch
from torch import Tensor


def table(*values: tuple[float, ...]) -> Tensor:
    """Numbers (number of values, D), float32."""
    return torch.tensor(values, dtype=torch.float32)


def round_alpha_bar() -> Tensor:
    """(4,), with roots that are known: 0.96, 0.8, 0.6 and 0.28; those of 1 - alpha_bar are 0.28, 0.6, 0.8 and 0.96."""
    return torch.tensor([0.9216, 0.64, 0.36, 0.0784])


def filled(*values: float) -> Tensor:
    """Images (number of values, 1, 2, 3), each filled with one number."""
    return torch.tensor(values, dtype=torch.float32)[:, None, None, None].expand(-1, 1, 2, 3).clone()


def turned(x: Tensor) -> Tensor:
    """The same numbers, in memory with the last dimension first."""
    dims = range(x.dim() - 1, -1, -1)
    return x.permute(*dims).contiguous().permute(*dims)


@contextmanager
def beginning() -> Iterator[None]:
    """Inside, random numbers begin anew; outside, they and autograd's switch are as if nothing had been."""
    with torch.random.fork_rng(devices=[]), torch.enable_grad():
        torch.manual_seed(0)
        yield


def after(**inputs: Tensor) -> dict[str, Any]:
    """What the call left of its inputs."""
    values: dict[str, Any] = {}
    for name, tensor in inputs.items():
        values[f"{name} after the call"] = tensor.detach().clone()
        values[f"requires_grad of {name} after the call"] = tensor.requires_grad
    return values


def slopes(of: str, result: Any, **inputs: Tensor) -> dict[str, Any]:
    """Whether a gradient of the sum of `result` reaches each input, and the gradient."""
    values: dict[str, Any] = {}
    for name, leaf in inputs.items():
        slope = None
        if isinstance(result, Tensor) and result.requires_grad:
            (slope,) = torch.autograd.grad(result.sum(), leaf, retain_graph=True, allow_unused=True)
        values[f"what reaches {name} when backward is called on {of}"] = "nothing" if slope is None else "a gradient"
        values[f"the gradient of {name}"] = torch.zeros_like(leaf) if slope is None else slope
    return values
