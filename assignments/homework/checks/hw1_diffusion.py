"""Public checks of the homework on denoising diffusion: small inputs, most of them doable in the head."""

import torch
from torch import Tensor, nn

from homework.checks import Student, public_check

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
DROP = {
    "think": "which coin decides about which label, and what does a dropped one become?",
    "read": "Classifier-free guidance (Ho and Salimans, 2022), algorithm 1; notebook section 4.1",
}
GUIDANCE = {
    "think": "what should come out at w = 0, and in which direction does a larger w push?",
    "read": "Classifier-free guidance (Ho and Salimans, 2022), eq. 6; notebook section 4.2",
}


def table(*values: tuple[float, ...]) -> Tensor:
    """Numbers (number of values, D), float32."""
    return torch.tensor(values, dtype=torch.float32)


def slopes(result: Tensor, *inputs: Tensor) -> list[Tensor]:
    """Gradients of the sum of `result`; zeros where no path leads to an input."""
    if not result.requires_grad:
        return [torch.zeros_like(tensor) for tensor in inputs]
    found = torch.autograd.grad(result.sum(), inputs, allow_unused=True)
    return [torch.zeros_like(x) if slope is None else slope for x, slope in zip(inputs, found, strict=True)]


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


def round_alpha_bar() -> Tensor:
    """(4,), with roots that are known: 0.96, 0.8, 0.6 and 0.28; those of 1 - alpha_bar are 0.28, 0.6, 0.8 and 0.96."""
    return torch.tensor([0.9216, 0.64, 0.36, 0.0784])


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


def filled(*values: float) -> Tensor:
    """Images (number of values, 1, 2, 3), each filled with one number."""
    return torch.tensor(values, dtype=torch.float32)[:, None, None, None].expand(-1, 1, 2, 3).clone()


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


@public_check("drop_labels", **DROP)
def on_five_labels(student: Student) -> dict:
    """A label is dropped where its own coin is below the probability."""
    labels = torch.tensor([4, 8, 3, 3, 6])
    dropped = student.drop_labels(labels, torch.tensor([0.7, 0.1, 0.5, 0.4, 0.9]), 0.5, 10)
    kind = str(getattr(dropped, "dtype", type(dropped).__name__))
    return {"labels": dropped, "kind": kind, "labels_unchanged": bool(labels[1] == 8)}


@public_check("drop_labels", **DROP)
def on_the_extreme_probabilities(student: Student) -> dict:
    """Probability 0 keeps every label, a coin of 0 too; probability 1 drops them all."""
    labels, coins = torch.tensor([2, 7]), torch.tensor([0.0, 0.75])
    return {
        "labels for probability 0": student.drop_labels(labels.clone(), coins, 0.0, 5),
        "labels for probability 1": student.drop_labels(labels.clone(), coins, 1.0, 5),
    }


@public_check("guided_noise", **GUIDANCE)
def at_three_weights(student: Student) -> dict:
    """w = 0 is the conditional guess, w = -1 the unconditional one, and w = 2 goes beyond."""
    cond, uncond = torch.tensor([[1.0, 2.0]]), torch.tensor([[0.0, 3.0]])
    values = {f"the guess at w = {w}": student.guided_noise(cond.clone(), uncond.clone(), w) for w in (0.0, -1.0, 2.0)}
    student.guided_noise(cond, uncond, 1.0)
    return {**values, "inputs_unchanged": bool(cond[0, 0] == 1 and uncond[0, 1] == 3)}


@public_check("guided_noise", **GUIDANCE)
def on_images(student: Student) -> dict:
    """Images in float64 stay images in float64."""
    return {"the guess at w = 0.5": student.guided_noise(filled(1, 0.5).double(), filled(0.25, 1).double(), 0.5)}
