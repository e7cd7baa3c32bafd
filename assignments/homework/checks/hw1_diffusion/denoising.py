"""Public checks of part 3, the way back: a loss, a step, and all steps."""

import torch
from torch import Tensor, nn

from homework.checks import Student, public_check
from homework.checks.hw1_diffusion.tensors import filled, round_alpha_bar, slopes, table

LOSS = {
    "think": "what is the model given, what is it meant to find, and over what is the error averaged?",
    "read": "DDPM (Ho et al., 2020), eq. 14 and algorithm 1; notebook section 3.3",
}
POSTERIOR = {
    "think": "which part of the noise does a single step take out, and by what is the rest divided?",
    "read": "DDPM (Ho et al., 2020), eq. 11; notebook section 3.1",
}
DIVERGENCE = {
    "think": "what is left of the divergence of two Gaussians when their variances are equal?",
    "read": "DDPM (Ho et al., 2020), eq. 8; notebook section 3.2",
}
STEP = {
    "think": "which noise is taken out, which one is put in, how much of it, and for which items none at all?",
    "read": "DDPM (Ho et al., 2020), algorithm 2; notebook section 3.4",
}
SAMPLE = {
    "think": "which step is the first, which one the last, and which noise belongs to which step?",
    "read": "DDPM (Ho et al., 2020), algorithm 2; notebook section 3.5",
}


class Repeater(torch.nn.Module):
    """A model that guesses strength * x_t + t, and notes what it was called with, by position or by keyword."""

    def __init__(self, strength: float):
        super().__init__()
        self.strength = torch.nn.Parameter(torch.tensor(strength))
        self.seen: list[tuple[Tensor, Tensor]] = []

    def __call__(self, *args, **kwargs) -> Tensor:
        x_t, t = (*args, *kwargs.values())
        self.seen.append((x_t.detach().clone(), t.detach().clone()))
        return self.strength * x_t + t.reshape(-1, *[1] * (x_t.dim() - 1))


def two_small_images() -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """x0 (2, 1, 1, 2), t (2,), noise (2, 1, 1, 2), alpha_bar (4,)."""
    x0, noise = table((1, -1), (0, 1))[:, None, None], table((0, 1), (2, 1))[:, None, None]
    return x0, torch.tensor([1, 2]), noise, round_alpha_bar()


@public_check("ddpm_loss", **LOSS)
def lose_to_a_model_that_repeats(student: Student) -> dict:
    """The model is called once, with x_t and each image's own t."""
    model, batch = Repeater(1.0), two_small_images()
    loss = student.ddpm_loss(model, *batch)
    values = {"the number of calls": len(model.seen), "x0 unchanged": bool(batch[0][0, 0, 0, 0] == 1)}
    for x_t, t in model.seen[:1]:
        values |= {"x_t, as the model got it,": x_t, "t, as the model got it,": t, "t is long": t.dtype == torch.long}
    return {**values, "the loss": loss}


@public_check("ddpm_loss", **LOSS)
def lose_to_fixed_guesses(student: Student) -> dict:
    """A guess that is the noise costs nothing; one that is off by 3 everywhere costs 9, for images and for points."""
    x0, t, noise, alpha_bar = two_small_images()
    points = x0.flatten(1), t, noise.flatten(1), alpha_bar.double()
    return {
        "the loss of a perfect guess": student.ddpm_loss(lambda *args, **kwargs: noise, x0, t, noise, alpha_bar),
        "the loss of a guess off by 3": student.ddpm_loss(lambda *args, **kwargs: noise + 3, x0, t, noise, alpha_bar),
        "the loss of points": student.ddpm_loss(lambda *args, **kwargs: points[2] - 3, *points),
    }


@public_check("ddpm_loss", **LOSS)
def learn_from_the_loss(student: Student) -> dict:
    """The gradient of the loss reaches the model's parameter."""
    model = Repeater(0.5)
    (slope,) = slopes(student.ddpm_loss(model, *two_small_images()), model.strength)
    return {"the gradient": slope}


def three_betas() -> tuple[Tensor, Tensor]:
    """betas and alpha_bar of three steps whose roots come out even: alpha is 0.64, 0.25, 0.36."""
    return torch.tensor([0.36, 0.75, 0.64]), torch.tensor([0.64, 0.16, 0.0576])


class HalfModel(nn.Module):
    """Takes x_t / 2 + t for the noise, whatever its arguments are called; remembers each t it was asked about."""

    def __init__(self):
        super().__init__()
        self.weight = nn.Parameter(torch.tensor(0.5))
        self.asked: list[Tensor] = []

    def forward(self, *args, **kwargs) -> Tensor:
        x_t, t = (*args, *kwargs.values())
        self.asked.append(t.detach().clone())
        return self.weight * x_t + t.reshape(-1, *[1] * (x_t.dim() - 1))


@public_check("posterior_mean", **POSTERIOR)
def on_three_timesteps(student: Student) -> dict:
    """Each item of a batch goes back from its own timestep."""
    x_t, t = filled(0.8, 0.5, 0.6), torch.tensor([0, 1, 2])
    mean = student.posterior_mean(x_t, t, filled(1, 2, -1), *three_betas())
    return {"mean": mean, "x_t_unchanged": bool(x_t[0, 0, 0, 0] == x_t.new_tensor(0.8))}


@public_check("posterior_mean", **POSTERIOR)
def on_x_t_alone(student: Student) -> dict:
    """With a noise of zero only x_t is left, and large numbers are not clipped."""
    x_t, t = torch.tensor([[4.0, -0.2], [-3.0, 0.1]]), torch.tensor([1, 1])
    return {"mean": student.posterior_mean(x_t, t, torch.zeros(2, 2), *three_betas())}


@public_check("posterior_mean", **POSTERIOR)
def on_a_schedule_of_another_dtype(student: Student) -> dict:
    """The mean has the dtype of x_t, whatever that of the schedule is."""
    betas, alpha_bar = three_betas()
    x_t, t, noise = torch.tensor([[0.5, 1.0]]), torch.tensor([2]), torch.tensor([[1.0, 0.0]])
    return {
        "mean of float32": student.posterior_mean(x_t, t, noise, betas.double(), alpha_bar.double()),
        "mean of float64": student.posterior_mean(x_t.double(), t, noise.double(), betas, alpha_bar),
    }


@public_check("kl_equal_variance", **DIVERGENCE)
def on_two_points(student: Student) -> dict:
    """Squared distance of the means, by twice the variance: one number for each point."""
    mu_q, mu_p = torch.tensor([[3.0, 0.0], [1.0, 1.0]]), torch.tensor([[0.0, 4.0], [1.0, 3.0]])  # distances 5 and 2
    divergence = student.kl_equal_variance(mu_q, mu_p, torch.tensor([0.5, 2.0]))
    return {"divergence": divergence, "mu_q_unchanged": bool(mu_q[0, 0] == 3)}


@public_check("kl_equal_variance", **DIVERGENCE)
def on_images_that_are_trained(student: Student) -> dict:
    """Images work as well, in float64 too, and both means get a gradient."""
    mu_q, mu_p = (filled(*values).double().requires_grad_() for values in ((1, -1), (0.5, 2)))
    divergence = student.kl_equal_variance(mu_q, mu_p, torch.tensor([1.0, 0.25], dtype=torch.float64))
    values = {"divergence": divergence}
    for name, mu in (("mu_q", mu_q), ("mu_p", mu_p)):
        found = torch.autograd.grad(divergence.sum(), mu, retain_graph=True) if divergence.requires_grad else (0 * mu,)
        values[f"gradient of {name}"] = found[0]
    return values


@public_check("denoising_step", **STEP)
def step_back_from_three_timesteps(student: Student) -> dict:
    """Each item takes its own step; the one at t = 0 gets no noise, those at t = 1 and t = 2 do."""
    x_t, t = filled(0.8, 0.5, 0.6), torch.tensor([0, 1, 2])
    step = student.denoising_step(HalfModel(), x_t, t, filled(1, 1, -1), *three_betas())
    return {"step": step, "x_t_unchanged": bool(x_t[0, 0, 0, 0] == x_t.new_tensor(0.8))}


@public_check("denoising_step", **STEP)
def step_back_without_noise(student: Student) -> dict:
    """With a noise of zero the step is the mean of posterior_mean, not clipped, and the model is asked about t."""
    model, t = HalfModel(), torch.tensor([2, 0])
    step = student.denoising_step(model, torch.tensor([[5.0], [-4.0]]), t, torch.zeros(2, 1), *three_betas())
    return {"step": step, "t that the model gets": model.asked[-1] if model.asked else "nothing"}


@public_check("denoising_step", **STEP)
def step_back_in_float64(student: Student) -> dict:
    """A single item in float64 stays float64."""
    x_t, noise = torch.tensor([[0.5]]).double(), torch.tensor([[2.0]]).double()
    return {"step": student.denoising_step(HalfModel(), x_t, torch.tensor([1]), noise, *three_betas())}


@public_check("sample", **SAMPLE)
def three_steps(student: Student) -> dict:
    """From x_T, three steps in a row lead to x_0; the model is asked about t = 2, 1, 0."""
    model = HalfModel()
    x_0 = student.sample(model, filled(1, -0.5), *three_betas(), torch.stack([filled(n, -n) for n in (5, 1, 2)]))
    return {
        "t at each step": "; ".join(str(t.tolist()) for t in model.asked),
        "x_0": x_0,
        "x_0 has no graph": not x_0.requires_grad,
        "the model still trains": model.training and model.weight.requires_grad and torch.is_grad_enabled(),
    }


@public_check("sample", **SAMPLE)
def one_step(student: Student) -> dict:
    """A schedule of a single step adds no noise, and x_T stays as it was."""
    x_T, (betas, alpha_bar) = torch.tensor([[0.8, -0.4]]), three_betas()
    x_0 = student.sample(HalfModel(), x_T, betas[:1], alpha_bar[:1], torch.ones(1, 1, 2))
    return {"x_0": x_0, "x_T_unchanged": bool(x_T[0, 1] == x_T.new_tensor(-0.4))}
