"""Inputs that several probes share: data, logits, small networks whose weights are the same on every machine."""

import os

import numpy as np
import torch
from torch import Tensor, nn

SEED_SHIFT = int(os.environ.get("SEED_SHIFT", "0"))  # `grade --twice` draws all inputs from other seeds


def draw(seed: int, *shape: int) -> Tensor:
    """Standard normal numbers of this shape, float32, the same on every machine."""
    rng = np.random.Generator(np.random.PCG64(seed + SEED_SHIFT))
    return torch.from_numpy(rng.standard_normal(shape)).float()


def fill(module: nn.Module, seed: int, scale: float = 0.5) -> nn.Module:
    """The module with all parameters drawn from `seed`, whatever their number and shapes."""
    rng = np.random.Generator(np.random.PCG64(seed + SEED_SHIFT))
    with torch.no_grad():
        for parameter in module.parameters():
            parameter.copy_(torch.from_numpy(scale * rng.standard_normal(parameter.shape)))
    return module


def name_parameters(prefix: str, module: nn.Module) -> dict[str, Tensor]:
    """Copies of all parameters, as prefix.layer.name."""
    return {f"{prefix}.{name}": parameter.detach().clone() for name, parameter in module.named_parameters()}


def find_gradients(result: Tensor, inputs: dict[str, Tensor]) -> dict[str, Tensor]:
    """Gradients of the sum of `result`, as gradient_of_NAME; an input that none reaches is left out."""
    if result.requires_grad:
        result.sum().backward()
    return {f"gradient_of_{name}": leaf.grad for name, leaf in inputs.items() if leaf.grad is not None}


def join(tensors) -> Tensor:
    """The numbers of all these tensors in a row, as they are now: the grader compares them with what was given."""
    return torch.cat([tensor.detach().flatten() for tensor in tensors])


def call_on_logits(loss, **logits: Tensor) -> dict:
    """The loss, and its gradient as gradient_of_NAME where there is one. Like D's, these logits are results."""
    leaves = {name: given.clone().requires_grad_() for name, given in logits.items()}
    value = loss(*(leaf * 1 for leaf in leaves.values()))
    return {"loss": value, **(find_gradients(value, leaves) if isinstance(value, Tensor) else {})}


def call_on_large_logits(loss, *names: str) -> dict:
    """`call_on_logits` at logits of 10, 20 and 200 in size, the first of each pair right and the other one wrong."""
    seen = {}
    for size in (10, 20, 200):
        pair = torch.tensor([float(size), -float(size)])
        logits = {name: -pair if name == "fake" else pair for name in names}
        seen |= {f"{name}_at_{size}": value for name, value in call_on_logits(loss, **logits).items()}
    return seen


NOISE_DIM, IMAGE = 3, (1, 2, 3)  # length of a noise vector; channels, height, width


def make_generator(seed: int, *, with_norm: bool = True) -> nn.Sequential:
    """(B, 3) -> images (B, 1, 2, 3) in [-1, 1], with batch norm or without."""
    norm = [nn.BatchNorm1d(4)] if with_norm else []
    layers = nn.Linear(NOISE_DIM, 4), *norm, nn.ReLU(), nn.Linear(4, 6), nn.Tanh(), nn.Unflatten(1, IMAGE)
    return fill(nn.Sequential(*layers), seed, scale=0.8)


def make_discriminator(seed: int, *, with_norm: bool = False, column: bool = False) -> nn.Sequential:
    """Images (B, 1, 2, 3) -> logits, (B,) or as a column (B, 1), with batch norm or without."""
    norm = [nn.BatchNorm1d(5)] if with_norm else []
    last = [] if column else [nn.Flatten(start_dim=0)]
    layers = nn.Flatten(), nn.Linear(6, 5), *norm, nn.LeakyReLU(0.2), nn.Linear(5, 1), *last
    return fill(nn.Sequential(*layers), seed, scale=0.8)


def draw_images(seed: int, count: int) -> Tensor:
    """Real images (count, 1, 2, 3)."""
    return draw(seed, count, *IMAGE).tanh()


def draw_noise(seed: int, count: int) -> Tensor:
    """Noise (count, 3)."""
    return draw(seed, count, NOISE_DIM)


def leave_gradients(*networks: nn.Module) -> None:
    """What an earlier step may have left behind: a gradient of 1 on every parameter."""
    for network in networks:
        for parameter in network.parameters():
            parameter.grad = torch.ones_like(parameter)


@torch.no_grad()
def shrink(network: nn.Module) -> None:
    """The other player has moved in the meantime: all its parameters are smaller by a tenth."""
    for parameter in network.parameters():
        parameter.mul_(0.9)


def as_number(loss) -> float:
    """The loss as a number where it is one; what kind it is, is told apart from it."""
    loss = loss.detach() if isinstance(loss, Tensor) else loss
    return float(loss) if hasattr(loss, "__float__") else float("nan")
