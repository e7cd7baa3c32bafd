"""The way back from noise to data (Ho, Jain and Abbeel, 2020), in float64, item by item."""

import math
from collections.abc import Callable

import torch
from torch import Tensor

from autograder.suites.assertions import Mismatch


def find_posterior_mean(x_t: Tensor, t: Tensor, noise: Tensor, betas: Tensor, alpha_bar: Tensor) -> Tensor:
    """(x_t - beta_t / sqrt(1 - alpha_bar_t) noise) / sqrt(1 - beta_t) (eq. 11), the shape of x_t."""
    means = []
    for item, step, its_noise in zip(x_t.double(), t.tolist(), noise.double(), strict=True):
        beta, kept = float(betas[step]), float(alpha_bar[step])
        means.append((item - beta / math.sqrt(1 - kept) * its_noise) / math.sqrt(1 - beta))
    return torch.stack(means)


def find_added_noise(t: Tensor, noise: Tensor, betas: Tensor) -> Tensor:
    """sqrt(beta_t) noise, and nothing at t = 0 (algorithm 2 with sigma_t^2 = beta_t), the shape of noise."""
    spreads = [math.sqrt(betas[step]) if step else 0.0 for step in t.tolist()]
    return torch.stack([spread * item for spread, item in zip(spreads, noise.double(), strict=True)])


def step_back(
    model: torch.nn.Module, x_t: Tensor, t: Tensor, noise: Tensor, betas: Tensor, alpha_bar: Tensor
) -> Tensor:
    """One round of algorithm 2; the model is asked in float64."""
    with torch.no_grad():
        guess = model.double()(x_t.double(), t)
    return find_posterior_mean(x_t, t, guess, betas, alpha_bar) + find_added_noise(t, noise, betas)


def walk_back(model: torch.nn.Module, x_T: Tensor, betas: Tensor, alpha_bar: Tensor, noises: Tensor) -> list[Tensor]:
    """Algorithm 2 from its start to its end: x_T, …, x_1, x_0."""
    states = [x_T.double()]
    for step in range(len(betas) - 1, -1, -1):
        t = torch.tensor([step] * len(x_T))
        states.append(step_back(model, states[-1], t, noises[step], betas, alpha_bar))
    return states


def find_divergence(mu_q: Tensor, mu_p: Tensor, variance: Tensor) -> Tensor:
    """KL(N(mu_q, v I) || N(mu_p, v I)) of each item, (B,), by torch.distributions, pixel by pixel."""
    spread = variance.double().sqrt().reshape(-1, *[1] * (mu_q.dim() - 1))
    q, p = (torch.distributions.Normal(mu.double(), spread.expand_as(mu)) for mu in (mu_q, mu_p))
    return torch.distributions.kl_divergence(q, p).reshape(len(mu_q), -1).sum(dim=1)


def combine(operation: Callable[[Tensor, Tensor], Tensor], first: object, second: object) -> Tensor:
    """An operation on two things, of which a student returned one or both, in float64; Mismatch if they do not fit."""
    if isinstance(first, Tensor) and isinstance(second, Tensor) and first.shape == second.shape:
        return operation(first.double(), second.double())
    shapes = [tuple(each.shape) if isinstance(each, Tensor) else type(each).__name__ for each in (first, second)]
    raise Mismatch(f"the result is {shapes[0]}, which does not fit {shapes[1]}", "", "")
