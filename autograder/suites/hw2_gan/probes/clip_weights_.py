"""Probes of clip_weights_."""

import torch
from torch import nn

from .inputs import fill, join, name_parameters

C = 0.3


def critic_with_norm() -> nn.Sequential:
    """Linear, layer norm, and a linear layer inside another module; one bias is frozen, and there is a buffer."""
    critic = nn.Sequential(nn.Linear(3, 4), nn.LayerNorm(4), nn.LeakyReLU(0.2), nn.Sequential(nn.Linear(4, 2)))
    fill(critic, 500, scale=0.6)
    critic[0].bias.requires_grad_(False)
    critic[1].register_buffer("running_scores", torch.tensor([-2.0, 5.0]))
    return critic


def linear_in_float64() -> nn.Module:
    """A single layer, float64, with numbers within [-C, C] and beyond."""
    return fill(nn.Linear(4, 3).double(), 501, scale=0.6)


def clip_once(student):
    critic = critic_with_norm()
    before = list(critic.parameters())
    student.clip_weights_(critic, C)
    after = list(critic.parameters())
    frozen = critic[0].bias
    return {
        **name_parameters("critic", critic),
        "buffers_after": join(critic.buffers()),
        "same_parameters": list(map(id, before)) == list(map(id, after)),
        "still_trainable": all(parameter.requires_grad for parameter in after if parameter is not frozen),
        "still_frozen": not frozen.requires_grad,
    }


def clip_in_float64(student):
    critic = linear_in_float64()
    student.clip_weights_(critic, C)
    return {"numbers": join(critic.parameters())}
