"""Probes of class_rebalancing."""

import torch
from torch import Tensor

from homework.on_gpu import on_gpu

from .inputs_handed import in_other_memory, look_at

HALF, OTHER_SHARES = 0.5, (0.2, 0.9)


def prior() -> Tensor:
    """Five classes, most pixels in the third, (5,)."""
    return torch.tensor([0.15, 0.03, 0.6, 0.02, 0.2])


def sparse_prior() -> Tensor:
    """Six classes, three of which never occur, (6,), float64."""
    return torch.tensor([0.0, 0.7, 0.0, 0.25, 0.05, 0.0], dtype=torch.float64)


TINY_SHARE = 1e-3


def certain_prior() -> Tensor:
    """Three classes, one of which has all the pixels, (3,)."""
    return torch.tensor([0.0, 1, 0])


def many_classes() -> Tensor:
    """313 classes, each rarer than the one before it, (313,); not in one piece of memory."""
    return in_other_memory(torch.arange(313, 0, -1) / (313 * 314 / 2))


def weigh(student):
    given = prior()
    values = {"weights": student.class_rebalancing(given, HALF), "prior_after": look_at(given)}
    for lam in OTHER_SHARES:
        values[f"weights_at_{lam}"] = student.class_rebalancing(prior(), lam)
    return values


def weigh_evenly(student):
    """lam = 1, and a prior of a single class."""
    return {
        "weights": student.class_rebalancing(prior(), 1.0),
        "weight_of_one": student.class_rebalancing(torch.ones(1), HALF),
    }


def weigh_what_never_occurs(student):
    return {
        "weights": student.class_rebalancing(sparse_prior(), 0.25),
        "weights_of_certain": student.class_rebalancing(certain_prior(), TINY_SHARE),
    }


def weigh_many(student):
    return {"weights": student.class_rebalancing(many_classes(), HALF)}


def on_a_gpu(student):
    return on_gpu(student, weigh_what_never_occurs)
