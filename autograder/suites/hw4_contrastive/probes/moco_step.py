"""Probes of moco_step: a tiny training with everything given, looked at from outside."""

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from .inputs import draw_features, join, make_encoder, name_parameters, sort_rows

D_IN, D_HIDDEN, DIM = 6, 5, 4
M, TEMPERATURE = 0.9, 0.2
LEARNING_RATE, SGD_MOMENTUM = 0.1, 0.9
SIZE, STEPS = 8, 3
ALONE = {"m": 0.5, "temperature": 0.5, "learning_rate": 0.2}


def two_encoders() -> tuple[nn.Module, nn.Module]:
    """encoder_q and encoder_k: the same layers, other weights."""
    return make_encoder(240, D_IN, D_HIDDEN, DIM), make_encoder(241, D_IN, D_HIDDEN, DIM)


def first_keys() -> Tensor:
    """What the queue holds before the first step, (6, 4)."""
    return draw_features(242, 6, DIM)


def views(step: int, batch: int = 3) -> tuple[Tensor, Tensor]:
    """Two views of the same batch, (B, 6) each."""
    view = draw_features(250 + step, batch, D_IN)
    return view, view + 0.3 * draw_features(260 + step, batch, D_IN)


def start(student, size: int, keys: Tensor) -> tuple[nn.Module, nn.Module, object]:
    """The two encoders, and the student's queue with these keys in it."""
    queue = student.MoCoQueue(DIM, size)
    queue.enqueue(keys)
    return *two_encoders(), queue


def held_by(queue) -> Tensor:
    """The directions of the queue's keys, sorted; whether they come normalised is asked of MoCoQueue."""
    return F.normalize(sort_rows(queue.keys()), dim=1)


def as_number(loss) -> float:
    """The loss as a number where it is one; what kind it is, is told apart from it."""
    loss = loss.detach() if isinstance(loss, Tensor) else loss
    return float(loss) if isinstance(loss, float | int | Tensor) else float("nan")


def take_three_steps(student):
    """Three steps of three pairs, which fill the queue of eight and push its first keys out; encoder_k is trainable."""
    encoder_q, encoder_k, queue = start(student, SIZE, first_keys())
    optimizer = torch.optim.SGD(encoder_q.parameters(), lr=LEARNING_RATE, momentum=SGD_MOMENTUM)
    seen = {}
    for step in range(1, STEPS + 1):
        loss = student.moco_step(encoder_q, encoder_k, queue, optimizer, *views(step), M, TEMPERATURE)
        seen |= {f"loss_{step}": as_number(loss), f"keys_{step}": held_by(queue)}
        seen |= name_parameters(f"encoder_q_{step}", encoder_q) | name_parameters(f"encoder_k_{step}", encoder_k)
    return seen | {"kind_of_loss": type(loss).__name__, "loss_is_float": isinstance(loss, float)}


def take_a_step_alone(student):
    """One step of one pair, with a key encoder that is frozen, as in MoCo's own code."""
    encoder_q, encoder_k, queue = start(student, 3, first_keys()[:3])
    encoder_k.requires_grad_(False)
    optimizer = torch.optim.SGD(encoder_q.parameters(), lr=ALONE["learning_rate"])
    pair = views(4, batch=1)
    loss = student.moco_step(encoder_q, encoder_k, queue, optimizer, *pair, ALONE["m"], ALONE["temperature"])
    return {
        "loss": as_number(loss),
        **name_parameters("encoder_q", encoder_q),
        **name_parameters("encoder_k", encoder_k),
        "keys": held_by(queue),
        "k_without_graph": all(parameter.is_leaf for parameter in encoder_k.parameters()),
        "k_still_frozen": not any(parameter.requires_grad for parameter in encoder_k.parameters()),
        "queue_without_graph": not queue.keys().requires_grad,
        "views_after": join(pair),
    }
