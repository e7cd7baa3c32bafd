"""Probes of posterior_mean. The schedule is short and its betas are large, so that every wrong index and root shows."""

import torch
from torch import Tensor

from homework.on_gpu import on_gpu

from .inputs import draw
from .inputs_diffusion import draw_images, left_of, long_schedule, scattered, short_schedule

Batch = tuple[Tensor, Tensor, Tensor, Tensor, Tensor]


def mixed_batch() -> Batch:
    """Four images (2, 3, 5), at the first, a middle, the last and the second of eight timesteps."""
    return draw(310, 4, 2, 3, 5), torch.tensor([0, 4, 7, 1]), draw(311, 4, 2, 3, 5), *short_schedule()


def at_both_ends() -> Batch:
    """Three images (1, 2, 3), at an early, a middle and the last of 230 timesteps."""
    return draw(319, 3, 1, 2, 3), torch.tensor([3, 100, 229]), draw(309, 3, 1, 2, 3), *long_schedule()


def on_mixed_timesteps(student):
    batch = mixed_batch()
    mean = student.posterior_mean(*batch)
    return {"mean": mean, **left_of(*batch)}


def on_many_timesteps(student):
    return {"mean": student.posterior_mean(*at_both_ends())}


def small_numbers() -> Tensor:
    """Small enough that nothing could be clipped, (2, 2, 3, 5)."""
    return 0.3 * draw_images(312, 2, 2, 3, 5)


def all_at_one_timestep() -> Tensor:
    """t of two items."""
    return torch.tensor([5, 5])


def share_by_share(student):
    """The same numbers as x_t and as noise, each time with zeros for the other one; every call has its own tensors."""

    def find_mean(x_t: Tensor, noise: Tensor) -> Tensor:
        return student.posterior_mean(x_t, all_at_one_timestep(), noise, *short_schedule())

    numbers = small_numbers()
    return {
        "share_of_x_t": find_mean(numbers.clone(), torch.zeros_like(numbers)),
        "share_of_noise": find_mean(torch.zeros_like(numbers), numbers.clone()),
        "share_of_large_noise": find_mean(torch.zeros_like(numbers), 20 * numbers),
    }


def points() -> Batch:
    """Three points in the plane."""
    return draw(313, 3, 2), torch.tensor([7, 0, 3]), draw(314, 3, 2), *short_schedule()


def equal_sizes() -> Batch:
    """Four images of four channels, four rows and four columns, in four timesteps."""
    return draw(315, 4, 4, 4, 4), torch.tensor([3, 1, 0, 2]), draw(316, 4, 4, 4, 4), *short_schedule(4)


def one_step() -> Batch:
    """One image, and a schedule of a single step."""
    return draw(317, 1, 1, 2, 3), torch.tensor([0]), draw(318, 1, 1, 2, 3), *short_schedule(1)


def one_image_for_all() -> Batch:
    """An x_t that stands for four, and its noise in another order of memory."""
    x_t, t, noise, *schedule = mixed_batch()
    return x_t[:1].expand(4, -1, -1, -1), t, scattered(noise), *schedule


def on_other_sizes(student):
    return {
        "mean_of_points": student.posterior_mean(*points()),
        "mean_of_equal_sizes": student.posterior_mean(*equal_sizes()),
        "mean_of_one_step": student.posterior_mean(*one_step()),
    }


def in_another_layout(student):
    return {"mean_of_one_image_for_all": student.posterior_mean(*one_image_for_all())}


def in_other_dtypes(student):
    """The noise is zero: it is the dtype that is asked for."""
    x_t, t, _, betas, alpha_bar = mixed_batch()
    zeros = torch.zeros_like(x_t)
    return {
        "of_float64": student.posterior_mean(x_t.double(), t, zeros.double(), betas, alpha_bar),
        "of_float32": student.posterior_mean(x_t, t, zeros, betas.double(), alpha_bar.double()),
    }


def on_a_gpu(student):
    return on_gpu(student, on_mixed_timesteps)
