"""What the probes of every homework may draw and bring back; each homework's package `probes` holds this module too.

Each course may have inputs of its own, and some calls are made a second time on other ones: both shift every seed, so
inputs are drawn from `generator`, or from a seed that is `shifted`, and from nothing else.
"""

import os
from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor, nn

SEED_SHIFT = sum(int(os.environ.get(name, "0")) for name in ("SEED_SHIFT", "COURSE_SEED"))


def shifted(seed: int) -> int:
    """The seed that stands for this one in this run."""
    return seed + SEED_SHIFT


def generator(seed: int) -> np.random.Generator:
    """Random numbers that are the same on every machine."""
    return np.random.Generator(np.random.PCG64(shifted(seed)))


def draw(seed: int, *shape: int) -> Tensor:
    """Standard normal numbers of this shape, float32."""
    return torch.from_numpy(generator(seed).standard_normal(shape)).float()


def draw_uniform(seed: int, *shape: int, low: float = 0.0, high: float = 1.0) -> Tensor:
    """Numbers of this shape, drawn evenly from low ... high, float32."""
    return torch.from_numpy(generator(seed).uniform(low, high, shape)).float()


def varied(seed: int, numbers: Sequence[float]) -> Tensor:
    """The numbers as they are written, float32; with a seed of the course each is up to 4 % off, on its side of 0."""
    written = torch.tensor(numbers)
    factors = torch.from_numpy(generator(seed).uniform(0.96, 1.04, written.shape)).float()
    return written * factors if SEED_SHIFT else written


def draw_features(seed: int, *shape: int) -> Tensor:
    """Gaussian features, the last dimension theirs, float32; their norms are spread over a factor of about six."""
    rng = generator(seed)
    features = rng.standard_normal(shape) * rng.uniform(0.5, 3.0, (*shape[:-1], 1))
    return torch.from_numpy(features).float()


@torch.no_grad()
def fill(module: nn.Module, seed: int, scale: float = 0.5) -> nn.Module:
    """The module with all parameters drawn from `seed`, normal, whatever their number and shapes."""
    rng = generator(seed)
    for parameter in module.parameters():
        parameter.copy_(torch.from_numpy(scale * rng.standard_normal(parameter.shape)))
    return module


def name_parameters(prefix: str, module: nn.Module) -> dict[str, Tensor]:
    """Copies of all parameters, as prefix.layer.name."""
    return {f"{prefix}.{name}": parameter.detach().clone() for name, parameter in module.named_parameters()}


def find_gradients(result: Tensor, inputs: dict[str, Tensor]) -> dict[str, Tensor]:
    """Gradients of the sum of `result`, as gradient_of_NAME; an input that none reaches is left out."""
    if getattr(result, "requires_grad", False):
        result.sum().backward()
    return {f"gradient_of_{name}": leaf.grad for name, leaf in inputs.items() if leaf.grad is not None}


def join(*tensors: Tensor) -> Tensor:
    """The numbers of all these tensors in a row, as they are now: the grader compares them with what was given."""
    return torch.cat([tensor.detach().flatten() for tensor in tensors])


def as_number(loss: object) -> float:
    """The loss as a number where it is one; what kind it is, is told apart from it."""
    loss = loss.detach() if isinstance(loss, Tensor) else loss
    return float(loss) if hasattr(loss, "__float__") else float("nan")
