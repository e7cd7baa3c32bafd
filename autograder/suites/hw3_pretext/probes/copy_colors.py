"""Probes of copy_colors."""

from torch import Tensor

from .inputs import draw, number_pixels
from .inputs_video import HEIGHT, WIDTH, draw_attention, find_gradients, shifted_attention

Case = tuple[Tensor, Tensor]


def shifted() -> Case:
    """Every place looks at where it was before all moved; colours are numbers that tell where they come from."""
    return shifted_attention(), number_pixels(1, 1, 2, HEIGHT, WIDTH)


def one_frame() -> Case:
    """Two videos of one frame, three colour channels, 2 x 4 places."""
    return draw_attention(910, 2, 1, 2, 4), draw(911, 2, 1, 3, 2, 4)


def several_frames() -> Case:
    """Two videos of three frames, five colour classes, 4 x 2 places."""
    return draw_attention(912, 2, 3, 4, 2), draw(913, 2, 3, 5, 4, 2)


def copy(student):
    return {
        "shifted": student.copy_colors(*shifted()),
        "of_one_frame": student.copy_colors(*one_frame()),
        "of_several_frames": student.copy_colors(*several_frames()),
    }


def all_sizes_equal() -> Case:
    """Three videos of three frames, three channels, 3 x 3 places."""
    return draw_attention(914, 3, 3, 3, 3), draw(915, 3, 3, 3, 3, 3)


def one_place() -> Case:
    """One video of two frames with one place and one channel."""
    return draw_attention(916, 1, 2, 1, 1), draw(917, 1, 2, 1, 1, 1)


def in_float64() -> Case:
    return tuple(tensor.double() for tensor in one_frame())


def copy_in_other_sizes(student):
    return {
        "of_equal_sizes": student.copy_colors(*all_sizes_equal()),
        "of_one_place": student.copy_colors(*one_place()),
        "in_float64": student.copy_colors(*in_float64()),
    }


def pull() -> Tensor:
    """How much each copied colour counts in the sum whose gradient is taken, (2, 3, 2, 4)."""
    return draw(918, 2, 3, 2, 4)


def differentiate(student):
    attention, colors = one_frame()
    attention.requires_grad_()
    return find_gradients(student.copy_colors(attention, colors) * pull(), {"attention": attention})
