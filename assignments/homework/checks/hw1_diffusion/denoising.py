"""Public checks of part 3, the way back: a mean, a divergence and a loss."""

import torch
from torch import Tensor

from homework.checks import Student, public_check
from homework.checks.hw1_diffusion.models import Repeater
from homework.checks.hw1_diffusion.tensors import (
    after,
    beginning,
    filled,
    round_alpha_bar,
    slopes,
    table,
    turned,
)

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


def three_betas() -> tuple[Tensor, Tensor]:
    """betas and alpha_bar of three steps whose roots come out even: alpha is 0.64, 0.25, 0.36."""
    return torch.tensor([0.36, 0.75, 0.64]), torch.tensor([0.64, 0.16, 0.0576])


@public_check("posterior_mean", **POSTERIOR)
def on_three_timesteps(student: Student) -> dict:
    """Each item of a batch goes back from its own timestep."""
    x_t, t, noise, (betas, alpha_bar) = filled(0.8, 0.5, 0.6), torch.tensor([0, 1, 2]), filled(1, 2, -1), three_betas()
    with beginning():
        mean = student.posterior_mean(x_t, t, noise, betas, alpha_bar)
    return {"the mean": mean, **after(x_t=x_t, t=t, noise=noise, betas=betas, alpha_bar=alpha_bar)}


@public_check("posterior_mean", **POSTERIOR)
def on_x_t_alone(student: Student) -> dict:
    """With a noise of zero only x_t is left, and large numbers are not clipped."""
    x_t, t = torch.tensor([[4.0, -0.2], [-3.0, 0.1]]), torch.tensor([1, 1])
    with beginning():
        return {"the mean for a noise of zero": student.posterior_mean(x_t, t, torch.zeros(2, 2), *three_betas())}


@public_check("posterior_mean", **POSTERIOR)
def on_a_schedule_of_another_dtype(student: Student) -> dict:
    """The mean has the dtype of x_t, whatever that of the schedule is."""
    betas, alpha_bar = three_betas()
    x_t, t, noise = torch.tensor([[0.5, 1.0]]), torch.tensor([2]), torch.tensor([[1.0, 0.0]])
    with beginning():
        return {
            "the mean in float32": student.posterior_mean(x_t, t, noise, betas.double(), alpha_bar.double()),
            "the mean in float64": student.posterior_mean(x_t.double(), t, noise.double(), betas, alpha_bar),
        }


@public_check("posterior_mean", **POSTERIOR)
def on_one_step_with_little_noise(student: Student) -> dict:
    """With T = 1 and hardly any noise the mean is near x_t; order in memory is free."""
    betas, alpha_bar, ones = torch.tensor([2e-3]), torch.tensor([0.998]), torch.ones(1, 1, 2, 2)
    with beginning():
        mean = student.posterior_mean(ones, torch.tensor([0]), ones.clone(), betas, alpha_bar)
        for_all, t = ones.expand(2, -1, -1, -1), torch.tensor([0, 2])
        of_all = student.posterior_mean(for_all, t, turned(torch.ones(2, 1, 2, 2)), *three_betas())
    return {"the mean of T = 1": mean, "the mean of an expanded image": of_all}


@public_check("kl_equal_variance", **DIVERGENCE)
def on_two_points(student: Student) -> dict:
    """Squared distance of the means, by twice the variance: one number for each point."""
    mu_q, mu_p = torch.tensor([[3.0, 0.0], [1.0, 1.0]]), torch.tensor([[0.0, 4.0], [1.0, 3.0]])  # distances 5 and 2
    variance = torch.tensor([0.5, 2.0])
    with beginning():
        divergence = student.kl_equal_variance(mu_q, mu_p, variance)
    return {"the divergence": divergence, **after(mu_q=mu_q, mu_p=mu_p, variance=variance)}


@public_check("kl_equal_variance", **DIVERGENCE)
def on_images_that_are_trained(student: Student) -> dict:
    """Images work as well, in float64 too, and both means get a gradient, also where they are equal."""
    mu_q, mu_p = (filled(*values).double().requires_grad_() for values in ((1, -1, 2), (0.5, 2, 2)))
    with beginning():
        divergence = student.kl_equal_variance(mu_q, mu_p, torch.tensor([1.0, 0.25, 1.0], dtype=torch.float64))
        return {"the divergence": divergence, **slopes("the divergence", divergence, mu_q=mu_q, mu_p=mu_p)}


@public_check("kl_equal_variance", **DIVERGENCE)
def on_one_point(student: Student) -> dict:
    """One point has one divergence, shape (1,); a variance may be tiny; order in memory is free."""
    one, zero = torch.ones(1, 1), torch.zeros(1, 1)
    for_all, zeros = torch.ones(1, 3, 1, 2).expand(2, -1, -1, -1), turned(torch.zeros(2, 3, 1, 2))
    with beginning():
        return {
            "the divergence of one point": student.kl_equal_variance(one, zero, torch.tensor([0.5])),
            "the divergence for a tiny variance": student.kl_equal_variance(one, zero, torch.tensor([1e-8])),
            "the divergence of an expanded mean": student.kl_equal_variance(for_all, zeros, torch.tensor([1.0, 2.0])),
            "the divergence of images in another order of memory": student.kl_equal_variance(
                zeros, turned(torch.ones(2, 3, 1, 2)), torch.tensor([1.0, 2.0])
            ),
        }


def two_small_images() -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """x0 (2, 1, 1, 2), t (2,), noise (2, 1, 1, 2), alpha_bar (4,)."""
    x0, noise = table((1, -1), (0, 1))[:, None, None], table((0, 1), (2, 1))[:, None, None]
    return x0, torch.tensor([2, 0]), noise, round_alpha_bar()


@public_check("ddpm_loss", **LOSS)
def lose_to_a_model_that_repeats(student: Student) -> dict:
    """The model is called once, as model(x_t, t), with x_t and each image's own t, and nothing is changed."""
    model, (x0, t, noise, alpha_bar) = Repeater(1.0, training=False), two_small_images()
    with beginning():
        loss = student.ddpm_loss(model, x0, t, noise, alpha_bar)
        values = {**model.told(), "the loss": loss, **after(x0=x0, t=t, noise=noise, alpha_bar=alpha_bar)}
        return {**values, **model.left()}


@public_check("ddpm_loss", **LOSS)
def lose_to_fixed_guesses(student: Student) -> dict:
    """A guess that is the noise costs nothing; one that is off by 3 everywhere costs 9, for images and for points."""
    x0, t, noise, alpha_bar = batch = two_small_images()
    points = x0.flatten(1), t, noise.flatten(1), alpha_bar.double()
    doubles = x0.double(), t, noise.double(), alpha_bar
    one = x0[1:], t[1:], noise[1:], alpha_bar[:1]
    for_all = x0[:1].expand(2, -1, -1, -1), t, turned(noise), alpha_bar
    turned_batch = turned(x0), t, turned(noise), alpha_bar
    with beginning():
        return {
            "the loss of a perfect guess": student.ddpm_loss(lambda *args, **names: noise, *batch),
            "the loss of a guess off by 3": student.ddpm_loss(
                lambda *args, **names: noise + 3, x0, t, noise, alpha_bar
            ),
            "the loss of points": student.ddpm_loss(lambda x_t, t: x_t, *points),
            "the loss in float64": student.ddpm_loss(lambda x_t, t: x_t, *doubles),
            "the loss of one image with T = 1": student.ddpm_loss(lambda x_t, t: x_t, *one),
            "the loss of an expanded image": student.ddpm_loss(lambda x_t, t: x_t, *for_all),
            "the loss of images in another order of memory": student.ddpm_loss(lambda x_t, t: x_t, *turned_batch),
        }


@public_check("ddpm_loss", **LOSS)
def learn_from_the_loss(student: Student) -> dict:
    """The gradient of the loss reaches the model's parameter, and is 0 for a perfect guess."""
    model, (x0, t, noise, alpha_bar) = Repeater(0.5), two_small_images()
    perfect = noise.clone().requires_grad_()
    with beginning():
        loss = student.ddpm_loss(model, x0, t, noise, alpha_bar)
        of_perfect = student.ddpm_loss(lambda *args, **names: perfect, x0, t, noise, alpha_bar)
        own = {"the model's parameter": model.strength}
        return {**slopes("the loss", loss, **own), **slopes("the loss", of_perfect, **{"a perfect guess": perfect})}
