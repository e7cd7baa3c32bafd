"""Probes of moco_loss. The keys of the queue come normalised, as a queue gives them; query and key do not."""

import torch
import torch.nn.functional as F
from torch import Tensor

from homework.on_gpu import on_gpu

from .inputs import draw_features, find_gradients, join
from .inputs_kept import is_kept, strided

TEMPERATURE = 0.2
LOW_TEMPERATURE = 0.005

Batch = tuple[Tensor, Tensor, Tensor]


def three_pairs() -> Batch:
    """query (3, 5), key (3, 5) and queue_keys (7, 5)."""
    query = draw_features(230, 3, 5)
    return query, query + draw_features(231, 3, 5), F.normalize(draw_features(232, 7, 5), dim=1)


def other_three_pairs() -> Batch:
    """query (3, 5), key (3, 5) and queue_keys (7, 5), not the first ones."""
    return draw_features(239, 3, 5), draw_features(228, 3, 5), F.normalize(draw_features(229, 7, 5), dim=1)


def one_pair() -> Batch:
    """One query, one key, and a queue with one key in it."""
    return torch.tensor([[3.0, 4.0]]), torch.tensor([[2.0, 0.0]]), torch.tensor([[0.0, 1.0]])


def on_three_pairs(student):
    batch = three_pairs()
    loss = student.moco_loss(*batch, TEMPERATURE)
    return {
        "loss": loss,
        "inputs_after": join(*batch),
        "flags_kept": is_kept((), batch),
        "loss_of_others": student.moco_loss(*other_three_pairs(), TEMPERATURE),
        "loss_of_other_norms": student.moco_loss(0.3 * batch[0], 0.2 * batch[1], batch[2], TEMPERATURE),
    }


def four_of_all() -> Batch:
    """Four queries against four keys in four dimensions."""
    return draw_features(233, 4, 4), draw_features(234, 4, 4), F.normalize(draw_features(235, 4, 4), dim=1)


def many_pairs() -> Batch:
    """query (67, 7), key (67, 7) and queue_keys (131, 7), in other places of the memory."""
    query, queue_keys = draw_features(226, 67, 7), F.normalize(draw_features(227, 131, 7), dim=1)
    return strided(query, query + draw_features(225, 67, 7), queue_keys)


def on_other_sizes(student):
    query, key, queue_keys = many_pairs()
    return {
        "loss_of_four_of_all": student.moco_loss(*four_of_all(), TEMPERATURE),
        "loss_of_many": student.moco_loss(query, key, queue_keys, TEMPERATURE),
        "loss_of_few_keys": student.moco_loss(query, key, queue_keys[:2], TEMPERATURE),
    }


def in_float64(student):
    return {"loss": student.moco_loss(*(features.double() for features in three_pairs()), TEMPERATURE)}


def on_one_pair(student):
    query, key, queue_keys = one_pair()
    query.requires_grad_()
    loss = student.moco_loss(query, key, queue_keys, 0.5)
    return {"loss": loss.detach(), **find_gradients(loss, {"query": query})}


def on_an_empty_queue(student):
    query, key, queue_keys = three_pairs()
    query.requires_grad_()
    loss = student.moco_loss(query, key, queue_keys[:0], TEMPERATURE)
    return {"loss": loss.detach(), **find_gradients(loss, {"query": query})}


def differentiate(student):
    query, key, queue_keys = (features.requires_grad_() for features in three_pairs())
    loss = student.moco_loss(query, key, queue_keys, TEMPERATURE)
    return {
        "loss": loss.detach(),
        "flags_kept": is_kept((query, key, queue_keys)),
        **find_gradients(loss, {"query": query}),
        "gradient_of_key": torch.zeros_like(key) if key.grad is None else key.grad,
        "gradient_of_queue": torch.zeros_like(queue_keys) if queue_keys.grad is None else queue_keys.grad,
    }


def on_a_gpu(student):
    return on_gpu(student, differentiate)


def equal_pairs() -> Batch:
    """query and key (3, 5) are the same, and the keys of the queue (3, 5) point the same ways."""
    query = draw_features(224, 3, 5)
    return query, query.clone(), F.normalize(query, dim=1)


def differentiate_equal_pairs(student):
    query, key, queue_keys = equal_pairs()
    query.requires_grad_()
    loss = student.moco_loss(query, key, queue_keys, TEMPERATURE)
    return {"loss": loss.detach(), **find_gradients(loss, {"query": query})}


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
