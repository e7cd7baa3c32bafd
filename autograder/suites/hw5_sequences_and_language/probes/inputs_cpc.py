"""What the probes on contrastive predictive coding share: sequences, networks, and a look at who moves whom."""

from collections.abc import Callable

import torch
from torch import Tensor, nn

from .inputs import draw, generator

MOVED = 1e-5  # of the largest entry: above it a change is one, below it is float32 rounding


def draw_sequences(
    seed: int, batch: int, steps: int, dims: tuple[int, int], most: int
) -> tuple[Tensor, Tensor, Tensor]:
    """Features z (batch, steps, D), contexts c (batch, steps, E) and W (most, D, E), where dims is (D, E)."""
    dim, context_dim = dims
    z, c = draw(seed, batch, steps, dim), draw(seed + 1, batch, steps, context_dim)
    return z, c, draw(seed + 2, most, dim, context_dim)


def describe(value: object) -> str:
    """The shape of a tensor, the type of anything else."""
    return str(tuple(value.shape)) if isinstance(value, Tensor) else type(value).__name__


@torch.no_grad()
def fill_each(module: nn.Module, seed: int) -> nn.Module:
    """Each parameter from a normal distribution by a seed of its own, whatever their number and shapes."""
    for number, parameter in enumerate(module.parameters()):
        parameter.copy_(0.5 * draw(seed + number, *parameter.shape))
    return module


@torch.no_grad()
def fill_with_positives(module: nn.Module, seed: int) -> nn.Module:
    """All parameters above 0, so that no ReLU is off: weights are about one over those beside them, biases small."""
    rng = generator(seed)
    for parameter in module.parameters():
        beside = parameter[0].numel() if parameter.dim() > 1 else 100
        parameter.copy_(torch.from_numpy(rng.uniform(0.5, 1.5, parameter.shape) / beside))
    return module


def find_moved(before: Tensor, after: Tensor) -> Tensor:
    """Which steps of which sequences are other than before, (B, L) bool; at a step, all features count."""
    moved = (after - before).abs() > MOVED * before.abs().max()
    return moved.flatten(2).any(dim=2) if moved.dim() > 2 else moved


def call_with_others(name: str, call: Callable[[Tensor], Tensor], given: Tensor) -> dict[str, Tensor]:
    """What it gives for a batch, the batch with another second item, the first one again, and two items of it."""
    changed = given.clone()
    changed[1] = draw(542, *given.shape[1:])
    batches = {"before": given, "after": changed, "again": given, "two": given[:2]}
    return {f"{name}_{what}": call(batch) for what, batch in batches.items()}
