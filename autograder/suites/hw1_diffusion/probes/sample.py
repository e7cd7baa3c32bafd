"""Probes of sample: a short way back with everything given, looked at from outside."""

import torch
from torch import Tensor

from .inputs import WatchedModel, draw, join, short_schedule

STEPS = 6

Batch = tuple[Tensor, Tensor, Tensor, Tensor]


def two_images() -> Batch:
    """x_T (2, 3, 4, 5), a schedule of six steps, and the noise of each (6, 2, 3, 4, 5)."""
    return draw(340, 2, 3, 4, 5), *short_schedule(STEPS), draw(341, STEPS, 2, 3, 4, 5)


def all_the_way(student):
    model, batch = WatchedModel(), two_images()
    x_0 = student.sample(model, *batch)
    after = join(batch)
    return {"x_0": x_0, "inputs_after": after, **_seen_by(model), **_with_another_noise(student)}


def _seen_by(model: WatchedModel) -> dict:
    """How often the model was asked, and what."""
    seen = {"steps": len(model.calls), "t_is_long": all(t.dtype == torch.int64 for _, t in model.calls)}
    if model.calls:
        seen["t_seen"] = torch.stack([t for _, t in model.calls])
    for number, (x, _) in enumerate(model.calls[:2], start=1):
        seen[f"x_at_call_{number}"] = x
    return seen


def _with_another_noise(student) -> dict:
    """x_0 when the noise of one single step is another one."""
    seen = {}
    for step in (0, 1):
        *others, noises = two_images()
        noises[step] += 1
        seen[f"x_0_with_another_noise_{step}"] = student.sample(WatchedModel(), *others, noises)
    return seen


def silent_images() -> Batch:
    """Two images, and no noise in any step."""
    *others, noises = two_images()
    return *others, torch.zeros_like(noises)


def as_a_guest(student):
    """What is left behind: the model is in training mode, and x_T and the model ask for gradients."""
    model = WatchedModel()
    x_T, *others = silent_images()
    x_0 = student.sample(model, x_T.requires_grad_(), *others)
    return {
        "x_0": x_0,
        "carries_graph": getattr(x_0, "requires_grad", False),
        "gradients_on": torch.is_grad_enabled(),
        "still_training": model.training and model.inner.training,
        "still_trainable": model.inner.scale.requires_grad,
    }


def points() -> Batch:
    """Three points in the plane, and four steps."""
    return draw(342, 3, 2), *short_schedule(4), draw(343, 4, 3, 2)


def one_step() -> Batch:
    """One image, and a schedule of a single step, which is the last one."""
    return draw(344, 1, 1, 2, 3), *short_schedule(1), draw(345, 1, 1, 1, 2, 3)


def on_other_sizes(student):
    x_T, betas, alpha_bar, noises = points()
    return {
        "x_0_of_points": student.sample(WatchedModel(), *points()),
        "x_0_of_one_step": student.sample(WatchedModel(), *one_step()),
        "x_0_of_float64": student.sample(WatchedModel(), x_T.double(), betas, alpha_bar, noises.double()),
    }
