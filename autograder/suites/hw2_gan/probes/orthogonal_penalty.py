"""Probes of orthogonal_penalty."""

import torch
from torch import Tensor

from .inputs import draw, find_gradients, join

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
    """A dense layer's weight as it is, twice as large, and with the gradient; then orthogonal filters."""
    weight, leaf = dense(), dense().requires_grad_()
    penalty = student.orthogonal_penalty(weight)
    return {
        "of_dense": penalty,
        "weight_after": join([weight]),
        "of_larger_dense": student.orthogonal_penalty(SCALE * dense()),
        **find_gradients(student.orthogonal_penalty(leaf * 1), {"weight": leaf}),
        "of_orthogonal": student.orthogonal_penalty(orthogonal()),
    }


def penalize_other_weights(student):
    """A convolution, and its filters as rows; one filter; float64."""
    return {
        "of_convolution": student.orthogonal_penalty(convolution()),
        "of_its_rows": student.orthogonal_penalty(convolution().flatten(start_dim=1)),
        "of_one": student.orthogonal_penalty(one_filter()),
        "of_dense_in_float64": student.orthogonal_penalty(dense().double()),
    }
