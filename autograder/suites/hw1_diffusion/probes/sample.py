"""Probes of sample: a short way back with everything given, looked at from outside."""

import torch
from torch import Tensor

from homework.on_gpu import on_gpu

from .inputs import draw
from .inputs_diffusion import WatchedModel, left_of, models_after, scattered, short_schedule

STEPS = 6

Batch = tuple[Tensor, Tensor, Tensor, Tensor]


def two_images() -> Batch:
    """x_T (2, 3, 4, 5), a schedule of six steps, and the noise of each (6, 2, 3, 4, 5)."""
    return draw(340, 2, 3, 4, 5), *short_schedule(STEPS), draw(341, STEPS, 2, 3, 4, 5)


def all_the_way(student):
    model, batch = WatchedModel(), two_images()
    x_0 = student.sample(model, *batch)
    return {"x_0": x_0, **left_of(*batch), **_seen_by(model), **_with_another_noise(student)}


def _seen_by(model: WatchedModel) -> dict:
    """How often the model was asked, and what."""
    seen = {
        "steps": len(model.calls),
        "t_is_long": all(t.dtype == torch.int64 for _, t in model.calls),
        "by_position": model.seen.by_position,
    }
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
    """What is left behind: models have a gradient of an earlier step, and x_T and the model ask for gradients."""
    model = WatchedModel()
    x_T, *others = silent_images()
    x_0 = student.sample(model, x_T.requires_grad_(), *others)
    of_plain_x_T = student.sample(WatchedModel(), *silent_images())
    return {
        "carries_graph_of_the_model": getattr(of_plain_x_T, "requires_grad", False),
        "x_0": x_0,
        "x_T_asks_for_a_gradient": x_T.requires_grad,
        "carries_graph": getattr(x_0, "requires_grad", False),
        "graph_on_the_way": any(model.seen.has_graph[1:]),
        **models_after(lambda model: student.sample(model, *silent_images())),
    }


def on_a_gpu(student):
    def on_two_images(student):
        return {"x_0": student.sample(WatchedModel(), *two_images())}

    return on_gpu(student, on_two_images)


def nearly_still() -> Batch:
    """A point, and three steps of which the first add hardly any noise."""
    betas = torch.tensor([1e-5, 5e-5, 0.2])
    return draw(346, 1, 2), betas, torch.cumprod(1 - betas, dim=0), draw(347, 3, 1, 2)


def many_steps() -> Batch:
    """A single number, and more steps than the notebook has."""
    return draw(348, 1, 1), *short_schedule(230), draw(349, 230, 1, 1)


def with_tiny_betas(student):
    model = WatchedModel()
    student.sample(model, *nearly_still())
    return {"t_seen_of_tiny_betas": torch.stack([t for _, t in model.calls]) if model.calls else torch.zeros(0)}


def in_many_steps(student):
    return {"x_0_of_many_steps": student.sample(WatchedModel(), *many_steps())}


def points() -> Batch:
    """Three points in the plane, and four steps."""
    return draw(342, 3, 2), *short_schedule(4), draw(343, 4, 3, 2)


def one_step() -> Batch:
    """One image, and a schedule of a single step, which is the last one."""
    return draw(344, 1, 1, 2, 3), *short_schedule(1), draw(345, 1, 1, 1, 2, 3)


def equal_sizes() -> Batch:
    """Four points in four dimensions, and four steps."""
    return draw(338, 4, 4), *short_schedule(4), draw(339, 4, 4, 4)


def one_image_for_all() -> Batch:
    """An x_T that stands for two, noises in another order of memory, and two steps."""
    return draw(340, 1, 3, 4, 5).expand(2, -1, -1, -1), *short_schedule(2), scattered(draw(341, 2, 2, 3, 4, 5))


def on_other_sizes(student):
    return {
        "x_0_of_equal_sizes": student.sample(WatchedModel(), *equal_sizes()),
        "x_0_of_points": student.sample(WatchedModel(), *points()),
        "x_0_of_one_step": student.sample(WatchedModel(), *one_step()),
    }


def in_another_layout(student):
    return {"x_0_of_one_image_for_all": student.sample(WatchedModel(), *one_image_for_all())}


def in_other_dtypes(student):
    x_T, betas, alpha_bar, noises = points()
    double = betas.double(), alpha_bar.double()
    return {
        "x_0_by_a_float64_schedule": student.sample(WatchedModel(), x_T, *double, noises),
        "x_0_of_float64": student.sample(WatchedModel(), x_T.double(), betas, alpha_bar, noises.double()),
    }
