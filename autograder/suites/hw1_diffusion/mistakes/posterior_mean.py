"""Known mistakes in posterior_mean. The one that draws at random is told again: the grader seeds every call."""

import torch

from autograder.suites import mistake


def _each(table, t, x):
    """table[t] as (B, 1, ...)."""
    return table[t].to(x.dtype).reshape(-1, *[1] * (x.dim() - 1))


@mistake(
    "test_x_t_has_the_right_weight",
    says="You divide by sqrt(alpha_bar_t), which undoes all steps at once. A single step divides by sqrt(1 - beta_t).",
)
def divided_by_root_of_alpha_bar(x_t, t, noise, betas, alpha_bar):
    beta, kept = _each(betas, t, x_t), _each(alpha_bar, t, x_t)
    return (x_t - beta / (1 - kept).sqrt() * noise) / kept.sqrt()


@mistake(
    "test_x_t_has_the_right_weight",
    says="You divide by sqrt(beta_t). The divisor is sqrt(alpha_t), and alpha_t is 1 - beta_t.",
)
def divided_by_root_of_beta(x_t, t, noise, betas, alpha_bar):
    beta, kept = _each(betas, t, x_t), _each(alpha_bar, t, x_t)
    return (x_t - beta / (1 - kept).sqrt() * noise) / beta.sqrt()


@mistake(
    "test_x_t_has_the_right_weight",
    says="You divide by alpha_t; the root around it is missing.",
)
def divided_by_alpha(x_t, t, noise, betas, alpha_bar):
    beta, kept = _each(betas, t, x_t), _each(alpha_bar, t, x_t)
    return (x_t - beta / (1 - kept).sqrt() * noise) / (1 - beta)


@mistake(
    "test_x_t_has_the_right_weight",
    says="The division by sqrt(alpha_t) is missing: the step takes noise out and does not scale the rest back up.",
)
def not_divided(x_t, t, noise, betas, alpha_bar):
    beta, kept = _each(betas, t, x_t), _each(alpha_bar, t, x_t)
    return x_t - beta / (1 - kept).sqrt() * noise


@mistake(
    "test_x_t_has_the_right_weight",
    says="You multiply by sqrt(alpha_t), as the forward process does. The way back divides.",
)
def multiplied_by_root_of_alpha(x_t, t, noise, betas, alpha_bar):
    beta, kept = _each(betas, t, x_t), _each(alpha_bar, t, x_t)
    return (x_t - beta / (1 - kept).sqrt() * noise) * (1 - beta).sqrt()


@mistake(
    "test_the_noise_is_taken_out_in_the_right_proportion",
    says="Only x_t is divided by sqrt(alpha_t). In eq. 11 it divides the noise's share too: mind the brackets.",
)
def only_x_t_divided(x_t, t, noise, betas, alpha_bar):
    beta, kept = _each(betas, t, x_t), _each(alpha_bar, t, x_t)
    return x_t / (1 - beta).sqrt() - beta / (1 - kept).sqrt() * noise


@mistake(
    "test_the_noise_is_taken_out_in_the_right_proportion",
    says="Only the noise's share is divided by sqrt(alpha_t). In eq. 11 it divides x_t too: mind the brackets.",
)
def only_the_noise_divided(x_t, t, noise, betas, alpha_bar):
    beta, kept = _each(betas, t, x_t), _each(alpha_bar, t, x_t)
    return x_t - beta / (1 - kept).sqrt() * noise / (1 - beta).sqrt()


@mistake(
    "test_the_noise_is_taken_out_in_the_right_proportion",
    says="The noise is divided by 1 - alpha_bar_t; the root around it is missing.",
)
def no_root_under_the_noise(x_t, t, noise, betas, alpha_bar):
    beta, kept = _each(betas, t, x_t), _each(alpha_bar, t, x_t)
    return (x_t - beta / (1 - kept) * noise) / (1 - beta).sqrt()


@mistake(
    "test_the_noise_is_taken_out_in_the_right_proportion",
    says="The noise is divided by sqrt(alpha_bar_t). The noise in x_t has the variance 1 - alpha_bar_t.",
)
def root_of_alpha_bar_under_the_noise(x_t, t, noise, betas, alpha_bar):
    beta, kept = _each(betas, t, x_t), _each(alpha_bar, t, x_t)
    return (x_t - beta / kept.sqrt() * noise) / (1 - beta).sqrt()


@mistake(
    "test_the_noise_is_taken_out_in_the_right_proportion",
    says="The noise is divided by sqrt(1 - alpha_t). Below the root stands alpha_bar_t, the product of all alphas.",
)
def alpha_for_alpha_bar(x_t, t, noise, betas, alpha_bar):
    beta = _each(betas, t, x_t)
    return (x_t - beta / beta.sqrt() * noise) / (1 - beta).sqrt()


@mistake(
    "test_the_noise_is_taken_out_in_the_right_proportion",
    says="The noise has the weight sqrt(beta_t) / sqrt(1 - alpha_bar_t). Above the line stands beta_t without a root.",
)
def root_of_beta_over_the_noise(x_t, t, noise, betas, alpha_bar):
    beta, kept = _each(betas, t, x_t), _each(alpha_bar, t, x_t)
    return (x_t - beta.sqrt() / (1 - kept).sqrt() * noise) / (1 - beta).sqrt()


@mistake(
    "test_the_noise_is_taken_out_in_the_right_proportion",
    says="The noise has the weight alpha_t / sqrt(1 - alpha_bar_t). Above the line stands beta_t, 1 - alpha_t.",
)
def alpha_over_the_noise(x_t, t, noise, betas, alpha_bar):
    beta, kept = _each(betas, t, x_t), _each(alpha_bar, t, x_t)
    return (x_t - (1 - beta) / (1 - kept).sqrt() * noise) / (1 - beta).sqrt()


@mistake(
    "test_the_noise_is_taken_out_in_the_right_proportion",
    says="The noise has the weight sqrt(1 - alpha_bar_t): all of it goes at once. One step takes out less.",
)
def all_noise_taken_out(x_t, t, noise, betas, alpha_bar):
    beta, kept = _each(betas, t, x_t), _each(alpha_bar, t, x_t)
    return (x_t - (1 - kept).sqrt() * noise) / (1 - beta).sqrt()


@mistake(
    "test_the_noise_is_taken_out_in_the_right_proportion",
    says="This is x_0, the end of the way (predict_x0). What is asked for is the mean one step back.",
)
def straight_to_x0(x_t, t, noise, betas, alpha_bar):
    kept = _each(alpha_bar, t, x_t)
    return (x_t - (1 - kept).sqrt() * noise) / kept.sqrt()


@mistake(
    "test_the_noise_is_taken_out_in_the_right_proportion",
    says="You add the noise. Going back means taking it out.",
)
def noise_added(x_t, t, noise, betas, alpha_bar):
    beta, kept = _each(betas, t, x_t), _each(alpha_bar, t, x_t)
    return (x_t + beta / (1 - kept).sqrt() * noise) / (1 - beta).sqrt()


@mistake(
    "test_each_item_goes_back_from_its_own_timestep",
    says="The first item's t is used for the whole batch. Every item has a t of its own.",
)
def first_t_for_all(x_t, t, noise, betas, alpha_bar):
    beta, kept = betas[t[0]].to(x_t.dtype), alpha_bar[t[0]].to(x_t.dtype)
    return (x_t - beta / (1 - kept).sqrt() * noise) / (1 - beta).sqrt()


@mistake(
    "test_each_item_goes_back_from_its_own_timestep",
    says="You look beta and alpha_bar up at t - 1. Index 0 is the first step here; at t = 0 you get the last entry.",
)
def everything_at_t_minus_1(x_t, t, noise, betas, alpha_bar):
    beta, kept = _each(betas, t - 1, x_t), _each(alpha_bar, t - 1, x_t)
    return (x_t - beta / (1 - kept).sqrt() * noise) / (1 - beta).sqrt()


@mistake(
    "test_each_item_goes_back_from_its_own_timestep",
    says="You look alpha_bar up at t - 1. Eq. 11 needs alpha_bar of t itself.",
)
def alpha_bar_at_t_minus_1(x_t, t, noise, betas, alpha_bar):
    beta, kept = _each(betas, t, x_t), _each(alpha_bar, t - 1, x_t)
    return (x_t - beta / (1 - kept).sqrt() * noise) / (1 - beta).sqrt()


@mistake(
    "test_each_item_goes_back_from_its_own_timestep",
    says="At t = 0, alpha_bar[t - 1] is the last entry, not 1. Before the first step nothing is lost: alpha_bar is 1.",
)
def alpha_bar_wraps_around(x_t, t, noise, betas, alpha_bar):
    beta, kept, before = _each(betas, t, x_t), _each(alpha_bar, t, x_t), _each(alpha_bar, t - 1, x_t)
    x0 = (x_t - (1 - kept).sqrt() * noise) / kept.sqrt()
    return before.sqrt() * beta / (1 - kept) * x0 + (1 - beta).sqrt() * (1 - before) / (1 - kept) * x_t


@mistake(
    "test_the_mean_is_not_clipped_and_inputs_stay",
    says="You clip the guess at x_0 to [-1, 1] on the way. Many libraries do; eq. 11 and this contract do not.",
)
def x0_clipped(x_t, t, noise, betas, alpha_bar):
    beta, kept = _each(betas, t, x_t), _each(alpha_bar, t, x_t)
    before = kept / (1 - beta)
    x0 = ((x_t - (1 - kept).sqrt() * noise) / kept.sqrt()).clamp(-1, 1)
    return before.sqrt() * beta / (1 - kept) * x0 + (1 - beta).sqrt() * (1 - before) / (1 - kept) * x_t


@mistake(
    "test_the_mean_is_not_clipped_and_inputs_stay",
    says="You clip the mean to [-1, 1]. Noisy data goes far beyond that; leave it as it is.",
)
def mean_clipped(x_t, t, noise, betas, alpha_bar):
    beta, kept = _each(betas, t, x_t), _each(alpha_bar, t, x_t)
    return ((x_t - beta / (1 - kept).sqrt() * noise) / (1 - beta).sqrt()).clamp(-1, 1)


@mistake(
    "test_other_sizes_work",
    says="You reshape to (B, 1, 1, 1), which fits images alone. Points (B, D) need (B, 1): ask x_t for its dim().",
)
def images_only(x_t, t, noise, betas, alpha_bar):
    beta, kept = (table[t].to(x_t.dtype)[:, None, None, None] for table in (betas, alpha_bar))
    return (x_t - beta / (1 - kept).sqrt() * noise) / (1 - beta).sqrt()


@mistake(
    "test_the_dtype_of_x_t_is_kept",
    says="A schedule in float64 turns your result into float64. Bring what you look up to x_t's dtype.",
)
def dtype_of_the_schedule_wins(x_t, t, noise, betas, alpha_bar):
    beta, kept = (table[t].reshape(-1, *[1] * (x_t.dim() - 1)) for table in (betas, alpha_bar))
    return (x_t - beta / (1 - kept).sqrt() * noise) / (1 - beta).sqrt()


@mistake(
    "test_the_dtype_of_x_t_is_kept",
    says="You turn everything into float32. Keep the dtype that x_t comes in.",
)
def always_float32(x_t, t, noise, betas, alpha_bar):
    x_t = x_t.float()
    beta, kept = _each(betas, t, x_t), _each(alpha_bar, t, x_t)
    return (x_t - beta / (1 - kept).sqrt() * noise.float()) / (1 - beta).sqrt()


@mistake(
    "test_the_mean_is_not_clipped_and_inputs_stay",
    says="You compute in place: the caller's x_t is overwritten with the mean. Make a new tensor.",
)
def x_t_overwritten(x_t, t, noise, betas, alpha_bar):
    beta, kept = _each(betas, t, x_t), _each(alpha_bar, t, x_t)
    x_t -= beta / (1 - kept).sqrt() * noise
    x_t /= (1 - beta).sqrt()
    return x_t


@mistake(
    "test_the_mean_is_not_clipped_and_inputs_stay",
    says="You scale the caller's noise in place. Make a new tensor for the product.",
)
def noise_overwritten(x_t, t, noise, betas, alpha_bar):
    beta, kept = _each(betas, t, x_t), _each(alpha_bar, t, x_t)
    return (x_t - noise.mul_(beta / (1 - kept).sqrt())) / (1 - beta).sqrt()


@mistake(
    "test_the_noise_is_taken_out_in_the_right_proportion",
    says="You draw noise of your own and take that out. The noise that is in x_t, or a guess at it, is given.",
)
def own_noise(x_t, t, noise, betas, alpha_bar):
    beta, kept = _each(betas, t, x_t), _each(alpha_bar, t, x_t)
    return (x_t - beta / (1 - kept).sqrt() * torch.randn_like(x_t)) / (1 - beta).sqrt()


@mistake(
    "test_x_t_has_the_right_weight",
    says="Noise is added to the mean. This function gives the mean alone; denoising_step adds noise to it.",
)
def noise_added_to_the_mean(x_t, t, noise, betas, alpha_bar):
    beta, kept = _each(betas, t, x_t), _each(alpha_bar, t, x_t)
    mean = (x_t - beta / (1 - kept).sqrt() * noise) / (1 - beta).sqrt()
    return mean + beta.sqrt() * torch.randn_like(x_t)


@mistake(
    "test_the_noise_is_taken_out_in_the_right_proportion",
    says="The noise has the weight beta_t alone. It is divided by sqrt(1 - alpha_bar_t).",
)
def beta_alone_over_the_noise(x_t, t, noise, betas, alpha_bar):
    beta = _each(betas, t, x_t)
    return (x_t - beta * noise) / (1 - beta).sqrt()


@mistake(
    "test_x_t_has_the_right_weight",
    says="You take betas for the alphas: beta_t is 1 - alpha_t. The two have changed places.",
)
def betas_taken_for_alphas(x_t, t, noise, betas, alpha_bar):
    alpha, kept = _each(betas, t, x_t), _each(alpha_bar, t, x_t)
    return (x_t - (1 - alpha) / (1 - kept).sqrt() * noise) / alpha.sqrt()


@mistake(
    "test_each_item_goes_back_from_its_own_timestep",
    says="beta[t] and alpha_bar[t] have shape (B,), and broadcasting lays them along the last dimension: (B, 1, ...).",
)
def weights_along_the_width(x_t, t, noise, betas, alpha_bar):
    beta, kept = betas[t].to(x_t.dtype), alpha_bar[t].to(x_t.dtype)
    return (x_t - beta / (1 - kept).sqrt() * noise) / (1 - beta).sqrt()


@mistake(
    "test_each_item_goes_back_from_its_own_timestep",
    says="You keep 1 - alpha_bar_t above a small number. At early timesteps it is smaller than that.",
)
def share_of_the_noise_kept_above_a_small_number(x_t, t, noise, betas, alpha_bar):
    beta, kept = _each(betas, t, x_t), _each(alpha_bar, t, x_t)
    return (x_t - beta / (1 - kept).clamp(min=1e-2).sqrt() * noise) / (1 - beta).sqrt()


@mistake(
    "test_other_sizes_work",
    says="squeeze drops every dimension of size 1: a single grey image loses its batch and its channel.",
)
def squeezed(x_t, t, noise, betas, alpha_bar):
    beta, kept = _each(betas, t, x_t), _each(alpha_bar, t, x_t)
    return ((x_t - beta / (1 - kept).sqrt() * noise) / (1 - beta).sqrt()).squeeze()


@mistake(
    "test_other_sizes_work",
    says="view needs numbers that lie in memory in order; these may not. reshape and flatten work for all.",
)
def viewed(x_t, t, noise, betas, alpha_bar):
    rows, found = x_t.view(len(x_t), -1), noise.view(len(x_t), -1)
    beta, kept = _each(betas, t, rows), _each(alpha_bar, t, rows)
    return ((rows - beta / (1 - kept).sqrt() * found) / (1 - beta).sqrt()).view(x_t.shape)


@mistake(
    "test_the_mean_is_not_clipped_and_inputs_stay",
    says="You turn the caller's betas into alphas in place: from now on the whole schedule is another one.",
)
def betas_overwritten(x_t, t, noise, betas, alpha_bar):
    alphas = betas.neg_().add_(1)
    alpha, kept = _each(alphas, t, x_t), _each(alpha_bar, t, x_t)
    return (x_t - (1 - alpha) / (1 - kept).sqrt() * noise) / alpha.sqrt()


@mistake(
    "test_it_works_on_a_gpu",
    says="You make a tensor on the processor, where a GPU's x_t cannot meet it. Use alpha_bar[t], or name a device.",
)
def tensor_made_on_the_processor(x_t, t, noise, betas, alpha_bar):
    own = torch.tensor([[betas[step].item(), alpha_bar[step].item()] for step in t])
    beta, kept = (_each(own[:, column], torch.arange(len(t)), x_t) for column in (0, 1))
    return (x_t - beta / (1 - kept).sqrt() * noise) / (1 - beta).sqrt()


@mistake(
    "test_it_works_on_a_gpu",
    says="numpy knows no GPU: .numpy() fails there. Index the table with torch.",
)
def weights_by_way_of_numpy(x_t, t, noise, betas, alpha_bar):
    beta, kept = (_each(torch.from_numpy(table.numpy()), t, x_t) for table in (betas, alpha_bar))
    return (x_t - beta / (1 - kept).sqrt() * noise) / (1 - beta).sqrt()


@mistake(
    "test_the_dtype_of_x_t_is_kept",
    says="The weights are float64, so the mean is float64 whatever x_t is. Bring them to the dtype of x_t.",
)
def weights_in_float64(x_t, t, noise, betas, alpha_bar):
    beta, kept = (table.double()[t].reshape(-1, *[1] * (x_t.dim() - 1)) for table in (betas, alpha_bar))
    return (x_t - beta / (1 - kept).sqrt() * noise) / (1 - beta).sqrt()


@mistake(
    "test_the_mean_is_not_clipped_and_inputs_stay",
    says="You compute 1 - alpha_bar in place: from now on the whole schedule is another one.",
)
def alpha_bar_overwritten(x_t, t, noise, betas, alpha_bar):
    share = _each(alpha_bar.neg_().add_(1), t, x_t)
    beta = _each(betas, t, x_t)
    return (x_t - beta / share.sqrt() * noise) / (1 - beta).sqrt()


@mistake(
    "test_each_item_goes_back_from_its_own_timestep",
    says="At t = 0 your alpha_bar of the step before is 0. Before the first step nothing is lost: it is 1.",
)
def zero_before_the_first_step(x_t, t, noise, betas, alpha_bar):
    before = torch.cat([torch.zeros_like(alpha_bar[:1]), alpha_bar[:-1]])
    beta, kept, kept_before = (_each(table, t, x_t) for table in (betas, alpha_bar, before))
    x0 = (x_t - (1 - kept).sqrt() * noise) / kept.sqrt()
    return kept_before.sqrt() * beta / (1 - kept) * x0 + (1 - beta).sqrt() * (1 - kept_before) / (1 - kept) * x_t


@mistake(
    "test_each_item_goes_back_from_its_own_timestep",
    says="At t = 0 you leave x_t as it is. t = 0 is a step like any other: eq. 11 holds there too.",
)
def first_step_left_out(x_t, t, noise, betas, alpha_bar):
    beta, kept = _each(betas, t, x_t), _each(alpha_bar, t, x_t)
    mean = (x_t - beta / (1 - kept).sqrt() * noise) / (1 - beta).sqrt()
    return torch.where(_each(t, torch.arange(len(t), device=t.device), x_t) == 0, x_t, mean)


@mistake(
    "test_each_item_goes_back_from_its_own_timestep",
    says="t.item() asks a whole batch for one timestep, and fails. Each item has its own: index the tables with t.",
)
def t_taken_for_one_number(x_t, t, noise, betas, alpha_bar):
    beta, kept = betas[t.item()], alpha_bar[t.item()]
    return (x_t - beta / (1 - kept).sqrt() * noise) / (1 - beta).sqrt()


@mistake(
    "test_the_noise_is_taken_out_in_the_right_proportion",
    says="You add a small number to the divisor. sqrt(1 - alpha_bar_t) is never 0: leave it as it is.",
)
def small_number_added_to_the_divisor(x_t, t, noise, betas, alpha_bar):
    beta, kept = _each(betas, t, x_t), _each(alpha_bar, t, x_t)
    return (x_t - beta / ((1 - kept).sqrt() + 1e-3) * noise) / (1 - beta).sqrt()


@mistake(
    "test_the_noise_is_taken_out_in_the_right_proportion",
    says="x_t and the noise have changed places in the two weights of eq. 7: the mean needs x_0, not the noise.",
)
def noise_in_the_place_of_x0(x_t, t, noise, betas, alpha_bar):
    beta, kept = _each(betas, t, x_t), _each(alpha_bar, t, x_t)
    before = kept / (1 - beta)
    return before.sqrt() * beta / (1 - kept) * noise + (1 - beta).sqrt() * (1 - before) / (1 - kept) * x_t


@mistake(
    "test_other_sizes_work",
    says="You unpack the shape as (B, C, H, W). Points have shape (B, D): count x_t's dimensions.",
)
def shape_unpacked(x_t, t, noise, betas, alpha_bar):
    batch, _, _, _ = x_t.shape
    beta, kept = (table[t].to(x_t.dtype).reshape(batch, 1, 1, 1) for table in (betas, alpha_bar))
    return (x_t - beta / (1 - kept).sqrt() * noise) / (1 - beta).sqrt()


@mistake(
    "test_the_noise_is_taken_out_in_the_right_proportion",
    says="You take alpha_bar for alpha and multiply it up once more. It is the running product already.",
)
def product_taken_twice(x_t, t, noise, betas, alpha_bar):
    beta, kept = _each(betas, t, x_t), _each(alpha_bar.cumprod(0), t, x_t)
    return (x_t - beta / (1 - kept).sqrt() * noise) / (1 - beta).sqrt()


@mistake(
    "test_the_mean_is_not_clipped_and_inputs_stay",
    says="You compute in place: the caller's noise and x_t are changed. Make new tensors.",
)
def noise_and_x_t_overwritten(x_t, t, noise, betas, alpha_bar):
    beta, kept = _each(betas, t, x_t), _each(alpha_bar, t, x_t)
    noise *= beta / (1 - kept).sqrt()
    x_t -= noise
    return x_t / (1 - beta).sqrt()
