"""Probes of moco_loss. The keys of the queue come normalised, as a queue gives them; query and key do not."""

import torch
import torch.nn.functional as F
from torch import Tensor

from .inputs import draw_features, find_gradients, join

TEMPERATURE = 0.2
LOW_TEMPERATURE = 0.005

Batch = tuple[Tensor, Tensor, Tensor]


def three_pairs() -> Batch:
    """query (3, 5), key (3, 5) and queue_keys (7, 5)."""
    query = draw_features(230, 3, 5)
    return query, query + draw_features(231, 3, 5), F.normalize(draw_features(232, 7, 5), dim=1)


def one_pair() -> Batch:
    """One query, one key, and a queue with one key in it."""
    return torch.tensor([[3.0, 4.0]]), torch.tensor([[2.0, 0.0]]), torch.tensor([[0.0, 1.0]])


def on_three_pairs(student):
    batch = three_pairs()
    loss = student.moco_loss(*batch, TEMPERATURE)
    return {
        "loss": loss,
        "inputs_after": join(batch),
        "loss_of_other_norms": student.moco_loss(0.3 * batch[0], 0.2 * batch[1], batch[2], TEMPERATURE),
    }


def four_of_all() -> Batch:
    """Four queries against four keys in four dimensions."""
    return draw_features(233, 4, 4), draw_features(234, 4, 4), F.normalize(draw_features(235, 4, 4), dim=1)


def on_other_sizes(student):
    return {
        "loss_of_one_pair": student.moco_loss(*one_pair(), 0.5),
        "loss_in_float64": student.moco_loss(*(features.double() for features in three_pairs()), TEMPERATURE),
        "loss_of_four_of_all": student.moco_loss(*four_of_all(), TEMPERATURE),
    }


def differentiate(student):
    query, key, queue_keys = (features.requires_grad_() for features in three_pairs())
    loss = student.moco_loss(query, key, queue_keys, TEMPERATURE)
    return {
        **find_gradients(loss, {"query": query}),
        "key_got_gradient": key.grad is not None and bool(key.grad.any()),
        "queue_got_gradient": queue_keys.grad is not None and bool(queue_keys.grad.any()),
    }


def hard_pairs() -> Batch:
    """query (4, 6), key (4, 6), queue_keys (5, 6): the first key is nearly its query, the second its opposite."""
    query, key, queue_keys = draw_features(236, 4, 6), draw_features(237, 4, 6), draw_features(238, 5, 6)
    key[0] = 2 * query[0] + 0.1
    key[1] = 0.1 - query[1]
    queue_keys[2] = query[1] / 2 + 0.1
    return query, key, F.normalize(queue_keys, dim=1)


def at_low_temperature(student):
    query, key, queue_keys = hard_pairs()
    query.requires_grad_()
    loss = student.moco_loss(query, key, queue_keys, LOW_TEMPERATURE)
    return {"loss": loss, **find_gradients(loss, {"query": query})}
