"""The solution of hw1_diffusion agrees with diffusers, and with closed forms in float64 that owe us nothing."""

import types
import warnings
from contextlib import suppress

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor
from torch.distributions import Independent, Normal, kl_divergence

from autograder.authoring.record import solution_harvest

STEPS = 50


@pytest.fixture(scope="module")
def solution(root):
    """The functions of our own solution notebook."""
    module = types.ModuleType("solution")
    for source, place in solution_harvest(root, "hw1_diffusion").statements:
        with suppress(NameError):  # values that need a training cell
            exec(compile(source, place, "exec"), vars(module))
    return module


@pytest.fixture(scope="module")
def scheduler():
    """diffusers' DDPM with the paper's choices: sigma^2 = beta, no clipping."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # third-party imports on a new Python
        from diffusers import DDPMScheduler
    return DDPMScheduler(
        STEPS, beta_start=1e-4, beta_end=0.02, beta_schedule="linear", variance_type="fixed_large", clip_sample=False
    )


def draw(seed: int, *shape: int) -> Tensor:
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


def test_the_schedule_is_that_of_diffusers(solution, scheduler):
    betas, alpha_bar = solution.linear_schedule(STEPS)
    torch.testing.assert_close(betas, scheduler.betas)
    torch.testing.assert_close(alpha_bar, scheduler.alphas_cumprod)


def test_forward_noising_is_add_noise(solution, scheduler):
    x0, noise, t = draw(1, 4, 3, 5, 6), draw(2, 4, 3, 5, 6), torch.tensor([0, 1, 30, STEPS - 1])
    expected = scheduler.add_noise(x0, noise, t)
    torch.testing.assert_close(solution.forward_noising(x0, t, noise, scheduler.alphas_cumprod.double()), expected)


def test_the_way_back_is_that_of_diffusers(solution, scheduler):
    """diffusers draws the noise of a step itself: we draw the same from a generator of the same seed."""
    betas, alpha_bar = scheduler.betas.double(), scheduler.alphas_cumprod.double()
    x_t, guess = draw(3, 1, 3, 5, 6), draw(4, 1, 3, 5, 6)
    for time in (1, 2, 30, STEPS - 1):
        scheduler.set_timesteps(STEPS)
        step = scheduler.step(guess, time, x_t, generator=torch.Generator().manual_seed(time))
        noise = torch.randn(x_t.shape, generator=torch.Generator().manual_seed(time), dtype=x_t.dtype)
        t = torch.tensor([time])
        found = solution.denoising_step(lambda x, t: guess, x_t, t, noise, betas, alpha_bar)
        torch.testing.assert_close(found, step.prev_sample, rtol=1e-4, atol=1e-5)
        x0 = solution.predict_x0(x_t, t, guess, alpha_bar)
        torch.testing.assert_close(x0, step.pred_original_sample, rtol=1e-5, atol=1e-5)


def test_the_last_step_is_that_of_diffusers(solution, scheduler):
    betas, alpha_bar = scheduler.betas.double(), scheduler.alphas_cumprod.double()
    x_t, guess, t = draw(5, 1, 2, 4, 4), draw(6, 1, 2, 4, 4), torch.tensor([0])
    expected = scheduler.step(guess, 0, x_t).prev_sample
    found = solution.denoising_step(lambda x, t: guess, x_t, t, draw(7, 1, 2, 4, 4), betas, alpha_bar)
    torch.testing.assert_close(found, expected, rtol=1e-4, atol=1e-5)


@settings(max_examples=30)
@given(seed=st.integers(0, 10_000), rows=st.integers(1, 4), dim=st.integers(1, 5))
def test_divergences_are_those_of_torch_distributions(solution, seed, rows, dim):
    mu, log_var, other = draw(seed, rows, dim), draw(seed + 1, rows, dim), draw(seed + 2, rows, dim)
    code = Independent(Normal(mu, (log_var / 2).exp()), 1)
    standard = Independent(Normal(torch.zeros_like(mu), 1.0), 1)
    torch.testing.assert_close(solution.kl_to_standard_normal(mu, log_var), kl_divergence(code, standard).mean())
    variance = log_var[:, 0].exp()
    q, p = (Independent(Normal(mean, variance.sqrt()[:, None].expand_as(mean)), 1) for mean in (mu, other))
    torch.testing.assert_close(solution.kl_equal_variance(mu, other, variance), kl_divergence(q, p))


@settings(max_examples=30)
@given(seed=st.integers(0, 10_000), time=st.integers(0, STEPS - 1), dim=st.integers(1, 5))
def test_noising_and_predicting_are_inverse(solution, seed, time, dim):
    _, alpha_bar = solution.linear_schedule(STEPS)
    x0, noise, t = draw(seed, 3, dim), draw(seed + 1, 3, dim), torch.tensor([time, 0, STEPS - 1])
    x_t = solution.forward_noising(x0, t, noise, alpha_bar.double())
    torch.testing.assert_close(solution.predict_x0(x_t, t, noise, alpha_bar.double()), x0, rtol=1e-8, atol=1e-8)


def test_the_true_denoiser_of_a_gaussian_samples_that_gaussian(solution):
    """For data N(m, s^2) the best guess at the noise is known, and the sampler must bring m and s back."""
    betas, alpha_bar = (table.double() for table in solution.linear_schedule(200, 5e-4, 0.1))
    mean, scale = 2.0, 0.5

    def best_guess(x_t: Tensor, t: Tensor) -> Tensor:
        kept = alpha_bar[t][:, None]
        return (1 - kept).sqrt() * (x_t - kept.sqrt() * mean) / (kept * scale**2 + 1 - kept)

    samples = solution.sample(best_guess, draw(8, 20_000, 1), betas, alpha_bar, draw(9, 200, 20_000, 1))
    assert abs(samples.mean() - mean) < 0.02  # five standard errors of the mean
    assert abs(samples.std() - scale) < 0.02
