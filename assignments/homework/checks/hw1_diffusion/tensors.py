"""Small tensors that several checks use, and what is looked at beside numbers."""

from collections.abc import Callable, Iterator
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


def away(*tensors: Tensor) -> list[Tensor]:
    """The tensors on a GPU; where there is none, on a device that keeps no number, torch's "meta"."""
    return [tensor.to("cuda" if torch.cuda.is_available() else "meta") for tensor in tensors]


def on_a_gpu(call: Callable[[], Any]) -> dict[str, Any]:
    """What comes of a call whose tensors are `away`: what asks for a number there proves nothing, and passes."""
    found = "it stays there"
    try:
        result = call()
    except Exception as error:
        if "is not on the expected device" in str(error) or "on the same device" in str(error):
            found = "it mixes in tensors of the processor"
        elif "to numpy" in str(error):
            found = "it calls numpy, which knows no GPU"
    else:
        if isinstance(result, Tensor) and result.device.type == "cpu":
            found = "it gives back a tensor of the processor"
    return {"what your code does on a GPU": found}
