"""Inputs that several probes share: data, noise, timesteps, short schedules, and a model simple enough for the head."""

import os
from collections.abc import Callable

import numpy as np
import torch
from torch import Tensor, nn

SEED_SHIFT = int(os.environ.get("SEED_SHIFT", "0"))  # `grade --twice` draws all inputs from other seeds


def draw(seed: int, *shape: int) -> Tensor:
    """Standard normal numbers of this shape, float32, the same on every machine."""
    rng = np.random.Generator(np.random.PCG64(seed + SEED_SHIFT))
    return torch.from_numpy(rng.standard_normal(shape)).float()


def draw_images(seed: int, *shape: int) -> Tensor:
    """Numbers in [-1, 1] of this shape, float32."""
    rng = np.random.Generator(np.random.PCG64(seed + SEED_SHIFT))
    return torch.from_numpy(rng.uniform(-1, 1, shape)).float()


def short_schedule(num_steps: int = 8) -> tuple[Tensor, Tensor]:
    """betas and alpha_bar, (T,) each, float32: few steps and strong noise, so that every index tells."""
    betas = torch.linspace(0.02, 0.3, num_steps, dtype=torch.float64)
    return betas.float(), torch.cumprod(1 - betas, dim=0).float()


def each_with_its_own(t: Tensor, x: Tensor) -> Tensor:
    """t as (B, 1, ...), with as many dimensions as x."""
    return t.reshape(-1, *[1] * (x.dim() - 1))


class ShiftingModel(nn.Module):
    """Guesses scale * x_t + (t + 1) / 10: its answer depends on x_t, on each item's own t, and on one parameter."""

    def __init__(self, scale: float = 0.3):
        super().__init__()
        self.scale = nn.Parameter(torch.tensor(scale))

    def forward(self, x_t: Tensor, t: Tensor) -> Tensor:
        return self.scale * x_t + each_with_its_own(t + 1, x_t) / 10


class Recorder:
    """Calls `guess`, however a student passes x_t and t, and keeps what it was called with."""

    def __init__(self, guess: Callable[[Tensor, Tensor], Tensor]):
        self._guess = guess
        self.calls: list[tuple[Tensor, Tensor]] = []

    def __call__(self, *args, **kwargs) -> Tensor:
        x_t, t = (*args, *kwargs.values())
        self.calls.append((x_t.detach().clone(), t.detach().clone()))
        return self._guess(x_t, t)


class WatchedModel(nn.Module):
    """A ShiftingModel that can be called with any names for x_t and t, and keeps its calls."""

    def __init__(self):
        super().__init__()
        self.inner = ShiftingModel()
        self._recorder = Recorder(self.inner)

    @property
    def calls(self) -> list[tuple[Tensor, Tensor]]:
        return self._recorder.calls

    def forward(self, *args, **kwargs) -> Tensor:
        return self._recorder(*args, **kwargs)


def find_gradients(result: Tensor, inputs: dict[str, Tensor]) -> dict[str, Tensor]:
    """Gradients of the sum of `result`, as gradient_of_NAME; an input that none reaches is left out."""
    if result.requires_grad:
        result.sum().backward()
    return {f"gradient_of_{name}": leaf.grad for name, leaf in inputs.items() if leaf.grad is not None}


def join(tensors) -> Tensor:
    """The numbers of all these tensors in a row, as they are now: the grader compares them with what was given."""
    return torch.cat([tensor.detach().flatten() for tensor in tensors])
