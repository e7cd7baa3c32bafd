"""Known mistakes in linear_schedule."""

import math

import numpy as np
import torch
import torch.nn.functional as F

from autograder.suites import mistake


def _with_alpha_bar(betas):
    return betas, torch.cumprod(1 - betas, dim=0)


@mistake(
    "test_betas_grow_evenly",
    says="The last beta falls short of beta_end: T values have T - 1 gaps between them, not T.",
)
def end_left_out(num_steps, beta_start=1e-4, beta_end=0.02):
    return _with_alpha_bar(beta_start + (beta_end - beta_start) / num_steps * torch.arange(num_steps))


@mistake(
    "test_betas_grow_evenly",
    says="The first beta is above beta_start already: step 0 has beta_start itself.",
)
def start_left_out(num_steps, beta_start=1e-4, beta_end=0.02):
    return _with_alpha_bar(beta_start + (beta_end - beta_start) / num_steps * torch.arange(1, num_steps + 1))


@mistake(
    "test_betas_grow_evenly",
    says="There are T + 1 values. The schedule has one beta for each of the T steps.",
)
def one_step_more(num_steps, beta_start=1e-4, beta_end=0.02):
    return _with_alpha_bar(torch.linspace(beta_start, beta_end, num_steps + 1))


@mistake(
    "test_betas_grow_evenly",
    says="The roots of beta grow evenly here, as in Stable Diffusion's schedule. DDPM's betas grow evenly themselves.",
)
def roots_grow_evenly(num_steps, beta_start=1e-4, beta_end=0.02):
    return _with_alpha_bar(torch.linspace(beta_start**0.5, beta_end**0.5, num_steps) ** 2)


@mistake(
    "test_betas_grow_evenly",
    says="The betas grow by a constant factor (logspace). Evenly means by a constant difference.",
)
def logarithms_grow_evenly(num_steps, beta_start=1e-4, beta_end=0.02):
    return _with_alpha_bar(torch.logspace(math.log10(beta_start), math.log10(beta_end), num_steps))


@mistake(
    "test_betas_grow_evenly",
    says="The betas run from beta_end down to beta_start. The first step is the gentlest.",
)
def reversed_order(num_steps, beta_start=1e-4, beta_end=0.02):
    return _with_alpha_bar(torch.linspace(beta_end, beta_start, num_steps))


@mistake(
    "test_betas_grow_evenly",
    says="beta_start and beta_end are not used: the paper's numbers stand in your code instead.",
)
def ends_ignored(num_steps, beta_start=1e-4, beta_end=0.02):
    return _with_alpha_bar(torch.linspace(1e-4, 0.02, num_steps))


@mistake(
    "test_betas_grow_evenly",
    says="You rescale the betas by 1000 / T, as some code bases do. The contract takes both ends as they are given.",
)
def rescaled(num_steps, beta_start=1e-4, beta_end=0.02):
    scale = 1000 / num_steps
    return _with_alpha_bar(torch.linspace(scale * beta_start, scale * beta_end, num_steps))


@mistake(
    "test_betas_grow_evenly",
    says="You return alphas, 1 - beta, as the first result. It should be the betas.",
)
def alphas_for_betas(num_steps, beta_start=1e-4, beta_end=0.02):
    betas, alpha_bar = _with_alpha_bar(torch.linspace(beta_start, beta_end, num_steps))
    return 1 - betas, alpha_bar


@mistake(
    "test_betas_grow_evenly",
    says="The two results have changed places: betas first, then alpha_bar.",
)
def results_swapped(num_steps, beta_start=1e-4, beta_end=0.02):
    return _with_alpha_bar(torch.linspace(beta_start, beta_end, num_steps))[::-1]


@mistake(
    "test_alpha_bar_is_a_running_product",
    says="This is alpha, 1 - beta of each step alone. alpha_bar multiplies those of all steps so far.",
)
def no_product(num_steps, beta_start=1e-4, beta_end=0.02):
    betas = torch.linspace(beta_start, beta_end, num_steps)
    return betas, 1 - betas


@mistake(
    "test_alpha_bar_is_a_running_product",
    says="You multiply the betas. What is left after a step is 1 - beta, and those are multiplied.",
)
def product_of_betas(num_steps, beta_start=1e-4, beta_end=0.02):
    betas = torch.linspace(beta_start, beta_end, num_steps)
    return betas, torch.cumprod(betas, dim=0)


@mistake(
    "test_alpha_bar_is_a_running_product",
    says="You add the alphas up. Each step keeps a share of what is left, so the shares are multiplied.",
)
def sum_for_product(num_steps, beta_start=1e-4, beta_end=0.02):
    betas = torch.linspace(beta_start, beta_end, num_steps)
    return betas, torch.cumsum(1 - betas, dim=0)


@mistake(
    "test_alpha_bar_is_a_running_product",
    says="You subtract the betas one after the other. Each step takes a share of what is left: multiply.",
)
def betas_subtracted(num_steps, beta_start=1e-4, beta_end=0.02):
    betas = torch.linspace(beta_start, beta_end, num_steps)
    return betas, 1 - torch.cumsum(betas, dim=0)


@mistake(
    "test_alpha_bar_is_a_running_product",
    says="This is 1 - alpha_bar, the share of the noise. alpha_bar is the share of the image that is left.",
)
def share_of_the_noise(num_steps, beta_start=1e-4, beta_end=0.02):
    betas, alpha_bar = _with_alpha_bar(torch.linspace(beta_start, beta_end, num_steps))
    return betas, 1 - alpha_bar


@mistake(
    "test_alpha_bar_is_a_running_product",
    says="This is the root of alpha_bar. The root is taken later, where the image gets its weight.",
)
def root_taken_already(num_steps, beta_start=1e-4, beta_end=0.02):
    betas, alpha_bar = _with_alpha_bar(torch.linspace(beta_start, beta_end, num_steps))
    return betas, alpha_bar.sqrt()


@mistake(
    "test_alpha_bar_is_a_running_product",
    says="alpha_bar starts with 1 and lags one step behind: alpha_bar[t] holds the product up to step t itself.",
)
def one_step_behind(num_steps, beta_start=1e-4, beta_end=0.02):
    betas, alpha_bar = _with_alpha_bar(torch.linspace(beta_start, beta_end, num_steps))
    return betas, F.pad(alpha_bar[:-1], (1, 0), value=1.0)


@mistake(
    "test_alpha_bar_is_a_running_product",
    says="alpha_bar has T + 1 values, a 1 before all others. Here t = 0 is the first noising step: leave the 1 out.",
)
def one_in_front(num_steps, beta_start=1e-4, beta_end=0.02):
    betas, alpha_bar = _with_alpha_bar(torch.linspace(beta_start, beta_end, num_steps))
    return betas, F.pad(alpha_bar, (1, 0), value=1.0)


@mistake(
    "test_alpha_bar_is_a_running_product",
    says="This is the product over all steps, the same for every t. alpha_bar[t] stops at step t.",
)
def one_product_for_all(num_steps, beta_start=1e-4, beta_end=0.02):
    betas = torch.linspace(beta_start, beta_end, num_steps)
    return betas, torch.prod(1 - betas).repeat(num_steps)


@mistake(
    "test_alpha_bar_is_a_running_product",
    says="You multiply from the last step backwards. alpha_bar[t] is the product over the steps 0 ... t.",
)
def product_from_the_end(num_steps, beta_start=1e-4, beta_end=0.02):
    betas = torch.linspace(beta_start, beta_end, num_steps)
    return betas, torch.cumprod((1 - betas).flip(0), dim=0).flip(0)


@mistake(
    "test_the_defaults_are_those_of_ddpm",
    says="beta_end is 0.2 by default. The paper's last beta is 0.02.",
)
def default_end_ten_times_too_large(num_steps, beta_start=1e-4, beta_end=0.2):
    return _with_alpha_bar(torch.linspace(beta_start, beta_end, num_steps))


@mistake(
    "test_the_defaults_are_those_of_ddpm",
    says="beta_start is 0.001 by default. The paper's first beta is 0.0001.",
)
def default_start_ten_times_too_large(num_steps, beta_start=1e-3, beta_end=0.02):
    return _with_alpha_bar(torch.linspace(beta_start, beta_end, num_steps))


@mistake(
    "test_a_single_step_works",
    says="You divide by T - 1, which is 0 for a single step: it has beta_start.",
)
def zero_gaps(num_steps, beta_start=1e-4, beta_end=0.02):
    return _with_alpha_bar(beta_start + (beta_end - beta_start) / (num_steps - 1) * torch.arange(num_steps))


@mistake(
    "test_a_single_step_works",
    says="You divide zero by zero for a single step, which gives NaN: it has beta_start.",
)
def zero_over_zero(num_steps, beta_start=1e-4, beta_end=0.02):
    steps = torch.arange(num_steps)
    return _with_alpha_bar(beta_start + (beta_end - beta_start) * steps / (num_steps - 1))


@mistake(
    "test_a_single_step_works",
    says="Your single step has beta_end. The only step of T = 1 has beta_start.",
)
def single_step_at_the_end(num_steps, beta_start=1e-4, beta_end=0.02):
    return _with_alpha_bar(torch.linspace(beta_end, beta_start, num_steps).flip(0))


@mistake(
    "test_the_schedule_is_float32",
    says="betas and alpha_bar are float64. Compute in it if you like, and give back float32, as the images are.",
)
def float64_kept(num_steps, beta_start=1e-4, beta_end=0.02):
    return _with_alpha_bar(torch.linspace(beta_start, beta_end, num_steps, dtype=torch.float64))


@mistake(
    "test_betas_grow_evenly",
    says="You clip the betas at both ends, as cosine schedules do. They are taken as they are given.",
)
def betas_clipped(num_steps, beta_start=1e-4, beta_end=0.02):
    return _with_alpha_bar(torch.linspace(beta_start, beta_end, num_steps).clamp(1e-4, 0.999))


@mistake(
    "test_betas_grow_evenly",
    says="You clip the largest betas, as cosine schedules do. They are taken as they are given.",
)
def betas_cut_off(num_steps, beta_start=1e-4, beta_end=0.02):
    return _with_alpha_bar(torch.linspace(beta_start, beta_end, num_steps).clamp(max=0.999))


@mistake(
    "test_betas_grow_evenly",
    says="The paper's ends stand in your code, rescaled by 1000 / T. beta_start and beta_end are given: use them.",
)
def ends_of_the_paper_rescaled(num_steps, beta_start=1e-4, beta_end=0.02):
    scale = 1000 / num_steps
    return _with_alpha_bar(torch.linspace(scale * 1e-4, scale * 0.02, num_steps))


@mistake(
    "test_betas_grow_evenly",
    says="There are T + 1 values, a beta of 0 in front. Here t = 0 is the first noising step and has beta_start.",
)
def zero_in_front(num_steps, beta_start=1e-4, beta_end=0.02):
    return _with_alpha_bar(F.pad(torch.linspace(beta_start, beta_end, num_steps), (1, 0)))


@mistake(
    "test_betas_grow_evenly",
    says="Everything lags one step behind: beta is 0 at t = 0. Here t = 0 is the first noising step, with beta_start.",
)
def everything_one_step_behind(num_steps, beta_start=1e-4, beta_end=0.02):
    return _with_alpha_bar(F.pad(torch.linspace(beta_start, beta_end, num_steps), (1, 0))[:-1])


@mistake(
    "test_betas_grow_evenly",
    says="You make T + 1 steps and cut the first one off, whose noise is still in alpha_bar. Make T steps.",
)
def first_of_one_step_more_cut_off(num_steps, beta_start=1e-4, beta_end=0.02):
    betas, alpha_bar = _with_alpha_bar(torch.linspace(beta_start, beta_end, num_steps + 1))
    return betas[1:], alpha_bar[1:]


@mistake(
    "test_alpha_bar_is_a_running_product",
    says="You return alphas, 1 - beta, as the betas, and alpha_bar of them: 1 - beta is taken twice.",
)
def alphas_grow_evenly(num_steps, beta_start=1e-4, beta_end=0.02):
    alphas = 1 - torch.linspace(beta_start, beta_end, num_steps)
    return _with_alpha_bar(alphas)


@mistake(
    "test_alpha_bar_is_a_running_product",
    says="You take the running product twice. alpha_bar is the running product of 1 - beta, once.",
)
def product_of_the_product(num_steps, beta_start=1e-4, beta_end=0.02):
    betas, alpha_bar = _with_alpha_bar(torch.linspace(beta_start, beta_end, num_steps))
    return betas, torch.cumprod(alpha_bar, dim=0)


@mistake(
    "test_the_schedule_is_float32",
    says="numpy makes float64, and alpha_bar keeps it here. Give back both tables in float32, as the images are.",
)
def alpha_bar_in_float64(num_steps, beta_start=1e-4, beta_end=0.02):
    betas, alpha_bar = _with_alpha_bar(torch.linspace(beta_start, beta_end, num_steps, dtype=torch.float64))
    return betas.float(), alpha_bar


@mistake(
    "test_betas_grow_evenly",
    says="This is a cosine schedule (Nichol and Dhariwal, 2021). Here the betas grow evenly between two given ends.",
)
def cosine_schedule(num_steps, beta_start=1e-4, beta_end=0.02):
    angles = (torch.linspace(0, 1, num_steps + 1) + 0.008) / 1.008 * math.pi / 2
    kept = angles.cos().square()
    return _with_alpha_bar((1 - kept[1:] / kept[:-1]).clamp(max=0.999))


@mistake(
    "test_alpha_bar_is_a_running_product",
    says="You take exp(-sum of betas), which is only near the product of 1 - beta. Multiply.",
)
def exponential_of_the_sum(num_steps, beta_start=1e-4, beta_end=0.02):
    betas = torch.linspace(beta_start, beta_end, num_steps)
    return betas, torch.exp(-torch.cumsum(betas, dim=0))


@mistake(
    "test_betas_grow_evenly",
    says="The tables have shape (T, 1, 1, 1). They are (T,); whoever looks t up gives them the shape that fits.",
)
def four_dimensions(num_steps, beta_start=1e-4, beta_end=0.02):
    return _with_alpha_bar(torch.linspace(beta_start, beta_end, num_steps).reshape(-1, 1, 1, 1))


@mistake(
    "test_betas_grow_evenly",
    says="Three results come back. The contract has two: betas, then alpha_bar.",
)
def three_results(num_steps, beta_start=1e-4, beta_end=0.02):
    betas, alpha_bar = _with_alpha_bar(torch.linspace(beta_start, beta_end, num_steps))
    return betas, 1 - betas, alpha_bar


@mistake(
    "test_betas_grow_evenly",
    says="Only one table comes back. The contract has two results: betas, then alpha_bar.",
)
def alpha_bar_alone(num_steps, beta_start=1e-4, beta_end=0.02):
    return torch.cumprod(1 - torch.linspace(beta_start, beta_end, num_steps), dim=0)


@mistake(
    "test_betas_grow_evenly",
    says="A dictionary comes back. The contract has two tensors: betas, then alpha_bar.",
)
def dictionary(num_steps, beta_start=1e-4, beta_end=0.02):
    betas, alpha_bar = _with_alpha_bar(torch.linspace(beta_start, beta_end, num_steps))
    return {"betas": betas, "alpha_bar": alpha_bar}


@mistake(
    "test_betas_grow_evenly",
    says="numpy arrays come back. The contract has tensors: torch.from_numpy, and float32.",
)
def numpy_arrays(num_steps, beta_start=1e-4, beta_end=0.02):
    betas = np.linspace(beta_start, beta_end, num_steps, dtype=np.float32)
    return betas, np.cumprod(1 - betas)


@mistake(
    "test_the_defaults_are_those_of_ddpm",
    says="The names of the arguments are part of the contract: num_steps, beta_start, beta_end.",
)
def other_names(timesteps, start=1e-4, end=0.02):
    return _with_alpha_bar(torch.linspace(start, end, timesteps))


@mistake(
    "test_the_defaults_are_those_of_ddpm",
    says="You keep alpha_bar above a small number. It is a product, and may come as close to 0 as it likes.",
)
def alpha_bar_kept_above_a_small_number(num_steps, beta_start=1e-4, beta_end=0.02):
    betas, alpha_bar = _with_alpha_bar(torch.linspace(beta_start, beta_end, num_steps))
    return betas, alpha_bar.clamp(min=1e-3)
