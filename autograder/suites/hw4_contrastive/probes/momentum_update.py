"""Probes of momentum_update."""

import torch
from torch import Tensor, nn

from homework.on_gpu import on_gpu

from .inputs import fill, join, name_parameters
from .inputs_moco import make_encoder

M = 0.9
MS_IN_A_ROW = (0.7, 0.95)


def two_encoders() -> tuple[nn.Module, nn.Module]:
    """encoder_q and encoder_k: the same layers (linear, batch norm, linear), other weights."""
    return make_encoder(210, 4, 6, 3, with_norm=True), make_encoder(211, 4, 6, 3, with_norm=True)


def update_once(student):
    encoder_q, encoder_k = two_encoders()
    encoder_k.requires_grad_(False)
    parameters = list(encoder_k.parameters())
    student.momentum_update(encoder_q, encoder_k, M)
    after = list(encoder_k.parameters())
    return {
        **name_parameters("encoder_k", encoder_k),
        "q_after": join(*encoder_q.parameters()),
        "q_trainable": all(parameter.requires_grad for parameter in encoder_q.parameters()),
        "k_without_graph": all(parameter.is_leaf for parameter in after),
        "k_still_frozen": not any(parameter.requires_grad for parameter in after),
        "k_same_parameters": list(map(id, parameters)) == list(map(id, after)),
    }


def on_a_gpu(student):
    return on_gpu(student, update_once)


def update_at_the_extremes(student):
    encoder_q, encoder_k = two_encoders()
    student.momentum_update(encoder_q, encoder_k, 1.0)
    at_one = join(*encoder_k.parameters())
    student.momentum_update(encoder_q, encoder_k, 0.0)
    at_zero = join(*encoder_k.parameters())
    with torch.no_grad():
        for parameter in encoder_q.parameters():
            parameter.zero_()
    return {"k_at_m_1": at_one, "k_at_m_0": at_zero, "k_after_q_moved": join(*encoder_k.parameters())}


def update_twice(student):
    """encoder_q moves between the two updates, as it does in training."""
    encoder_q, encoder_k = two_encoders()
    student.momentum_update(encoder_q, encoder_k, MS_IN_A_ROW[0])
    with torch.no_grad():
        for parameter in encoder_q.parameters():
            parameter.add_(0.5)
    student.momentum_update(encoder_q, encoder_k, MS_IN_A_ROW[1])
    return {"k": join(*encoder_k.parameters())}


def make_odd_encoder(seed: int) -> nn.Module:
    """float64, a convolution whose weights lie channels-last, two layers with one weight, and a layer of one number."""
    first, second = nn.Linear(3, 3), nn.Linear(3, 3, bias=False)
    second.weight = first.weight
    encoder = nn.Sequential(nn.Conv2d(2, 3, 2), nn.Flatten(), first, nn.Tanh(), second, nn.Linear(1, 1, bias=False))
    return fill(encoder, seed).double().to(memory_format=torch.channels_last)


def two_odd_encoders() -> tuple[nn.Module, nn.Module]:
    return make_odd_encoder(212), make_odd_encoder(213)


def find_gradient(parameter: nn.Parameter) -> Tensor:
    """Its gradient, a copy; zeros if there is none."""
    return torch.zeros_like(parameter) if parameter.grad is None else parameter.grad.clone()


def update_odd_encoders(student):
    """The convolutions are frozen, encoder_k is in eval mode, and gradients of a step before are still there."""
    encoder_q, encoder_k = encoders = two_odd_encoders()
    encoder_k.eval()
    for number, encoder in enumerate(encoders, start=1):
        encoder[0].requires_grad_(False)
        for parameter in encoder[2].parameters():
            parameter.grad = torch.full_like(parameter, number / 4)
    student.momentum_update(encoder_q, encoder_k, M)
    frozen = [not any(parameter.requires_grad for parameter in encoder[0].parameters()) for encoder in encoders]
    return {
        **name_parameters("encoder_k", encoder_k),
        "gradients_after": torch.stack([find_gradient(encoder[2].weight) for encoder in encoders]),
        "frozen": all(frozen),
        "q_trainable": all(parameter.requires_grad for parameter in encoder_q[2].parameters()),
        "modes": f"{encoder_q.training} {encoder_k.training}",
    }
