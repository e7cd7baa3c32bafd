"""Probes of denoising_step. Every call has its own tensors and its own model."""

import torch
from torch import Tensor

from .inputs import Recorder, WatchedModel, draw, draw_images, join, short_schedule

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
        "inputs_after": join(batch),
    }


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
    seen = {"from_large_x_t": student.denoising_step(WatchedModel(), *large_batch())}
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


def on_other_sizes(student):
    x_t, t, noise, betas, alpha_bar = points()
    double = betas.double(), alpha_bar.double()
    return {
        "step_of_points": student.denoising_step(WatchedModel(), *points()),
        "step_of_equal_sizes": student.denoising_step(WatchedModel(), *equal_sizes()),
        "step_of_one_step": student.denoising_step(WatchedModel(), *one_step()),
        "step_of_float64": student.denoising_step(WatchedModel(), x_t.double(), t, noise.double(), betas, alpha_bar),
        "step_of_float32": student.denoising_step(WatchedModel(), x_t, t, noise, *double),
    }
