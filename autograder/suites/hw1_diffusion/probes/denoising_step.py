"""Probes of denoising_step. Every call has its own tensors and its own model."""

import torch
from torch import Tensor

from homework.on_gpu import on_gpu

from .inputs import draw
from .inputs_diffusion import (
    Recorder,
    WatchedModel,
    draw_images,
    left_of,
    long_schedule,
    models_after,
    scattered,
    short_schedule,
)

Batch = tuple[Tensor, Tensor, Tensor, Tensor, Tensor]


def mixed_batch() -> Batch:
    """Five images (2, 3, 4): two at the very first timestep, one at the second, one in the middle, one at the last."""
    x_t, noise = 0.2 * draw_images(330, 5, 2, 3, 4), draw_images(331, 5, 2, 3, 4)
    return x_t, torch.tensor([0, 1, 7, 4, 0]), noise, *short_schedule()


def silence(batch: Batch) -> Batch:
    """The same batch with a noise of zero."""
    x_t, t, noise, *schedule = batch
    return x_t, t, torch.zeros_like(noise), *schedule


def on_mixed_timesteps(student):
    batch = mixed_batch()
    return {
        "without_noise": student.denoising_step(WatchedModel(), *silence(mixed_batch())),
        "with_noise": student.denoising_step(WatchedModel(), *batch),
        **left_of(*batch),
    }


def on_a_gpu(student):
    return on_gpu(student, on_mixed_timesteps)


def as_a_guest(student):
    """What is left of the models that are asked; they have a gradient of an earlier step."""
    return models_after(lambda model: student.denoising_step(model, *mixed_batch()))


def with_nothing_but_noise(student):
    """x_t is zero and the model finds no noise in it: what comes out is what the step adds."""
    x_t, *others = mixed_batch()
    return {"added": student.denoising_step(Recorder(lambda x_t, t: torch.zeros_like(x_t)), 0 * x_t, *others)}


def large_batch() -> Batch:
    """The mixed batch with an x_t far outside of [-1, 1], and without noise."""
    x_t, *others = silence(mixed_batch())
    return 30 * x_t, *others


def in_view_of_the_model(student):
    """What the model is asked; nothing if it is not asked. And a step with an x_t of another size."""
    model = WatchedModel()
    student.denoising_step(model, *mixed_batch())
    seen = {"calls": len(model.calls), "by_position": model.seen.by_position}
    seen |= {"from_large_x_t": student.denoising_step(WatchedModel(), *large_batch())}
    for x_seen, t_seen in model.calls[:1]:
        seen |= {"x_seen": x_seen, "t_seen": t_seen, "t_is_long": t_seen.dtype == torch.int64}
    return seen


def points() -> Batch:
    """Three points in the plane."""
    return draw(332, 3, 2), torch.tensor([7, 2, 3]), draw(333, 3, 2), *short_schedule()


def equal_sizes() -> Batch:
    """Four images of four channels, four rows and four columns, in four timesteps."""
    return draw(334, 4, 4, 4, 4), torch.tensor([3, 1, 0, 2]), draw(335, 4, 4, 4, 4), *short_schedule(4)


def one_step() -> Batch:
    """One image, and a schedule of a single step, which is the last one back."""
    return draw(336, 1, 1, 2, 3), torch.tensor([0]), draw(337, 1, 1, 2, 3), *short_schedule(1)


def both_last() -> Batch:
    """Two points, both at t = 0."""
    return draw(338, 2, 3), torch.tensor([0, 0]), draw(339, 2, 3), *short_schedule()


def one_point() -> Batch:
    """One point, in the middle of the way."""
    return draw(346, 1, 1), torch.tensor([5]), draw(347, 1, 1), *short_schedule()


def one_image_for_all() -> Batch:
    """An x_t that stands for five, and its noise in another order of memory."""
    x_t, t, noise, *schedule = mixed_batch()
    return x_t[:1].expand(5, -1, -1, -1), t, scattered(noise), *schedule


def many_steps() -> Batch:
    """Three points at an early, a middle and the last of 230 timesteps."""
    return draw(348, 3, 2), torch.tensor([3, 229, 100]), 5 * draw(349, 3, 2), *long_schedule()


def on_other_sizes(student):
    return {
        "step_of_points": student.denoising_step(WatchedModel(), *points()),
        "step_of_equal_sizes": student.denoising_step(WatchedModel(), *equal_sizes()),
        "step_of_one_step": student.denoising_step(WatchedModel(), *one_step()),
        "step_of_both_last": student.denoising_step(WatchedModel(), *both_last()),
        "step_of_one_point": student.denoising_step(WatchedModel(), *one_point()),
    }


def on_many_timesteps(student):
    return {"step_of_many_steps": student.denoising_step(WatchedModel(), *many_steps())}


def in_another_layout(student):
    return {"step_of_one_image_for_all": student.denoising_step(WatchedModel(), *one_image_for_all())}


def in_other_dtypes(student):
    x_t, t, noise, betas, alpha_bar = points()
    double = betas.double(), alpha_bar.double()
    return {
        "step_of_float64": student.denoising_step(WatchedModel(), x_t.double(), t, noise.double(), betas, alpha_bar),
        "step_of_float32": student.denoising_step(WatchedModel(), x_t, t, noise, *double),
    }
