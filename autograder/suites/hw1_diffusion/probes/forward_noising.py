"""Probes of forward_noising."""

import torch
from torch import Tensor

from homework.on_gpu import on_gpu

from .inputs import draw
from .inputs_diffusion import draw_images, left_of, long_schedule, scattered, short_schedule

Batch = tuple[Tensor, Tensor, Tensor, Tensor]
STEP = 3  # a timestep in the middle
FIRST_MIDDLE_LAST = (7, 0, STEP)  # of short_schedule's 8, in no order


def three_images() -> Batch:
    """x0 (3, 2, 4, 5), each image at its own t, noise, and alpha_bar (8,)."""
    return draw_images(30, 3, 2, 4, 5), torch.tensor(FIRST_MIDDLE_LAST), draw(31, 3, 2, 4, 5), short_schedule()[1]


def one_image() -> Batch:
    """The first of three_images, at a timestep in the middle."""
    x0, _, noise, alpha_bar = three_images()
    return x0[:1], torch.tensor([STEP]), noise[:1], alpha_bar


def noise_three_images(student):
    batch = three_images()
    x_t = student.forward_noising(*batch)
    left = left_of(*batch)
    x0, t, noise, alpha_bar = one_image()
    return {
        "x_t": x_t,
        **left,
        "x_t_without_noise": student.forward_noising(x0, t, 0 * noise, alpha_bar),
        "x_t_of_a_grey_image": student.forward_noising(0 * x0, t, noise, alpha_bar),
        "x_t_with_nothing_kept": student.forward_noising(x0, t, noise, 0 * alpha_bar),
    }


def at_both_ends() -> Batch:
    """Four images (1, 2, 3) at both ends of 230 timesteps, with noise from far out; alpha_bar (230,)."""
    return draw_images(36, 4, 1, 2, 3), torch.tensor([0, 229, 100, 1]), 3 * draw(37, 4, 1, 2, 3), long_schedule()[1]


def noise_at_both_ends(student):
    return {"x_t": student.forward_noising(*at_both_ends())}


def all_or_nothing(*shape: int) -> Batch:
    """x0 of this shape, where each step keeps all of the image or nothing: alpha_bar is 1 or 0; T = 4."""
    t = torch.tensor([1, 0, 2, 3])[: shape[0]]
    return draw_images(32, *shape), t, draw(33, *shape), torch.tensor([1.0, 0.0, 0.0, 1.0])


def noise_points(student):
    return {
        "x_t_of_four_points": student.forward_noising(*all_or_nothing(4, 2)),
        "x_t_of_three_points_in_space": student.forward_noising(*all_or_nothing(3, 3)),
    }


def one_step() -> Batch:
    """One image, and T = 1."""
    return draw_images(34, 1, 1, 2, 3), torch.tensor([0]), draw(35, 1, 1, 2, 3), torch.zeros(1)


def noise_other_sizes(student):
    return {
        "x_t_of_equal_sizes": student.forward_noising(*all_or_nothing(3, 3, 3, 3)),
        "x_t_of_one_step": student.forward_noising(*one_step()),
    }


def one_image_for_all() -> Batch:
    """An image that stands for three, and its noise in another order of memory."""
    x0, t, noise, alpha_bar = all_or_nothing(3, 2, 4, 5)
    return x0[:1].expand(3, -1, -1, -1), t, scattered(noise), alpha_bar


def noise_other_dtypes(student):
    x0, t, noise, alpha_bar = all_or_nothing(3, 2, 4, 5)
    return {
        "x_t_by_float64_alpha_bar": student.forward_noising(x0, t, noise, alpha_bar.double()),
        "x_t_in_float64": student.forward_noising(x0.double(), t, noise.double(), alpha_bar),
    }


def noise_in_other_layouts(student):
    x0, t, noise, alpha_bar = all_or_nothing(3, 2, 4, 5)
    x0, noise = (images.to(memory_format=torch.channels_last) for images in (x0, noise))
    return {
        "x_t_of_channels_last": student.forward_noising(x0, t, noise, alpha_bar),
        "x_t_of_one_image_for_all": student.forward_noising(*one_image_for_all()),
    }


def on_a_gpu(student):
    return on_gpu(student, noise_three_images)
