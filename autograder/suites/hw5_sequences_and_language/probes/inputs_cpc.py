"""What the probes on contrastive predictive coding share: sequences, gradients, and a look at who moves whom."""

import numpy as np
import torch
from torch import Tensor, nn

from .inputs import SEED_SHIFT, draw

MOVED = 1e-5  # of the largest entry: above it a change is one, below it is float32 rounding


def draw_sequences(
    seed: int, batch: int, steps: int, dims: tuple[int, int], most: int
) -> tuple[Tensor, Tensor, Tensor]:
    """Features z (batch, steps, D), contexts c (batch, steps, E) and W (most, D, E), where dims is (D, E)."""
    dim, context_dim = dims
    z, c = draw(seed, batch, steps, dim), draw(seed + 1, batch, steps, context_dim)
    return z, c, draw(seed + 2, most, dim, context_dim)


def find_gradients(result: Tensor, inputs: dict[str, Tensor]) -> dict[str, Tensor]:
    """Gradients of the sum of `result`, as gradient_of_NAME; an input that none reaches is left out."""
    if result.requires_grad:
        result.sum().backward()
    return {f"gradient_of_{name}": leaf.grad for name, leaf in inputs.items() if leaf.grad is not None}


def describe(value: object) -> str:
    """The shape of a tensor, the type of anything else."""
    return str(tuple(value.shape)) if isinstance(value, Tensor) else type(value).__name__


@torch.no_grad()
def fill(module: nn.Module, seed: int) -> nn.Module:
    """All parameters from a normal distribution, whatever their number and shapes."""
    for number, parameter in enumerate(module.parameters()):
        parameter.copy_(0.5 * draw(seed + number, *parameter.shape))
    return module


@torch.no_grad()
def fill_with_positives(module: nn.Module, seed: int) -> nn.Module:
    """All parameters above 0, so that no ReLU is off: weights are about one over those beside them, biases small."""
    rng = np.random.Generator(np.random.PCG64(seed + SEED_SHIFT))
    for parameter in module.parameters():
        beside = parameter[0].numel() if parameter.dim() > 1 else 100
        parameter.copy_(torch.from_numpy(rng.uniform(0.5, 1.5, parameter.shape) / beside))
    return module


def find_moved(before: Tensor, after: Tensor) -> Tensor:
    """Which steps of which sequences are other than before, (B, L) bool; at a step, all features count."""
    moved = (after - before).abs() > MOVED * before.abs().max()
    return moved.flatten(2).any(dim=2) if moved.dim() > 2 else moved
