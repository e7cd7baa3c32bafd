"""Probes of drop_labels. No label is 0 or the null label, so that a dropped one can be told from a kept one."""

import torch
from torch import Tensor

from homework.on_gpu import on_gpu

from .inputs_diffusion import left_of

NULL, OTHER_NULL = 12, 30
P = 0.25

Batch = tuple[Tensor, Tensor]


def eight_labels() -> Batch:
    """Labels and coins (8,); three coins are below P, the first one is not."""
    labels = torch.tensor([3, 9, 1, 1, 7, 4, 9, 2])
    return labels, torch.tensor([0.8, 0.03, 0.6, 0.2, 0.3, 0.99, 0.24, 0.5])


def by_their_coins(student):
    batch = eight_labels()
    dropped = student.drop_labels(*batch, P, NULL)
    return {
        "labels": dropped,
        **left_of(*batch),
        "labels_with_another_null": student.drop_labels(*eight_labels(), P, OTHER_NULL),
        "labels_are_long": getattr(dropped, "dtype", None) == torch.int64,
        "labels_with_null_0": student.drop_labels(*eight_labels(), P, 0),
    }


def many_classes() -> Batch:
    """Labels far above 9, and coins in float64; both lie in memory with others between them."""
    labels, coins = torch.tensor([[57, 0], [999, 0], [12, 0], [340, 0]]), torch.tensor([[0.9, 0.0, 0.1, 0.3]]).double()
    return labels[:, 0], torch.cat([coins, coins]).T[:, 1]


def with_many_classes(student):
    return {"labels": student.drop_labels(*many_classes(), P, 1000)}


def on_a_gpu(student):
    return on_gpu(student, by_their_coins)


def on_the_edge() -> Batch:
    """Coins exactly at P, and just beside it; all can be written in float32."""
    return torch.tensor([5, 6, 7]), torch.tensor([0.25, 0.25 - 2**-20, 0.25 + 2**-20])


def with_a_coin_of_0() -> Batch:
    """Two labels, of which one has the smallest coin there is."""
    return torch.tensor([5, 6]), torch.tensor([0.0, 0.5])


def at_the_edges(student):
    """Probabilities 0 and 1, coins at the threshold, and a batch of one."""
    labels, coins = eight_labels()
    return {
        "never": student.drop_labels(labels.clone(), coins.clone(), 0.0, NULL),
        "always": student.drop_labels(labels.clone(), coins.clone(), 1.0, NULL),
        "at_the_threshold": student.drop_labels(*on_the_edge(), P, NULL),
        "never_with_a_coin_of_0": student.drop_labels(*with_a_coin_of_0(), 0.0, NULL),
        "one": student.drop_labels(torch.tensor([5]), torch.tensor([0.1]), P, NULL),
    }
