"""Probes of MoCoQueue. Keys are numbered from 1 in order of arrival; their slots are free."""

from copy import deepcopy

import torch
import torch.nn.functional as F
from torch import Tensor

from homework.on_gpu import on_gpu

from .inputs import join
from .inputs_kept import strided
from .inputs_moco import KEY_DIM, NUMBERED, number_keys, sort_rows

STRANGE = 9.0  # in every place of a row that is no key


def told(keys: object) -> object:
    """The keys in the order of their numbers; a row that none of them points along, drawn perhaps, says only that."""
    keys = sort_rows(keys)
    if not isinstance(keys, Tensor) or keys.dim() != 2 or keys.shape[1] != KEY_DIM or keys.numel() == 0:
        return keys
    directions = F.normalize(number_keys(1, NUMBERED).to(keys), dim=1)
    known = (F.normalize(keys, dim=1) @ directions.T).amax(dim=1) > 0.999
    is_strange = ~known & (keys != 0).any(dim=1)
    return keys.masked_fill(is_strange[:, None], STRANGE)


def look_at_a_new_queue(student):
    return {"keys": told(student.MoCoQueue(KEY_DIM, 5).keys())}


def enqueue_small_batches(student):
    """Pairs into five slots, where the third pair finds one slot left; then a batch that fills four slots exactly."""
    queue = student.MoCoQueue(KEY_DIM, 5)
    held = {}
    for last in (2, 4, 6, 8, 10, 12):
        queue.enqueue(number_keys(last - 1, last))
        held[f"keys_after_{last}"] = told(queue.keys())
    queue = student.MoCoQueue(KEY_DIM, 4)
    for first, last in ((1, 4), (5, 5)):
        queue.enqueue(number_keys(first, last))
        held[f"keys_of_four_after_{last}"] = told(queue.keys())
    return held


def enqueue_two_pairs(student):
    """Two pairs into three slots; what was given comes back beside them, as a sign of where it lies."""
    queue, held = student.MoCoQueue(KEY_DIM, 3), {"given": number_keys(1, 2)}
    for last in (2, 4):
        queue.enqueue(number_keys(last - 1, last))
        held[f"keys_after_{last}"] = told(queue.keys())
    return held


def on_a_gpu(student):
    return on_gpu(student, enqueue_two_pairs)


def enqueue_large_batches(student):
    """Four slots, one key in the first of them, then batches larger than the queue and small ones in turn."""
    queue = student.MoCoQueue(KEY_DIM, 4)
    held = {}
    for first, last in ((5, 5), (6, 12), (13, 14), (15, 22)):
        queue.enqueue(number_keys(first, last))
        held[f"keys_after_{last}"] = told(queue.keys())
    return held


def enqueue_keys_with_a_graph(student):
    """Keys straight from an encoder: they carry a graph, and their memory is used again afterwards."""
    keys = number_keys(1, 3).requires_grad_() * 1.0
    queue = student.MoCoQueue(KEY_DIM, 4)
    queue.enqueue(keys)
    stored = queue.keys()
    held = {
        "keys": told(stored),
        "carries_graph": stored.requires_grad,
        "input_after": join(keys),
        "input_kept_its_graph": keys.requires_grad and not keys.is_leaf,
    }
    with torch.no_grad():
        keys.copy_(number_keys(11, 13))
    return {**held, "keys_after_reuse": told(queue.keys())}


def enqueue_short_and_long_keys(student):
    """Keys 1 to 3 with norms of 0.001, 1000 and 1; they lie elsewhere in memory, with gaps."""
    queue, keys = student.MoCoQueue(KEY_DIM, 4), F.normalize(number_keys(1, 3), dim=1)
    queue.enqueue(*strided(keys * torch.tensor([[1e-3], [1e3], [1.0]])))
    return {"keys": told(queue.keys())}


def enqueue_in_float64(student):
    queue = student.MoCoQueue(KEY_DIM, 4).double()
    queue.enqueue(number_keys(1, 3).double())
    return {"keys": told(queue.keys())}


def enqueue_single_keys(student):
    """A queue of one key; and one of numbers, of which the sign is all that is left."""
    queue, numbers = student.MoCoQueue(KEY_DIM, 1), student.MoCoQueue(1, 3)
    held = {}
    for first, last in ((1, 1), (2, 3), (4, 4)):
        queue.enqueue(number_keys(first, last))
        held[f"keys_of_one_after_{last}"] = told(queue.keys())
    for number in (2.0, -3.0, 0.5, -7.0):
        numbers.enqueue(torch.tensor([[number]]))
    return {**held, "signs": sort_rows(numbers.keys())}


def enqueue_a_key_twice(student):
    """Key 1 twice in a batch, then key 2."""
    queue = student.MoCoQueue(KEY_DIM, 5)
    queue.enqueue(number_keys(1, 1).repeat(2, 1))
    queue.enqueue(number_keys(2, 2))
    return {"keys": told(queue.keys())}


def enqueue_for_long(student):
    """30 batches of 1 to 5 keys and of 9 in turn into seven slots; keys 1 to 24 come round five times."""
    queue, came = student.MoCoQueue(KEY_DIM, 7), 0
    for step in range(30):
        size = (1, 2, 3, 4, 5, 9)[step % 6]
        numbers = torch.arange(came, came + size) % NUMBERED
        queue.enqueue(number_keys(1, NUMBERED)[numbers])
        came += size
    return {"keys": told(queue.keys())}


def restore(student):
    """A queue of four slots that has wrapped, saved, and loaded into an empty queue and into a full one."""
    queue, empty, full = (student.MoCoQueue(KEY_DIM, 4) for _ in range(3))
    full.enqueue(number_keys(21, 24))
    held = {}
    for moment, (first, last) in {"partly_filled": (1, 3), "wrapped": (4, 6)}.items():
        queue.enqueue(number_keys(first, last))
        state = deepcopy(queue.state_dict())
        for name, other in {"empty": empty, "full": full}.items():
            other.load_state_dict(deepcopy(state))
            held[f"{name}_{moment}"] = told(other.keys())
    for number in (7, 8):
        empty.enqueue(number_keys(number, number))
        held[f"continued_{number}"] = told(empty.keys())
    return held
