"""Probes of moco_step: a tiny training with everything given, looked at from outside."""

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from homework.on_gpu import on_gpu

from .inputs import as_number, draw_features, join, name_parameters
from .inputs_kept import is_kept, strided
from .inputs_moco import make_encoder, sort_rows

D_IN, D_HIDDEN, DIM = 6, 5, 4
M, TEMPERATURE = 0.9, 0.2
LEARNING_RATE, SGD_MOMENTUM = 0.1, 0.9
SIZE, BATCHES = 8, (3, 2, 4)
ALONE = {"m": 0.5, "temperature": 0.5, "learning_rate": 0.2}
FIRST = {"size": 5, "m": 0.8, "temperature": 0.3, "learning_rate": 0.1, "weight_decay": 0.5}
AFTER = {"m": 0.95, "temperature": 0.02, "learning_rate": 0.01}


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


NUMBER = "number"  # a Python float, or a 0-d tensor without a graph


def kind_of(loss: object) -> str:
    """Its type, if it is no number; of a tensor its shape, and whether a graph hangs on it."""
    if not isinstance(loss, Tensor):
        return NUMBER if isinstance(loss, float) else type(loss).__name__
    if loss.dim() == 0 and not loss.requires_grad:
        return NUMBER
    return f"tensor of shape {tuple(loss.shape)}{' with its graph' if loss.requires_grad else ''}"


def take_three_steps(student):
    """Steps of three, two and four pairs, which push out what the queue of eight held first; encoder_k is trainable."""
    encoder_q, encoder_k, queue = start(student, SIZE, first_keys())
    optimizer = torch.optim.SGD(encoder_q.parameters(), lr=LEARNING_RATE, momentum=SGD_MOMENTUM)
    seen = {}
    for step, batch in enumerate(BATCHES, start=1):
        loss = student.moco_step(encoder_q, encoder_k, queue, optimizer, *views(step, batch), M, TEMPERATURE)
        seen |= {f"loss_{step}": as_number(loss), f"keys_{step}": held_by(queue)}
        seen |= name_parameters(f"encoder_q_{step}", encoder_q) | name_parameters(f"encoder_k_{step}", encoder_k)
    untrained = all(parameter.grad is None for parameter in encoder_k.parameters())
    return seen | {"kind_of_loss": kind_of(loss), "k_without_gradient": untrained}


def take_a_step_alone(student):
    """One step of one pair, with a key encoder that is frozen, as in MoCo's own code."""
    encoder_q, encoder_k, queue = start(student, 3, first_keys()[:3])
    encoder_k.requires_grad_(False)
    calls: list[str] = []
    for name, encoder in {"q": encoder_q, "k": encoder_k}.items():
        encoder.register_forward_hook(lambda *given, name=name: calls.append(name))
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
        "encoded": " ".join(sorted(calls)),
        "views_after": join(*pair),
        "views_kept": is_kept((), pair),
    }


def on_a_gpu(student):
    return on_gpu(student, take_a_step_alone)


def take_the_first_step(student):
    """The queue is empty, and the optimizer's weight decay moves encoder_q although the loss does not."""
    queue = student.MoCoQueue(DIM, FIRST["size"])
    encoder_q, encoder_k = two_encoders()
    options = {"lr": FIRST["learning_rate"], "weight_decay": FIRST["weight_decay"]}
    optimizer = torch.optim.SGD(encoder_q.parameters(), **options)
    loss = student.moco_step(encoder_q, encoder_k, queue, optimizer, *views(5), FIRST["m"], FIRST["temperature"])
    return {
        "loss": as_number(loss),
        **name_parameters("encoder_q", encoder_q),
        **name_parameters("encoder_k", encoder_k),
        "keys": held_by(queue),
    }


def take_a_step_after_another_loss(student):
    """Gradients of something else are still on encoder_q; this step's own is large."""
    encoder_q, encoder_k, queue = start(student, 5, first_keys()[:5])
    for parameter in encoder_q.parameters():
        parameter.grad = torch.full_like(parameter, 0.5)
    optimizer = torch.optim.SGD(encoder_q.parameters(), lr=AFTER["learning_rate"])
    student.moco_step(encoder_q, encoder_k, queue, optimizer, *views(6), AFTER["m"], AFTER["temperature"])
    return name_parameters("encoder_q", encoder_q)


def two_encoders_with_batch_norm() -> tuple[nn.Module, nn.Module]:
    """As two_encoders, with a batch norm in training mode."""
    return tuple(make_encoder(seed, D_IN, D_HIDDEN, DIM, with_norm=True) for seed in (243, 244))


def strided_views() -> tuple[Tensor, Tensor]:
    """Two views of four images, (4, 6), with gaps between their numbers in memory."""
    return strided(*views(7, batch=4))


def take_a_step_with_batch_norm(student):
    queue = student.MoCoQueue(DIM, 5)
    queue.enqueue(first_keys()[:5])
    encoder_q, encoder_k = two_encoders_with_batch_norm()
    optimizer = torch.optim.SGD(encoder_q.parameters(), lr=LEARNING_RATE)
    loss = student.moco_step(encoder_q, encoder_k, queue, optimizer, *strided_views(), M, TEMPERATURE)
    return {"loss": as_number(loss), "keys": held_by(queue), "modes": f"{encoder_q.training} {encoder_k.training}"}
