"""Probes of clip_weights_."""

import torch
from torch import nn

from homework.on_gpu import on_gpu

from .inputs import draw, fill, join, name_parameters

C = 0.3


def critic_with_norm() -> nn.Sequential:
    """Linear, layer norm, and a linear layer inside another module; one bias is frozen, and there is a buffer."""
    critic = nn.Sequential(nn.Linear(3, 4), nn.LayerNorm(4), nn.LeakyReLU(0.2), nn.Sequential(nn.Linear(4, 2)))
    fill(critic, 500, scale=0.6)
    critic[0].bias.requires_grad_(False)
    critic[1].register_buffer("running_scores", torch.tensor([-2.0, 5.0]))
    return critic


def linear_in_float64() -> nn.Module:
    """A single layer, float64, with numbers within [-C, C], beyond, on both ends, and 0."""
    layer = fill(nn.Linear(4, 3).double(), 501, scale=0.6)
    layer.bias.data.copy_(torch.tensor([C, -C, 0]).double())
    return layer


def tied() -> nn.Module:
    """Two layers that share a weight (3, 3)."""
    critic = nn.Sequential(nn.Linear(3, 3), nn.Linear(3, 3, bias=False))
    fill(critic, 502, scale=0.6)
    critic[0].weight = critic[1].weight = nn.Parameter(draw(503, 3, 3))
    return critic


def clip_once(student):
    critic = critic_with_norm()
    student.clip_weights_(critic, C)
    return {**name_parameters("critic", critic), "buffers_after": join(*critic.buffers())}


def clip_on_a_gpu(student):
    return on_gpu(student, clip_once)


def clip_and_look_around(student):
    """What is left of the critic beside its numbers: parameters, flags, gradients of 1 or none, and the mode."""
    critic = critic_with_norm().eval()
    before, frozen = list(critic.parameters()), critic[0].bias
    critic[0].weight.grad = torch.ones(4, 3)
    student.clip_weights_(critic, C)
    after = list(critic.parameters())
    grads = [parameter.grad for parameter in after]
    return {
        "same_parameters": list(map(id, before)) == list(map(id, after)),
        "still_trainable": all(parameter.requires_grad for parameter in after if parameter is not frozen),
        "still_frozen": not frozen.requires_grad,
        "gradient": torch.zeros(12) if grads[0] is None else grads[0].flatten(),
        "other_gradients": sum(grad is not None for grad in grads[1:]),
        "training": critic.training,
    }


def clip_in_float64(student):
    critic = linear_in_float64()
    student.clip_weights_(critic, C)
    return {"numbers": join(*critic.parameters())}


def clip_twice(student):
    """A weight that two layers share, clipped to [-1, 1] and then to [-1/4, 1/4]."""
    critic = tied()
    student.clip_weights_(critic, 1)
    first = join(critic[0].weight)
    student.clip_weights_(critic, 0.25)
    return {"first": first, "second": join(critic[1].weight)}
