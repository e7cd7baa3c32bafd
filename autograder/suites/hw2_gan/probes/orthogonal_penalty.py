"""Probes of orthogonal_penalty."""

import torch
from torch import Tensor

from homework.on_gpu import on_gpu

from .inputs import draw, find_gradients, join
from .inputs_game import find_flags

SCALE = 2.0


def dense() -> Tensor:
    """Weight of a dense layer, (4, 3)."""
    return draw(700, 4, 3)


def convolution() -> Tensor:
    """Weight of a convolution, (3, 2, 2, 3)."""
    return draw(701, 3, 2, 2, 3)


def orthogonal() -> Tensor:
    """Three filters of norms 2, 3 and 6 that are orthogonal to each other, (3, 4); the columns are not."""
    return torch.tensor([[1.0, 1, 1, 1], [1.5, -1.5, 1.5, -1.5], [3, 3, -3, -3]])


def one_filter() -> Tensor:
    """A single filter, (1, 2, 1, 2)."""
    return torch.tensor([0.5, -1.5, 2.0, 0.25]).reshape(1, 2, 1, 2)


def penalize(student):
    """A dense layer's weight as it is, twice as large, and with the gradient."""
    leaf = dense().requires_grad_()
    return {
        "of_dense": student.orthogonal_penalty(dense()),
        "of_larger_dense": student.orthogonal_penalty(SCALE * dense()),
        **find_gradients(student.orthogonal_penalty(leaf * 1), {"weight": leaf}),
    }


def penalize_nothing(student):
    """Orthogonal filters, and filters that are 0, with their gradients; one filter alone."""
    seen = {"of_one": student.orthogonal_penalty(one_filter())}
    for name, weight in {"orthogonal": orthogonal(), "zeros": torch.zeros(3, 4)}.items():
        leaf = weight.requires_grad_()
        penalty = student.orthogonal_penalty(leaf * 1)
        seen |= {f"of_{name}": penalty, **find_gradients(penalty, {name: leaf})}
    return seen


def penalize_other_weights(student):
    """A convolution, and its filters as rows; float64; and what is left of a weight."""
    weight = dense()
    student.orthogonal_penalty(weight)
    return {
        "of_convolution": student.orthogonal_penalty(convolution()),
        "of_its_rows": student.orthogonal_penalty(convolution().flatten(start_dim=1)),
        "of_dense_in_float64": student.orthogonal_penalty(dense().double()),
        "inputs_after": join(weight),
        "flags_after": find_flags(weight),
    }


def penalize_on_a_gpu(student):
    return on_gpu(student, penalize)
