"""Inputs of the two-player game: logits, data, noise, and small players whose weights are the same on every machine."""

import torch
from torch import Tensor, nn

from .inputs import draw, fill, find_gradients


def call_on_logits(loss, **logits: Tensor) -> dict:
    """The loss, and its gradient as gradient_of_NAME where there is one. Like D's, these logits are results."""
    leaves = {name: given.clone().requires_grad_() for name, given in logits.items()}
    value = loss(*(leaf * 1 for leaf in leaves.values()))
    return {"loss": value, **(find_gradients(value, leaves) if isinstance(value, Tensor) else {})}


def find_flags(*tensors: Tensor) -> str:
    """What is new on tensors that asked for no gradient and had none, "" for nothing."""
    new = {"requires_grad": any(tensor.requires_grad for tensor in tensors)}
    new |= {".grad": any(tensor.grad is not None for tensor in tensors if tensor.is_leaf)}
    return ", ".join(name for name, is_new in new.items() if is_new)


def call_around_zero(loss, *names: str) -> dict:
    """`call_on_logits` at logits of -1.25, 0 and 1.25."""
    return call_on_logits(loss, **{name: torch.tensor([-1.25, 0.0, 1.25]) for name in names})


def find_kind(loss: object) -> str:
    """What a step gave back, as a word: "a loss without a graph" is a float, or a 0-d tensor."""
    if isinstance(loss, Tensor) and (loss.requires_grad or loss.dim()):
        return "a tensor with its graph" if loss.requires_grad else f"a tensor of shape {tuple(loss.shape)}"
    return "a loss without a graph" if isinstance(loss, Tensor | float) else type(loss).__name__


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


@torch.no_grad()
def make_sure(discriminator: nn.Sequential) -> nn.Sequential:
    """The discriminator with logits sixty times as large."""
    for parameter in next(layer for layer in reversed(discriminator) if isinstance(layer, nn.Linear)).parameters():
        parameter.mul_(60)
    return discriminator


@torch.no_grad()
def widen(discriminator: nn.Sequential, middle: float, factor: float) -> nn.Sequential:
    """The discriminator with logits so many times as far from `middle`, which becomes 0."""
    last = next(layer for layer in reversed(discriminator) if isinstance(layer, nn.Linear))
    last.weight.mul_(factor)
    last.bias.sub_(middle).mul_(factor)
    return discriminator


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
