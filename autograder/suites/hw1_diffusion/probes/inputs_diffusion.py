"""Inputs of diffusion: images, timesteps, short schedules, and a model simple enough for the head."""

from collections.abc import Callable

import torch
from torch import Tensor, nn

from .inputs import draw_uniform, join


def draw_images(seed: int, *shape: int) -> Tensor:
    """Numbers in [-1, 1] of this shape, float32."""
    return draw_uniform(seed, *shape, low=-1)


def short_schedule(num_steps: int = 8) -> tuple[Tensor, Tensor]:
    """betas and alpha_bar, (T,) each, float32: few steps and strong noise, so that every index tells."""
    return _schedule(num_steps, 0.02, 0.3)


def long_schedule(num_steps: int = 230) -> tuple[Tensor, Tensor]:
    """betas and alpha_bar, (T,) each, float32: more steps than the notebook has, and hardly any image in the end."""
    return _schedule(num_steps, 5e-4, 0.1)


def _schedule(num_steps: int, beta_start: float, beta_end: float) -> tuple[Tensor, Tensor]:
    betas = torch.linspace(beta_start, beta_end, num_steps, dtype=torch.float64)
    return betas.float(), torch.cumprod(1 - betas, dim=0).float()


def scattered(x: Tensor) -> Tensor:
    """The same numbers, in memory in the order of the last dimension first."""
    turned = range(x.dim() - 1, -1, -1)
    return x.permute(*turned).contiguous().permute(*turned)


def each_with_its_own(t: Tensor, x: Tensor) -> Tensor:
    """t as (B, 1, ...), with as many dimensions as x."""
    return t.reshape(-1, *[1] * (x.dim() - 1))


def left_of(*tensors: Tensor) -> dict:
    """What a call left of its inputs: numbers and flags."""
    plain = all(not tensor.requires_grad and tensor.grad is None for tensor in tensors)
    return {"inputs_after": join(*tensors), "inputs_still_plain": plain}


class ShiftingModel(nn.Module):
    """Guesses scale * x_t + (t + 1) / 10: its answer depends on x_t, on each item's own t, and on one parameter."""

    def __init__(self, scale: float = 0.3):
        super().__init__()
        self.scale = nn.Parameter(torch.tensor(scale))

    def forward(self, x_t: Tensor, t: Tensor) -> Tensor:
        return self.scale * x_t + each_with_its_own(t + 1, x_t) / 10


class Recorder:
    """Calls `guess`, however a student passes x_t and t, and keeps what it was called with.

    by_position: whether every call passed both without their names. has_graph: whether each x_t asked for a gradient.
    """

    def __init__(self, guess: Callable[[Tensor, Tensor], Tensor]):
        self._guess = guess
        self.calls: list[tuple[Tensor, Tensor]] = []
        self.by_position, self.has_graph = True, list[bool]()

    def __call__(self, *args, **kwargs) -> Tensor:
        x_t, t = (*args, *kwargs.values())
        self.by_position &= not kwargs
        self.has_graph.append(x_t.requires_grad)
        self.calls.append((x_t.detach().clone(), t.detach().clone()))
        return self._guess(x_t, t)


class WatchedModel(nn.Module):
    """A ShiftingModel that can be called with any names for x_t and t, and keeps its calls; with a gradient of old."""

    def __init__(self):
        super().__init__()
        self.inner = ShiftingModel()
        self.inner.scale.grad = torch.tensor(STALE)
        self.seen = Recorder(self.inner)

    @property
    def calls(self) -> list[tuple[Tensor, Tensor]]:
        return self.seen.calls

    def forward(self, *args, **kwargs) -> Tensor:
        return self.seen(*args, **kwargs)


STALE = 0.7


def untouched() -> Tensor:
    """What `models_after` finds of a model that nobody touched: its parameter, and the gradient it came with."""
    return torch.tensor([ShiftingModel().scale.item(), STALE])


def models_after(call: Callable[[WatchedModel], object]) -> dict:
    """What a call leaves of a model in training mode, and of one in eval mode."""
    training, evaluating = WatchedModel(), WatchedModel().eval()
    call(training), call(evaluating)
    scale, stale = training.inner.scale, training.inner.scale.grad
    return {
        "model_after": torch.stack([scale.detach(), torch.zeros(()) if stale is None else stale]),
        "trainable_after": scale.requires_grad,
        "training_after": training.training and training.inner.training,
        "evaluating_after": not (evaluating.training or evaluating.inner.training),
        "gradients_on": torch.is_grad_enabled(),
    }
