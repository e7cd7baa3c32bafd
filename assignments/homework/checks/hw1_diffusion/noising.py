"""Public checks of parts 1 and 2, Gaussians and the forward process: most of them doable in the head."""

import torch

from homework.checks import Student, public_check
from homework.checks.hw1_diffusion.tensors import round_alpha_bar, slopes, table

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
    sample = student.reparameterize(mu, log_var, noise)
    unchanged = bool(mu[0, 0] == 1 and noise[1, 1] == 2)
    return {"the sample": sample, "inputs unchanged": unchanged}


@public_check("reparameterize", **REPARAMETERIZE)
def differentiate_a_float64_sample(student: Student) -> dict:
    """The sample keeps shape and dtype of mu and can be differentiated."""
    mu = torch.tensor([1.0, 2.0, 3.0], dtype=torch.float64, requires_grad=True)
    log_var = torch.zeros(3, dtype=torch.float64, requires_grad=True)
    sample = student.reparameterize(mu, log_var, torch.tensor([2.0, 0.0, -4.0], dtype=torch.float64))
    gradient_of_mu, gradient_of_log_var = slopes(sample, mu, log_var)
    return {"the sample": sample, "gradient of mu": gradient_of_mu, "gradient of log_var": gradient_of_log_var}


@public_check("kl_to_standard_normal", **KL_TO_NORMAL)
def diverge_by_shifted_means(student: Student) -> dict:
    """N(0, I) has a divergence of 0; with variance 1, the distance of the mean alone counts."""
    return {
        "the divergence of N(0, I)": student.kl_to_standard_normal(torch.zeros(2, 3), torch.zeros(2, 3)),
        "the divergence at mean (3, 4)": student.kl_to_standard_normal(table((3, 4)), table((0, 0))),
        "the divergence of that and N(0, I)": student.kl_to_standard_normal(table((3, 4), (0, 0)), torch.zeros(2, 2)),
    }


@public_check("kl_to_standard_normal", **KL_TO_NORMAL)
def diverge_by_variances(student: Student) -> dict:
    """A variance other than 1 adds to the divergence, and the result can be differentiated."""
    mu, log_var = table((1, -2, 0), (2, 0, 0)).double(), table((4, 1, 0.5), (0.25, 1, 2)).double().log()
    mu.requires_grad_(), log_var.requires_grad_()
    divergence = student.kl_to_standard_normal(mu, log_var)
    gradient_of_mu, gradient_of_log_var = slopes(divergence, mu, log_var)
    return {
        "the divergence": divergence,
        "gradient of mu": gradient_of_mu,
        "gradient of log_var": gradient_of_log_var,
        "mu unchanged": bool(mu[0, 1] == -2),
    }


@public_check("linear_schedule", **SCHEDULE)
def plan_three_steps(student: Student) -> dict:
    """betas grow evenly from 0.1 to 0.5, and alpha_bar is what is left: 0.9, then 0.7 of it, then half of that."""
    betas, alpha_bar = student.linear_schedule(3, 0.1, 0.5)
    return {"betas": betas, "alpha_bar": alpha_bar}


@public_check("linear_schedule", **SCHEDULE)
def plan_one_step_and_a_thousand(student: Student) -> dict:
    """One step has beta_start, and the paper's thousand end with beta = 0.02 and hardly any image."""
    betas, alpha_bar = student.linear_schedule(1, 0.25, 0.75)
    many_betas, many_alpha_bar = student.linear_schedule(1000)
    return {
        "betas of T = 1": betas,
        "alpha_bar of T = 1": alpha_bar,
        "every 111th of 1000 betas": many_betas[::111],
        "every 111th of 1000 alpha_bar": many_alpha_bar[::111],
    }


@public_check("forward_noising", **NOISING)
def noise_three_small_images(student: Student) -> dict:
    """Three images of 1 x 2 pixels are noised to the timesteps 2, 0 and 3."""
    x0, noise = table((1, 0), (0, 1), (-1, 1))[:, None, None], table((0, 1), (1, 0), (2, -2))[:, None, None]
    x_t = student.forward_noising(x0, torch.tensor([2, 0, 3]), noise, round_alpha_bar())
    return {"x_t": x_t, "x0 unchanged": bool(x0[0, 0, 0, 0] == 1), "noise unchanged": bool(noise[2, 0, 0, 0] == 2)}


@public_check("forward_noising", **NOISING)
def noise_two_points(student: Student) -> dict:
    """Two points in the plane are noised to their own timesteps, and keep their dtype."""
    x0, noise = table((1, 1), (10, 20)), table((1, -1), (10, 0))
    return {"x_t of points": student.forward_noising(x0, torch.tensor([1, 2]), noise, round_alpha_bar().double())}


@public_check("forward_noising", **NOISING)
def noise_in_one_step(student: Student) -> dict:
    """With T = 1 and one image, t = 0 is the only timestep."""
    x0, noise = torch.full((1, 1, 2, 2), 0.5), torch.ones(1, 1, 2, 2)
    return {"x_t of T = 1": student.forward_noising(x0, torch.tensor([0]), noise, torch.tensor([0.64]))}


@public_check("predict_x0", **PREDICTION)
def predict_three_small_images(student: Student) -> dict:
    """x_t of 0.8 and a noise of 1 at timestep 2 lead back to 0, and each image has its own timestep."""
    x_t, noise = table((0.8, 0.3), (0.5, -1), (2, 0.14))[:, None, None], table((1, 0), (1, 1), (1, 0.5))[:, None, None]
    x0 = student.predict_x0(x_t, torch.tensor([2, 1, 3]), noise, round_alpha_bar())
    return {"x0": x0, "x_t unchanged": bool(x_t[1, 0, 0, 1] == -1)}


@public_check("predict_x0", **PREDICTION)
def predict_two_points(student: Student) -> dict:
    """Points far outside [-1, 1] are led back to where they are, not clipped, and keep their dtype."""
    x_t, noise = table((16, 8), (0, 12)), table((0, 10), (5, 0))
    return {"x0 of points": student.predict_x0(x_t, torch.tensor([1, 2]), noise, round_alpha_bar().double())}
