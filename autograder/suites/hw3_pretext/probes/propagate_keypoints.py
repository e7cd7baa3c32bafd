"""Probes of propagate_keypoints. In all inputs but one, one place looks at a point more than all others do."""

import torch
from torch import Tensor

from homework.on_gpu import on_gpu

from .inputs_handed import in_other_memory, look_at
from .inputs_video import BEFORE, draw_attention, shifted_attention

Case = tuple[Tensor, Tensor]


def shifted() -> Case:
    """All moves down and to the right, and with it the one point, the dot."""
    return shifted_attention(), torch.tensor([[[0, *BEFORE]]])


def one_frame() -> Case:
    """Two videos of one frame, 2 x 5 places, three points each."""
    points = [[[0, 1, 3], [0, 0, 4], [0, 1, 0]], [[0, 0, 1], [0, 1, 2], [0, 1, 4]]]
    return draw_attention(1210, 2, 1, 2, 5), torch.tensor(points)


def several_frames() -> Case:
    """One video of three frames, 4 x 4 places; two points are the same place in two frames.

    No point would find its place if each target place's weights were scaled to sum to 1 in each frame.
    """
    return draw_attention(1257, 1, 3, 4, 4), torch.tensor([[[0, 1, 2], [2, 1, 2], [1, 3, 0], [2, 0, 3]]])


def follow(student):
    of_one_frame = student.propagate_keypoints(*one_frame())
    return {
        "shifted": student.propagate_keypoints(*shifted()),
        "of_one_frame": of_one_frame,
        "of_several_frames": student.propagate_keypoints(*several_frames()),
        "is_long": getattr(of_one_frame, "dtype", None) == torch.int64,
    }


def all_sizes_equal() -> Case:
    """Three videos of three frames, 3 x 3 places, three points each."""
    points = [[[0, 1, 2], [2, 0, 1], [1, 2, 0]], [[1, 1, 0], [0, 2, 2], [2, 2, 1]], [[2, 0, 2], [1, 0, 1], [0, 0, 0]]]
    return draw_attention(1212, 3, 3, 3, 3), torch.tensor(points)


def one_place() -> Case:
    """One video of two frames with one place."""
    return draw_attention(1213, 1, 2, 1, 1), torch.tensor([[[1, 0, 0]]])


def in_float64() -> Case:
    """One video of two frames, 3 x 3 places, one point, attention in float64."""
    return draw_attention(1214, 1, 2, 3, 3).double(), torch.tensor([[[1, 2, 0]]])


def many_frames() -> Case:
    """Two videos of eleven frames, 3 x 1 places, one point each; neither tensor in one piece of memory."""
    attention, points = draw_attention(1215, 2, 11, 3, 1), torch.tensor([[[9, 2, 0]], [[10, 1, 0]]])
    return in_other_memory(attention), in_other_memory(points)


def looked_at_by_two() -> Case:
    """One video of one frame, 3 x 3 places; two places look at its one point as much as each other, at no edge both."""
    attention = torch.full((1, 3, 3, 1, 3, 3), 0.0625)
    attention[0, 1, 2, 0, 0, 0] = attention[0, 2, 1, 0, 0, 0] = 0.5
    return attention, torch.tensor([[[0, 0, 0]]])


def follow_in_a_tie(student):
    return {"places": student.propagate_keypoints(*looked_at_by_two())}


def follow_in_other_sizes(student):
    attention, points = in_float64()
    of_one_point = student.propagate_keypoints(attention, points)
    return {
        "inputs_after": look_at(attention, points),
        "of_many_frames": student.propagate_keypoints(*many_frames()),
        "of_equal_sizes": student.propagate_keypoints(*all_sizes_equal()),
        "of_one_place": student.propagate_keypoints(*one_place()),
        "of_one_point": of_one_point,
    }


def follow_equal_sizes(student):
    return {"places": student.propagate_keypoints(*all_sizes_equal())}


def on_a_gpu(student):
    return on_gpu(student, follow_equal_sizes)
