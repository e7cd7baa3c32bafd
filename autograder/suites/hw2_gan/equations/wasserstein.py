"""WGAN and its gradient penalty in float64 (Arjovsky et al., 2017; Gulrajani et al., 2017)."""

from copy import deepcopy

import torch
from torch import Tensor, nn


def find_critic_loss(scores_real: Tensor, scores_fake: Tensor) -> Tensor:
    """E f(G(z)) - E f(x), which algorithm 1 of WGAN climbs down, float64, 0-d."""
    return scores_fake.double().sum() / scores_fake.numel() - scores_real.double().sum() / scores_real.numel()


def find_wgan_generator_loss(scores_fake: Tensor) -> Tensor:
    """-E f(G(z)), float64, 0-d."""
    return -scores_fake.double().sum() / scores_fake.numel()


def cut_off(parameter: Tensor, c: float) -> Tensor:
    """-c where a number is below -c, c where one is above c, and the number itself everywhere else."""
    return torch.where(parameter > c, c, torch.where(parameter < -c, -c, parameter))


def find_places(real: Tensor, fake: Tensor, mix: Tensor) -> Tensor:
    """m x + (1 - m) G(z), pair by pair, float64, (B, ...)."""
    pairs = zip(real.detach().double(), fake.detach().double(), mix.tolist(), strict=True)
    return torch.stack([m * x + (1 - m) * made for x, made, m in pairs])


def find_penalty(critic: nn.Module, places: Tensor) -> Tensor:
    """E (|grad f| - 1)^2 (eq. 3) of f(x) = v . tanh(W x + b), whose gradient the chain rule gives: 0-d, float64.

    No derivative is taken here, so what autograd says about the result is a first derivative.
    """
    W, b, v = (critic.get_parameter(name) for name in ("first.weight", "first.bias", "last.weight"))
    hidden = torch.tanh(places.flatten(start_dim=1) @ W.T + b)  # (B, hidden)
    slopes = (v.squeeze(0) * (1 - hidden**2)) @ W  # (B, D)
    return ((slopes.square().sum(dim=1).sqrt() - 1) ** 2).sum() / len(places)


def find_penalty_and_gradients(critic: nn.Module, places: Tensor) -> tuple[Tensor, dict[str, Tensor]]:
    """The penalty, and its gradient with respect to each of the critic's parameters, float64."""
    critic = deepcopy(critic).double()
    penalty = find_penalty(critic, places.double())
    names, parameters = zip(*critic.named_parameters(), strict=True)
    return penalty.detach(), dict(zip(names, torch.autograd.grad(penalty, parameters), strict=True))
