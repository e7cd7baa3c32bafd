"""Probes of MoCoQueue. Keys are numbered from 1 in order of arrival; their slots are free."""

from copy import deepcopy

import torch

from .inputs import KEY_DIM, join, number_keys, sort_rows


def look_at_a_new_queue(student):
    return {"keys": sort_rows(student.MoCoQueue(KEY_DIM, 5).keys())}


def enqueue_small_batches(student):
    """Pairs into five slots, where the third pair finds one slot left; then a batch that fills four slots exactly."""
    queue = student.MoCoQueue(KEY_DIM, 5)
    held = {}
    for last in (2, 4, 6, 8, 10, 12):
        queue.enqueue(number_keys(last - 1, last))
        held[f"keys_after_{last}"] = sort_rows(queue.keys())
    queue = student.MoCoQueue(KEY_DIM, 4)
    for first, last in ((1, 4), (5, 5)):
        queue.enqueue(number_keys(first, last))
        held[f"keys_of_four_after_{last}"] = sort_rows(queue.keys())
    return held


def enqueue_large_batches(student):
    """Four slots, one key in the first of them, then batches larger than the queue and small ones in turn."""
    queue = student.MoCoQueue(KEY_DIM, 4)
    held = {}
    for first, last in ((5, 5), (6, 12), (13, 14), (15, 22)):
        queue.enqueue(number_keys(first, last))
        held[f"keys_after_{last}"] = sort_rows(queue.keys())
    return held


def enqueue_keys_with_a_graph(student):
    """Keys straight from an encoder: they carry a graph, and their memory is used again afterwards."""
    keys = number_keys(1, 3).requires_grad_() * 1.0
    queue = student.MoCoQueue(KEY_DIM, 4)
    queue.enqueue(keys)
    stored = queue.keys()
    held = {
        "keys": sort_rows(stored),
        "carries_graph": stored.requires_grad,
        "input_after": join([keys]),
    }
    with torch.no_grad():
        keys.copy_(number_keys(11, 13))
    return {**held, "keys_after_reuse": sort_rows(queue.keys())}


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
            held[f"{name}_{moment}"] = sort_rows(other.keys())
    for number in (7, 8):
        empty.enqueue(number_keys(number, number))
        held[f"continued_{number}"] = sort_rows(empty.keys())
    return held
