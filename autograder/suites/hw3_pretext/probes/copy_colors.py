"""Probes of copy_colors."""

from torch import Tensor

from homework.on_gpu import on_gpu

from .inputs import draw, find_gradients
from .inputs_handed import as_parameter, in_other_memory, look_at
from .inputs_pixels import number_pixels
from .inputs_video import HEIGHT, WIDTH, draw_attention, shifted_attention

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


def many_frames() -> Case:
    """One video of eleven frames, thirteen colour classes, 1 x 3 places; neither tensor in one piece of memory."""
    return in_other_memory(draw_attention(919, 1, 11, 1, 3)), in_other_memory(draw(920, 1, 11, 13, 1, 3))


def copy_in_other_sizes(student):
    attention, colors = as_parameter(in_float64()[0]), in_float64()[1]
    copied = student.copy_colors(attention, colors)
    return {
        "inputs_after": look_at(attention, colors),
        "of_many_frames": student.copy_colors(*many_frames()),
        "of_equal_sizes": student.copy_colors(*all_sizes_equal()),
        "of_one_place": student.copy_colors(*one_place()),
        "in_float64": copied,
    }


def pull() -> Tensor:
    """How much each copied colour counts in the sum whose gradient is taken, (2, 3, 2, 4)."""
    return draw(918, 2, 3, 2, 4)


def differentiate(student):
    attention, colors = one_frame()
    attention.requires_grad_()
    return find_gradients(student.copy_colors(attention, colors) * pull(), {"attention": attention})


def copy_equal_sizes(student):
    return {"copied": student.copy_colors(*all_sizes_equal())}


def on_a_gpu(student):
    return on_gpu(student, copy_equal_sizes)
