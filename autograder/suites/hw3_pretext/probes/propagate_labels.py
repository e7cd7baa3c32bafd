"""Probes of propagate_labels. No two weights of a place are equal where that could matter."""

import torch
from torch import Tensor

from .inputs_video import BEFORE, HEIGHT, WIDTH, draw_attention, draw_shares, shifted_attention

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
    covered = draw_shares(1111, 2, 1, 1, 2, 4)
    return draw_attention(1110, 2, 1, 2, 4), torch.cat([covered, 1 - covered], dim=2), TOP_K


def several_frames() -> Case:
    """Two videos of three frames, 4 x 2 places, one object."""
    return draw_attention(1112, 2, 3, 4, 2), draw_shares(1113, 2, 3, 1, 4, 2), TOP_K


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
    return draw_attention(1114, 3, 3, 3, 3), draw_shares(1115, 3, 3, 3, 3, 3), 3


def one_place() -> Case:
    """One video of three frames with one place."""
    return draw_attention(1116, 1, 3, 1, 1), draw_shares(1117, 1, 3, 2, 1, 1), 2


def in_float64() -> Case:
    attention, masks, top_k = one_frame()
    return attention.double(), masks.double(), top_k


def propagate_in_other_sizes(student):
    return {
        "of_equal_sizes": student.propagate_labels(*all_sizes_equal()),
        "of_one_place": student.propagate_labels(*one_place()),
        "in_float64": student.propagate_labels(*in_float64()),
    }
