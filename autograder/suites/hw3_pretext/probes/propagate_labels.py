"""Probes of propagate_labels. No two weights of a place are equal where that could matter."""

import torch
from torch import Tensor

from homework.on_gpu import on_gpu

from .inputs import draw_uniform
from .inputs_handed import in_other_memory, look_at
from .inputs_video import BEFORE, HEIGHT, WIDTH, draw_attention, shifted_attention

TOP_K = 3

Case = tuple[Tensor, Tensor, int]


def shifted() -> Case:
    """All moves down and to the right; one object is a dot, the other one the first row. (1, 1, 2, 3, 5) masks."""
    masks = torch.zeros(1, 1, 2, HEIGHT, WIDTH)
    masks[0, 0, 0, BEFORE[0], BEFORE[1]] = 1
    masks[0, 0, 1, 0] = 1
    return shifted_attention(), masks, 1


def one_frame() -> Case:
    """Two videos of one frame, 2 x 4 places, and two objects: what one of them leaves of a place, the other covers."""
    covered = draw_uniform(1111, 2, 1, 1, 2, 4)
    return draw_attention(1110, 2, 1, 2, 4), torch.cat([covered, 1 - covered], dim=2), TOP_K


def several_frames() -> Case:
    """Two videos of three frames, 4 x 2 places, one object."""
    return draw_attention(1112, 2, 3, 4, 2), draw_uniform(1113, 2, 3, 1, 4, 2), TOP_K


def propagate(student):
    return {
        "shifted": student.propagate_labels(*shifted()),
        "of_one_frame": student.propagate_labels(*one_frame()),
        "of_several_frames": student.propagate_labels(*several_frames()),
    }


def one_weight() -> Case:
    return *several_frames()[:2], 1


def all_weights() -> Case:
    return *several_frames()[:2], 24


def propagate_with_one_and_with_all_weights(student):
    return {
        "by_one_weight": student.propagate_labels(*one_weight()),
        "by_all_weights": student.propagate_labels(*all_weights()),
    }


def all_sizes_equal() -> Case:
    """Three videos of three frames, three objects, 3 x 3 places, three weights."""
    return draw_attention(1114, 3, 3, 3, 3), draw_uniform(1115, 3, 3, 3, 3, 3), 3


def one_place() -> Case:
    """One video of three frames with one place."""
    return draw_attention(1116, 1, 3, 1, 1), draw_uniform(1117, 1, 3, 2, 1, 1), 2


def in_float64() -> Case:
    attention, masks, top_k = one_frame()
    return attention.double(), masks.double(), top_k


def many_frames() -> Case:
    """One video of eleven frames, 1 x 3 places, four objects; neither in one piece of memory. 17 weights count."""
    attention, masks = draw_attention(1118, 1, 11, 1, 3), draw_uniform(1119, 1, 11, 4, 1, 3)
    return in_other_memory(attention), in_other_memory(masks), 17


def certain() -> Case:
    """All has moved, and every place looks at one only, though three weights count."""
    attention, masks, _ = shifted()
    return attention, masks, 3


def propagate_in_other_sizes(student):
    attention, masks, top_k = in_float64()
    of_double = student.propagate_labels(attention, masks, top_k)
    return {
        "inputs_after": look_at(attention, masks),
        "of_many_frames": student.propagate_labels(*many_frames()),
        "of_certain": student.propagate_labels(*certain()),
        "of_equal_sizes": student.propagate_labels(*all_sizes_equal()),
        "of_one_place": student.propagate_labels(*one_place()),
        "in_float64": of_double,
    }


def propagate_one_frame(student):
    return {"masks": student.propagate_labels(*one_frame())}


def on_a_gpu(student):
    return on_gpu(student, propagate_one_frame)
