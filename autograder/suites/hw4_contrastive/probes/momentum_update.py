"""Probes of momentum_update."""

import torch
from torch import nn

from .inputs import flatten_parameters, make_encoder, name_parameters

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
        "q_after": flatten_parameters(encoder_q),
        "q_trainable": all(parameter.requires_grad for parameter in encoder_q.parameters()),
        "k_without_graph": all(parameter.is_leaf for parameter in after),
        "k_still_frozen": not any(parameter.requires_grad for parameter in after),
        "k_same_parameters": list(map(id, parameters)) == list(map(id, after)),
    }


def update_at_the_extremes(student):
    encoder_q, encoder_k = two_encoders()
    student.momentum_update(encoder_q, encoder_k, 1.0)
    at_one = flatten_parameters(encoder_k)
    student.momentum_update(encoder_q, encoder_k, 0.0)
    return {"k_at_m_1": at_one, "k_at_m_0": flatten_parameters(encoder_k)}


def update_twice(student):
    """encoder_q moves between the two updates, as it does in training."""
    encoder_q, encoder_k = two_encoders()
    student.momentum_update(encoder_q, encoder_k, MS_IN_A_ROW[0])
    with torch.no_grad():
        for parameter in encoder_q.parameters():
            parameter.add_(0.5)
    student.momentum_update(encoder_q, encoder_k, MS_IN_A_ROW[1])
    return {"k": flatten_parameters(encoder_k)}
