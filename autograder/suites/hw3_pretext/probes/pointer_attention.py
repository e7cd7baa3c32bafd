"""Probes of pointer_attention."""

import torch
from torch import Tensor

from homework.on_gpu import on_gpu

from .inputs import draw, find_gradients
from .inputs_handed import as_parameter, in_other_memory, look_at
from .inputs_video import BEFORE, HEIGHT, NOW, WIDTH, draw_features

LOW_TEMPERATURE = 0.005

Features = tuple[Tensor, Tensor]


def moving_dot() -> Features:
    """A dot on an even background, in two earlier frames and the target: it is BEFORE in frame 0, hidden in frame 1.

    Features are (1, 0) of the background and (0, 1) of the dot: (1, 2, 2, 3, 5) and (1, 2, 3, 5).
    """
    frames = torch.zeros(3, 2, HEIGHT, WIDTH)
    frames[:, 0] = 1
    for frame, (row, column) in ((0, BEFORE), (2, NOW)):
        frames[frame, :, row, column] = torch.tensor([0.0, 1.0])
    return frames[None, :2].clone(), frames[2:].clone()


def all_sizes_differ() -> Features:
    """Five videos, four frames, features of six numbers, 2 x 3 places."""
    return draw_features(810, 5, 4, 6, 2, 3)


def all_sizes_equal() -> Features:
    """Three videos, three frames, features of three numbers, 3 x 3 places."""
    return draw_features(820, 3, 3, 3, 3, 3)


def look(student):
    return {
        "of_dot": student.pointer_attention(*moving_dot(), 0.1),
        "weights": student.pointer_attention(*all_sizes_differ(), 1.0),
        "weights_at_half": student.pointer_attention(*all_sizes_differ(), 0.5),
        "weights_of_equal_sizes": student.pointer_attention(*all_sizes_equal(), 1.0),
    }


def one_place() -> Features:
    """Two videos of one frame with one place."""
    return draw_features(830, 2, 1, 4, 1, 1)


def in_float64() -> Features:
    """One video of one frame, 2 x 3 places, in float64."""
    return tuple(features.double() for features in draw_features(840, 1, 1, 4, 2, 3))


def many_frames() -> Features:
    """One video of eleven frames, 2 x 3 places, neither tensor in one piece of memory."""
    return tuple(map(in_other_memory, draw_features(870, 1, 11, 2, 2, 3)))


def even() -> Features:
    """Two frames of 1 x 3 places with features of 0 and a target that is no less even: all places are alike."""
    return torch.zeros(1, 2, 3, 1, 3), torch.ones(1, 3, 1, 3)


def look_in_other_kinds(student):
    given = [as_parameter(features) for features in in_float64()]
    return {
        "of_one_place": student.pointer_attention(*one_place(), 1.0),
        "in_float64": student.pointer_attention(*given, 1.0),
        "inputs_after": look_at(*given),
        "of_many_frames": student.pointer_attention(*many_frames(), 2.5),
        "of_even": student.pointer_attention(*even(), 1.0),
    }


def far_and_near() -> Features:
    """One frame of 2 x 3 places that are all alike but for a little; the target's are near them, or their opposite."""
    direction = torch.tensor([2.0, 0, 0, 0])[:, None, None]
    sides = torch.tensor([[1.0, -1, 1], [-1, 0.5, -0.5]])
    return (direction + 0.02 * draw(850, 1, 1, 4, 2, 3)), (direction * sides + 0.5 * draw(851, 1, 4, 2, 3))


def look_at_low_temperature(student):
    return {"weights": student.pointer_attention(*far_and_near(), LOW_TEMPERATURE)}


def one_frame() -> Features:
    return draw_features(860, 2, 1, 3, 2, 3)


def pull() -> Tensor:
    """How much each weight counts in the sum whose gradient is taken, (2, 2, 3, 1, 2, 3)."""
    return draw(862, 2, 2, 3, 1, 2, 3)


def differentiate(student):
    ref_features, target_features = (features.requires_grad_() for features in one_frame())
    weights = student.pointer_attention(ref_features, target_features, 1.0)
    inputs = {"ref_features": ref_features, "target_features": target_features}
    return find_gradients(weights * pull(), inputs)


def differentiate_one_place(student):
    features = [each.requires_grad_() for each in one_place()]
    weights = student.pointer_attention(*features, LOW_TEMPERATURE)
    return find_gradients(weights, dict(zip(("ref_features", "target_features"), features, strict=True)))


def look_at_all_sizes_equal(student):
    return {"weights": student.pointer_attention(*all_sizes_equal(), 1.0)}


def on_a_gpu(student):
    return on_gpu(student, look_at_all_sizes_equal)
