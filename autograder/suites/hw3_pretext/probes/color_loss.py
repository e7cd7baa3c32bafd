"""Probes of color_loss."""

import numpy as np
import torch
from torch import Tensor

from homework.on_gpu import on_gpu

from .inputs import find_gradients, generator
from .inputs_handed import as_parameter, in_other_memory, look_at

Case = tuple[Tensor, Tensor]


def draw_case(seed: int, images: int, classes: int, height: int, width: int) -> Case:
    """Probabilities (B, C, H, W) of at least 0.002 that sum to 1 over C, and true classes (B, H, W)."""
    rng = generator(seed)
    copied = rng.dirichlet(np.ones(classes), (images, height, width)) + 0.002
    copied = torch.from_numpy(copied / copied.sum(axis=3, keepdims=True)).float()
    return copied.permute(0, 3, 1, 2).contiguous(), torch.from_numpy(rng.integers(0, classes, (images, height, width)))


def all_sizes_differ() -> Case:
    """Two images, five classes, 3 x 4 places."""
    return draw_case(1010, 2, 5, 3, 4)


def improbable() -> Case:
    """Six places of a 2 x 3 image whose true class has a probability of next to nothing, of nothing, or of 1."""
    of_true = torch.tensor([[[0.0, 2e-6, 3e-7], [1.0, 4e-4, 0.5]]])  # (1, 2, 3)
    classes = torch.tensor([[[0, 2, 1], [1, 0, 2]]])
    copied = ((1 - of_true) / 2)[:, None].repeat(1, 3, 1, 1)
    return copied.scatter(1, classes[:, None], of_true[:, None]), classes


def lose(student):
    given = improbable()
    loss = student.color_loss(*given)
    return {
        "loss": student.color_loss(*all_sizes_differ()),
        "loss_of_improbable": loss,
        "inputs_after": look_at(*given),
    }


def all_sizes_equal() -> Case:
    """Four images, four classes, 4 x 4 places."""
    return draw_case(1011, 4, 4, 4, 4)


def one_place() -> Case:
    return draw_case(1012, 1, 3, 1, 1)


def in_float64() -> Case:
    copied, classes = all_sizes_differ()
    return copied.double(), classes


def many_classes() -> Case:
    """Three images of 1 x 7 places and thirteen classes, neither tensor in one piece of memory."""
    return tuple(map(in_other_memory, draw_case(1013, 3, 13, 1, 7)))


def lose_in_other_sizes(student):
    given = as_parameter(in_float64()[0]), in_float64()[1]
    loss = student.color_loss(*given)
    return {
        "inputs_after": look_at(*given),
        "loss_of_many_classes": student.color_loss(*many_classes()),
        "loss_of_equal_sizes": student.color_loss(*all_sizes_equal()),
        "loss_of_one_place": student.color_loss(*one_place()),
        "loss_in_float64": loss,
    }


def differentiate(student):
    copied, classes = all_sizes_differ()
    copied.requires_grad_()
    found = find_gradients(student.color_loss(copied, classes), {"copied": copied})
    rare, classes = improbable()
    rare.requires_grad_()
    return found | find_gradients(student.color_loss(rare, classes), {"improbable": rare})


def lose_what_is_improbable(student):
    copied, classes = improbable()
    copied.requires_grad_()
    loss = student.color_loss(copied, classes)
    return {"loss": loss, **find_gradients(loss, {"copied": copied})}


def on_a_gpu(student):
    return on_gpu(student, lose_what_is_improbable)
