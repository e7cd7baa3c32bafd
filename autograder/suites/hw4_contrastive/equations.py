"""What the hidden tests expect, written plainly in float64 from the papers' equations; never enters the sandbox."""

from copy import deepcopy
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn


def find_cosines(a: Tensor, b: Tensor) -> Tensor:
    """(A, B): a_i · b_j / (|a_i| |b_j|)."""
    return F.normalize(a.double(), dim=1) @ F.normalize(b.double(), dim=1).T


def find_info_nce(query: Tensor, positive: Tensor, negatives: Tensor, temperature: float) -> Tensor:
    """Cross entropy of the positive against the negatives (van den Oord et al., 2018, eq. 4), float64, 0-d."""
    of_positive = F.cosine_similarity(query.double(), positive.double(), dim=1)[:, None]  # (B, 1)
    logits = torch.cat([of_positive, find_cosines(query, negatives)], dim=1) / temperature  # (B, 1 + K)
    return F.cross_entropy(logits, torch.zeros(len(logits), dtype=torch.long))


def find_gradients(batch: tuple[Tensor, ...], temperature: float) -> tuple[Tensor, ...]:
    """Gradients of find_info_nce with respect to query, positive and negatives, float64."""
    query, positive, negatives = leaves = [features.detach().double().requires_grad_() for features in batch]
    return torch.autograd.grad(find_info_nce(query, positive, negatives, temperature), leaves)


def mix(q: Tensor, k: Tensor, m: float) -> Tensor:
    """m k + (1 - m) q (He et al., 2020, eq. 2), float64."""
    return m * k.double() + (1 - m) * q.double()


@dataclass(frozen=True)
class Moment:
    """A MoCo training after one step: the step's loss, all parameters by name, and the queue's keys (n, D)."""

    loss: Tensor
    encoder_q: dict[str, Tensor]
    encoder_k: dict[str, Tensor]
    keys: Tensor


def train_moco(
    encoders: tuple[nn.Module, nn.Module],
    keys: Tensor,
    size: int,
    batches: list[tuple[Tensor, Tensor]],
    *,
    m: float,
    temperature: float,
    learning_rate: float,
    sgd_momentum: float = 0.0,
    weight_decay: float = 0.0,
) -> list[Moment]:
    """He et al., 2020, algorithm 1, in float64 with plain SGD: one Moment for each batch."""
    encoder_q, encoder_k = (deepcopy(encoder).double() for encoder in encoders)
    velocities = [torch.zeros_like(parameter) for parameter in encoder_q.parameters()]
    queue, moments = F.normalize(keys.double(), dim=1), []
    for view_q, view_k in batches:
        key = encoder_k(view_k.double()).detach()
        loss = find_info_nce(encoder_q(view_q.double()), key, queue, temperature)
        gradients = torch.autograd.grad(loss, list(encoder_q.parameters()))
        with torch.no_grad():  # not torch.optim's SGD, which takes a second to import
            for parameter, velocity, gradient in zip(encoder_q.parameters(), velocities, gradients, strict=True):
                velocity.mul_(sgd_momentum).add_(gradient + weight_decay * parameter)
                parameter.sub_(learning_rate * velocity)
        _move_towards(encoder_k, encoder_q, m)
        queue = torch.cat([queue, F.normalize(key, dim=1)])[-size:]
        moments.append(Moment(loss.detach(), _copy(encoder_q), _copy(encoder_k), queue))
    return moments


def _move_towards(encoder_k: nn.Module, encoder_q: nn.Module, m: float) -> None:
    with torch.no_grad():
        for k, q in zip(encoder_k.parameters(), encoder_q.parameters(), strict=True):
            k.copy_(mix(q, k, m))


def _copy(encoder: nn.Module) -> dict[str, Tensor]:
    return {name: parameter.detach().clone() for name, parameter in encoder.named_parameters()}
