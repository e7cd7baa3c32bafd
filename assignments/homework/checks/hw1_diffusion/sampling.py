"""Public checks of part 3, the way back: a step, and all steps."""

import torch

from homework.checks import Student, public_check
from homework.checks.hw1_diffusion.denoising import three_betas
from homework.checks.hw1_diffusion.models import Repeater
from homework.checks.hw1_diffusion.tensors import after, beginning, filled, turned

STEP = {
    "think": "which noise is taken out, which one is put in, how much of it, and for which items none at all?",
    "read": "DDPM (Ho et al., 2020), algorithm 2; notebook section 3.4",
}
SAMPLE = {
    "think": "which step is the first, which one the last, and which noise belongs to which step?",
    "read": "DDPM (Ho et al., 2020), algorithm 2; notebook section 3.5",
}


@public_check("denoising_step", **STEP)
def step_back_from_three_timesteps(student: Student) -> dict:
    """Each item takes its own step; the one at t = 0 gets no noise, those at t = 1 and t = 2 do."""
    x_t, t, noise, (betas, alpha_bar) = filled(0.8, 0.5, 0.6), torch.tensor([0, 1, 2]), filled(1, 1, -1), three_betas()
    model = Repeater()
    with beginning():
        step = student.denoising_step(model, x_t, t, noise, betas, alpha_bar)
        values = {**model.told(), "the step": step}
        return {**values, **after(x_t=x_t, t=t, noise=noise, betas=betas, alpha_bar=alpha_bar), **model.left()}


@public_check("denoising_step", **STEP)
def step_back_without_noise(student: Student) -> dict:
    """With a noise of zero the step is the mean of posterior_mean, not clipped."""
    t = torch.tensor([2, 0])
    with beginning():
        step = student.denoising_step(Repeater(), torch.tensor([[5.0], [-4.0]]), t, torch.zeros(2, 1), *three_betas())
    return {"the step without noise": step}


@public_check("denoising_step", **STEP)
def step_back_in_float64(student: Student) -> dict:
    """The step has the dtype of x_t; a single item is enough; order in memory is free."""
    betas, alpha_bar = three_betas()
    x_t, t, noise = torch.tensor([[0.5]]), torch.tensor([1]), torch.tensor([[2.0]])
    for_all, noises = filled(0.5).expand(3, -1, -1, -1), turned(filled(1, 2, 3))
    with beginning():
        return {
            "the step in float64": student.denoising_step(
                Repeater(), x_t.double(), t, noise.double(), betas, alpha_bar
            ),
            "the step by a schedule in float64": student.denoising_step(
                Repeater(), x_t, t, noise, betas.double(), alpha_bar.double()
            ),
            "the step of an expanded image": student.denoising_step(
                Repeater(), for_all, torch.tensor([1, 0, 2]), noises, betas, alpha_bar
            ),
            "the step of one item at t = 0": student.denoising_step(Repeater(), x_t, 0 * t, noise, betas, alpha_bar),
        }


@public_check("sample", **SAMPLE)
def three_steps(student: Student) -> dict:
    """From x_T, three steps in a row lead to x_0; the model is asked about t = 2, 1, 0, and no graph is kept."""
    model, (betas, alpha_bar) = Repeater(), three_betas()
    x_T = filled(1, -0.5).requires_grad_()
    noises = torch.stack([filled(n, -n) for n in (5, 1, 2)])
    with beginning():
        x_0 = student.sample(model, x_T, betas, alpha_bar, noises)
        values = {
            "t at each step": "; ".join(str(t.tolist()) for _, t in model.seen),
            **model.told(),
            "x_0": x_0,
            "requires_grad of x_0": getattr(x_0, "requires_grad", False),
            "requires_grad of an x_t on the way": any(model.asked_for_gradient[1:]),
        }
        return {**values, **after(x_T=x_T, betas=betas, alpha_bar=alpha_bar, noises=noises), **model.left()}


@public_check("sample", **SAMPLE)
def one_step(student: Student) -> dict:
    """A schedule of a single step adds no noise; steps with a tiny beta are steps; x_0 has the dtype of x_T."""
    x_T, (betas, alpha_bar) = torch.tensor([[0.8, -0.4]]), three_betas()
    model = Repeater(training=False)
    tiny = torch.tensor([1e-5, 1e-5])
    ones = torch.ones(3, 1, 2)
    with beginning():
        of_float64 = student.sample(Repeater(), x_T.double(), betas, alpha_bar, ones.double())
        by_float64 = student.sample(Repeater(), x_T, betas.double(), alpha_bar.double(), ones)
        one = student.sample(Repeater(), x_T, betas[:1], alpha_bar[:1], ones[:1])
        student.sample(model, x_T, tiny, (1 - tiny).cumprod(0), ones[:2])
    return {
        "x_0 of one step": one,
        "x_0 in float64": of_float64,
        "x_0 by a schedule in float64": by_float64,
        "the number of steps with two tiny betas": len(model.seen),
        "the mode of a model in eval mode after the call": "training" if model.training else "eval",
    }
