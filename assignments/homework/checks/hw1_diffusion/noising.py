"""Public checks of parts 1 and 2, Gaussians and the forward process: most of them doable in the head."""

from typing import Any

import torch
from torch import Tensor

from homework.checks import Student, public_check
from homework.checks.hw1_diffusion.tensors import (
    after,
    beginning,
    round_alpha_bar,
    slopes,
    table,
    turned,
)

REPARAMETERIZE = {
    "think": "log_var is the logarithm of which quantity, and which one do you multiply the noise by?",
    "read": "VAE (Kingma and Welling, 2014), section 2.4; notebook section 1.1",
}
KL_TO_NORMAL = {
    "think": "when is the divergence 0, over which dimension do you sum, and over which one do you average?",
    "read": "VAE (Kingma and Welling, 2014), appendix B; notebook section 1.2",
}
SCHEDULE = {
    "think": "how many gaps lie between T values, and what share of the variance is left after one more step?",
    "read": "DDPM (Ho et al., 2020), sections 2 and 4; notebook section 2.1",
}
NOISING = {
    "think": "does each item get the alpha_bar of its own timestep, and do the two weights, squared, add up to 1?",
    "read": "DDPM (Ho et al., 2020), eq. 4; notebook section 2.2",
}
PREDICTION = {
    "think": "if you put your x0 and the noise into eq. 4, do you get x_t back?",
    "read": "DDPM (Ho et al., 2020), eq. 15; notebook section 2.3",
}


@public_check("reparameterize", **REPARAMETERIZE)
def sample_with_variances_4_and_9(student: Student) -> dict:
    """A variance of 4 spreads the noise by 2, one of 9 by 3."""
    mu, log_var, noise = table((1, -2), (0, 5)), table((4, 9), (1, 0.25)).log(), table((1, -1), (3, 2))
    with beginning():
        sample = student.reparameterize(mu, log_var, noise)
    return {"the sample": sample, **after(mu=mu, log_var=log_var, noise=noise)}


@public_check("reparameterize", **REPARAMETERIZE)
def sample_with_tiny_and_huge_variances(student: Student) -> dict:
    """Any log_var counts as it comes, one number is a sample too, and numbers may lie in memory in any order."""
    far, one = table((-60, 60)), table((0.5,))
    with beginning():
        sample = student.reparameterize(0 * far, far, far**0)
        of_one = student.reparameterize(one, 0 * one, one)
        of_many = student.reparameterize(one.expand(2, 3), turned(torch.zeros(2, 3)), turned(torch.ones(2, 3)))
    return {
        "the sample at log_var -60 and 60, in standard deviations,": torch.as_tensor(sample) / (far / 2).exp(),
        "the sample of one number": of_one,
        "the sample of an expanded mean": of_many,
    }


@public_check("reparameterize", **REPARAMETERIZE)
def differentiate_a_float64_sample(student: Student) -> dict:
    """The sample keeps shape and dtype of mu and can be differentiated."""
    mu = torch.tensor([1.0, 2.0, 3.0], dtype=torch.float64, requires_grad=True)
    log_var = torch.zeros(3, dtype=torch.float64, requires_grad=True)
    with beginning():
        sample = student.reparameterize(mu, log_var, torch.tensor([2.0, 0.0, -4.0], dtype=torch.float64))
        return {"the sample": sample, **slopes("the sample", sample, mu=mu, log_var=log_var)}


@public_check("kl_to_standard_normal", **KL_TO_NORMAL)
def diverge_by_shifted_means(student: Student) -> dict:
    """N(0, I) has a divergence of 0; with variance 1, the distance of the mean alone counts."""
    many, shifted = table((1, 2, 2), (2, 0, 1)), table((3, 4), (0, 0))
    with beginning():
        return {
            "the divergence of N(0, I)": student.kl_to_standard_normal(torch.zeros(2, 3), torch.zeros(2, 3)),
            "the divergence at mean (3, 4)": student.kl_to_standard_normal(table((3, 4)), table((0, 0))),
            "the divergence of that and N(0, I)": student.kl_to_standard_normal(shifted, 0 * shifted),
            "the divergence of one number": student.kl_to_standard_normal(table((2,)), table((0,))),
            "the divergence of an expanded log_var": student.kl_to_standard_normal(
                turned(many), torch.zeros(1, 3).expand(2, 3)
            ),
        }


@public_check("kl_to_standard_normal", **KL_TO_NORMAL)
def diverge_by_variances(student: Student) -> dict:
    """A variance other than 1 adds to the divergence, and the result can be differentiated."""
    mu, log_var = table((1, -2, 0), (2, 0, 0)).double(), table((4, 1, 0.5), (0.25, 1, 2)).double().log()
    mu.requires_grad_(), log_var.requires_grad_()
    with beginning():
        divergence = student.kl_to_standard_normal(mu, log_var)
        values = {"the divergence": divergence, **slopes("the divergence", divergence, mu=mu, log_var=log_var)}
    return {**values, **after(mu=mu, log_var=log_var)}


@public_check("kl_to_standard_normal", **KL_TO_NORMAL)
def diverge_by_tiny_variances(student: Student) -> dict:
    """A log_var of -60 or 40 counts as it comes, in the gradient too."""
    narrow, wide = (table((value, value)).requires_grad_() for value in (-60, 40))
    mu = torch.zeros(1, 2)
    with beginning():
        normal = torch.zeros(1, 2, requires_grad=True)
        of_normal = student.kl_to_standard_normal(normal, mu)
        of_narrow, of_wide = (student.kl_to_standard_normal(mu, log_var) for log_var in (narrow, wide))
        return {
            "the divergence at log_var -60": of_narrow,
            **slopes("that", of_narrow, **{"log_var at -60": narrow}),
            "the divergence at log_var 40": of_wide,
            **slopes("the divergence of N(0, I)", of_normal, **{"mu of N(0, I)": normal}),
            **after(mu=mu),
        }


def two_tables(results: Any) -> Any:
    """The two results of linear_schedule; TypeError where there are not two."""
    if isinstance(results, tuple | list) and len(results) == 2:
        return results
    kind = f"{len(results)} of them" if isinstance(results, tuple | list) else f"one {type(results).__name__}"
    raise TypeError(f"linear_schedule should return two tables, betas and alpha_bar, and yours returns {kind}")


@public_check("linear_schedule", **SCHEDULE)
def plan_three_steps(student: Student) -> dict:
    """betas grow evenly from 0.1 to 0.5, and alpha_bar is what is left: 0.9, then 0.7 of it, then half of that."""
    betas, alpha_bar = two_tables(student.linear_schedule(3, 0.1, 0.5))
    return {"betas": betas, "alpha_bar": alpha_bar}


@public_check("linear_schedule", **SCHEDULE)
def plan_one_step_and_a_thousand(student: Student) -> dict:
    """One step has beta_start, and the paper's thousand end with beta = 0.02 and hardly any image."""
    betas, alpha_bar = two_tables(student.linear_schedule(1, 0.25, 0.75))
    many_betas, many_alpha_bar = two_tables(student.linear_schedule(1000))
    return {
        "betas of T = 1": betas,
        "alpha_bar of T = 1": alpha_bar,
        "every 111th of 1000 betas": many_betas[::111],
        "every 111th of 1000 alpha_bar": many_alpha_bar[::111],
    }


@public_check("linear_schedule", **SCHEDULE)
def plan_with_other_ends(student: Student) -> dict:
    """Each end may be given by its name alone, and betas close to 0 and 1 are taken as they are."""
    return {
        "betas with beta_end = 0.5 alone given": two_tables(student.linear_schedule(num_steps=2, beta_end=0.5))[0],
        "betas with beta_start = 0.01 alone given": two_tables(student.linear_schedule(2, beta_start=0.01))[0],
        "betas from 0.00003 to 0.9997": two_tables(student.linear_schedule(2, 3e-5, 0.9997))[0],
    }


def two_images(first: tuple[float, float], second: tuple[float, float]) -> Tensor:
    """Two images of 1 x 2 pixels: as many as they are wide."""
    return table(first, second)[:, None, None]


@public_check("forward_noising", **NOISING)
def noise_two_small_images(student: Student) -> dict:
    """Two images of 1 x 2 pixels are noised to the timesteps 3 and 0."""
    x0, t, noise = two_images((1, 0), (-1, 1)), torch.tensor([3, 0]), two_images((0, 1), (2, -2))
    alpha_bar = round_alpha_bar()
    with beginning():
        x_t = student.forward_noising(x0, t, noise, alpha_bar)
    return {"x_t": x_t, **after(x0=x0, t=t, noise=noise, alpha_bar=alpha_bar)}


@public_check("forward_noising", **NOISING)
def noise_two_points(student: Student) -> dict:
    """Two points in the plane are noised to their own timesteps, and keep their dtype."""
    x0, noise, t = table((1, 1), (10, 20)), table((1, -1), (10, 0)), torch.tensor([1, 2])
    with beginning():
        return {
            "x_t of points": student.forward_noising(x0, t, noise, round_alpha_bar().double()),
            "x_t of points in float64": student.forward_noising(x0.double(), t, noise.double(), round_alpha_bar()),
        }


@public_check("forward_noising", **NOISING)
def noise_in_one_step(student: Student) -> dict:
    """With T = 1 and one image, t = 0 is the only timestep; hardly any image may be left; order in memory is free."""
    x0, noise, t = torch.full((1, 1, 2, 2), 0.5), torch.ones(1, 1, 2, 2), torch.tensor([0])
    for_all, ones = x0.expand(2, -1, -1, -1), turned(torch.ones(2, 1, 2, 2))
    with beginning():
        return {
            "x_t of T = 1": student.forward_noising(x0, t, noise, torch.tensor([0.64])),
            "x_t of hardly any image": student.forward_noising(x0, t, 0 * noise, torch.tensor([1e-6])),
            "x_t of an expanded image": student.forward_noising(for_all, t.expand(2), ones, torch.tensor([0.36])),
        }


@public_check("predict_x0", **PREDICTION)
def predict_two_small_images(student: Student) -> dict:
    """x_t of 0.8 and a noise of 1 at timestep 2 lead back to 0, and each image has its own timestep."""
    x_t, noise, t = two_images((0.8, 0.3), (2, 0.14)), two_images((1, 0), (1, 0.5)), torch.tensor([2, 3])
    alpha_bar = round_alpha_bar()
    with beginning():
        x0 = student.predict_x0(x_t, t, noise, alpha_bar)
    return {"x0": x0, **after(x_t=x_t, t=t, noise=noise, alpha_bar=alpha_bar)}


@public_check("predict_x0", **PREDICTION)
def predict_two_points(student: Student) -> dict:
    """Points far outside [-1, 1] are led back to where they are, not clipped, and keep their dtype."""
    x_t, noise, t = table((16, 8), (0, 12)), table((0, 10), (5, 0)), torch.tensor([1, 2])
    with beginning():
        return {
            "x0 of points": student.predict_x0(x_t, t, noise, round_alpha_bar().double()),
            "x0 of points in float64": student.predict_x0(x_t.double(), t, noise.double(), round_alpha_bar()),
        }


@public_check("predict_x0", **PREDICTION)
def predict_from_hardly_any_image(student: Student) -> dict:
    """One image, of which a hundredth is left, comes back in full; order in memory is free."""
    x_t, t = torch.full((1, 1, 2, 2), 0.01), torch.tensor([0])
    for_all, ones = x_t.expand(2, -1, -1, -1), turned(torch.ones(2, 1, 2, 2))
    with beginning():
        return {
            "x0 of hardly any image": student.predict_x0(x_t, t, 0 * x_t, torch.tensor([1e-4])),
            "x0 of an expanded image": student.predict_x0(for_all, t.expand(2), ones, torch.tensor([0.36])),
        }
