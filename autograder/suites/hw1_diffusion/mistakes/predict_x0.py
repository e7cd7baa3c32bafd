"""Known mistakes in predict_x0. The one that draws at random is told again: the grader seeds every call."""

import torch

from autograder.suites import mistake


def _spread(weights, x):
    """One weight per item, (B, 1, ...)."""
    return weights.to(x.dtype).reshape(-1, *[1] * (x.dim() - 1))


def _undo(kept, x_t, noise):
    kept = _spread(kept, x_t)
    return (x_t - (1 - kept).sqrt() * noise) / kept.sqrt()


@mistake(
    "test_forward_noising_is_undone",
    says="This adds noise once more, as forward_noising does. Solve eq. 4 for x_0 instead.",
)
def noised_again(x_t, t, noise, alpha_bar):
    kept = _spread(alpha_bar[t], x_t)
    return kept.sqrt() * x_t + (1 - kept).sqrt() * noise


@mistake(
    "test_forward_noising_is_undone",
    says="The noise is added. It is in x_t already, and has to be taken off.",
)
def noise_added(x_t, t, noise, alpha_bar):
    return _undo(alpha_bar[t], x_t, -noise)


@mistake(
    "test_forward_noising_is_undone",
    says="The noise is taken off at full size. In x_t it stands with the weight sqrt(1 - alpha_bar_t).",
)
def noise_not_scaled(x_t, t, noise, alpha_bar):
    return (x_t - noise) / _spread(alpha_bar[t], x_t).sqrt()


@mistake(
    "test_forward_noising_is_undone",
    says="Both roots are missing. The weights in x_t are the roots of alpha_bar_t and of 1 - alpha_bar_t.",
)
def no_roots(x_t, t, noise, alpha_bar):
    kept = _spread(alpha_bar[t], x_t)
    return (x_t - (1 - kept) * noise) / kept


@mistake(
    "test_forward_noising_is_undone",
    says="You divide by alpha_bar_t. The image's weight in x_t is its root.",
)
def no_root_for_the_image(x_t, t, noise, alpha_bar):
    kept = _spread(alpha_bar[t], x_t)
    return (x_t - (1 - kept).sqrt() * noise) / kept


@mistake(
    "test_forward_noising_is_undone",
    says="The noise's weight lacks its root: it is sqrt(1 - alpha_bar_t).",
)
def no_root_for_the_noise(x_t, t, noise, alpha_bar):
    kept = _spread(alpha_bar[t], x_t)
    return (x_t - (1 - kept) * noise) / kept.sqrt()


@mistake(
    "test_forward_noising_is_undone",
    says="The noise's weight is 1 - sqrt(alpha_bar_t). It is the squares of the weights that add up to 1.",
)
def one_minus_the_root(x_t, t, noise, alpha_bar):
    root = _spread(alpha_bar[t], x_t).sqrt()
    return (x_t - (1 - root) * noise) / root


@mistake(
    "test_forward_noising_is_undone",
    says="The result is not scaled back up: what is left without the noise is still sqrt(alpha_bar_t) times x_0.",
)
def not_scaled_up(x_t, t, noise, alpha_bar):
    return x_t - (1 - _spread(alpha_bar[t], x_t)).sqrt() * noise


@mistake(
    "test_forward_noising_is_undone",
    says="You multiply by sqrt(alpha_bar_t) where it takes a division: the image shrinks a second time.",
)
def multiplied_for_divided(x_t, t, noise, alpha_bar):
    kept = _spread(alpha_bar[t], x_t)
    return (x_t - (1 - kept).sqrt() * noise) * kept.sqrt()


@mistake(
    "test_forward_noising_is_undone",
    says="Only x_t is divided by sqrt(alpha_bar_t). The noise is taken off first, then all that is left is divided.",
)
def only_x_t_divided(x_t, t, noise, alpha_bar):
    kept = _spread(alpha_bar[t], x_t)
    return x_t / kept.sqrt() - (1 - kept).sqrt() * noise


@mistake(
    "test_forward_noising_is_undone",
    says="The noise is not taken off: x_t is only scaled up.",
)
def noise_left_in(x_t, t, noise, alpha_bar):
    return x_t / _spread(alpha_bar[t], x_t).sqrt()


@mistake(
    "test_forward_noising_is_undone",
    says="The two weights have changed places: alpha_bar belongs to the image, 1 - alpha_bar to the noise.",
)
def weights_swapped(x_t, t, noise, alpha_bar):
    return _undo(1 - alpha_bar[t], x_t, noise)


@mistake(
    "test_forward_noising_is_undone",
    says="You take alpha_bar for alpha and multiply it up once more. It is the running product already.",
)
def product_taken_twice(x_t, t, noise, alpha_bar):
    return _undo(alpha_bar.cumprod(0)[t], x_t, noise)


@mistake(
    "test_forward_noising_is_undone",
    says="This is alpha_t, one step's share, and so goes one step back. To x_0 it takes alpha_bar_t, all steps.",
)
def alpha_for_alpha_bar(x_t, t, noise, alpha_bar):
    before = torch.cat([torch.ones_like(alpha_bar[:1]), alpha_bar[:-1]])
    return _undo((alpha_bar / before)[t], x_t, noise)


@mistake(
    "test_each_item_has_its_own_timestep",
    says="All items are brought back from the first one's timestep. Each has its own.",
)
def first_timestep_for_all(x_t, t, noise, alpha_bar):
    kept = alpha_bar[t[0]].to(x_t.dtype)
    return (x_t - (1 - kept).sqrt() * noise) / kept.sqrt()


@mistake(
    "test_each_item_has_its_own_timestep",
    says="You look up t - 1. Here t counts from 0, and alpha_bar[t] belongs to t; t = 0 gets the last entry by -1.",
)
def one_step_early(x_t, t, noise, alpha_bar):
    return _undo(alpha_bar[t - 1], x_t, noise)


@mistake(
    "test_each_item_has_its_own_timestep",
    says="You look up t + 1, which is outside the table for the last t. Here t counts from 0: look up t itself.",
)
def one_step_late(x_t, t, noise, alpha_bar):
    return _undo(alpha_bar[t + 1], x_t, noise)


@mistake(
    "test_each_item_has_its_own_timestep",
    says="alpha_bar[t] has shape (B,), and broadcasting lays it along the last dimension. Give it shape (B, 1, ...).",
)
def weights_along_the_width(x_t, t, noise, alpha_bar):
    kept = alpha_bar[t].to(x_t.dtype)
    return (x_t - (1 - kept).sqrt() * noise) / kept.sqrt()


@mistake(
    "test_each_item_has_its_own_timestep",
    says="The weights always have four dimensions, so points (B, D) come out in another shape. Count x_t's dimensions.",
)
def four_dimensions_always(x_t, t, noise, alpha_bar):
    kept = alpha_bar[t].to(x_t.dtype).reshape(-1, 1, 1, 1)
    return (x_t - (1 - kept).sqrt() * noise) / kept.sqrt()


@mistake(
    "test_nothing_is_clipped_and_inputs_stay",
    says="You clip x_0 to [-1, 1]. Many code bases do so while sampling; this function leaves the guess as it is.",
)
def clipped(x_t, t, noise, alpha_bar):
    return _undo(alpha_bar[t], x_t, noise).clamp(-1, 1)


@mistake(
    "test_nothing_is_clipped_and_inputs_stay",
    says="With alpha_bar in float64, x0 becomes float64 too. Bring the weights to the dtype of x_t.",
)
def dtype_of_alpha_bar(x_t, t, noise, alpha_bar):
    kept = alpha_bar[t].reshape(-1, *[1] * (x_t.dim() - 1))
    return (x_t - (1 - kept).sqrt() * noise) / kept.sqrt()


@mistake(
    "test_nothing_is_clipped_and_inputs_stay",
    says="You turn everything into float32. Keep the dtype of x_t.",
)
def always_float32(x_t, t, noise, alpha_bar):
    return _undo(alpha_bar[t], x_t.float(), noise.float())


@mistake(
    "test_nothing_is_clipped_and_inputs_stay",
    says="You take the noise off in place: the caller's x_t is changed. Make a new tensor.",
)
def x_t_changed(x_t, t, noise, alpha_bar):
    kept = _spread(alpha_bar[t], x_t)
    x_t -= (1 - kept).sqrt() * noise
    return x_t / kept.sqrt()


@mistake(
    "test_forward_noising_is_undone",
    says="You draw noise of your own and take that off. The noise that is in x_t, or a guess at it, is given.",
)
def own_noise(x_t, t, noise, alpha_bar):
    return _undo(alpha_bar[t], x_t, torch.randn_like(x_t))


@mistake(
    "test_forward_noising_is_undone",
    says="You keep the divisor above a small number. At late timesteps it is smaller than that, and used as it comes.",
)
def divisor_kept_above_a_small_number(x_t, t, noise, alpha_bar):
    kept = _spread(alpha_bar[t], x_t)
    return (x_t - (1 - kept).sqrt() * noise) / kept.sqrt().clamp(min=0.05)


@mistake(
    "test_forward_noising_is_undone",
    says="You add a small number to the divisor. At late timesteps the divisor is about as small itself.",
)
def small_number_added_to_the_divisor(x_t, t, noise, alpha_bar):
    kept = _spread(alpha_bar[t], x_t)
    return (x_t - (1 - kept).sqrt() * noise) / (kept.sqrt() + 1e-5)


@mistake(
    "test_each_item_has_its_own_timestep",
    says="You unpack the shape as (B, C, H, W). Points have shape (B, D): count x_t's dimensions.",
)
def images_only(x_t, t, noise, alpha_bar):
    batch, _, _, _ = x_t.shape
    return _undo(alpha_bar[t].reshape(batch, 1, 1, 1), x_t, noise)


@mistake(
    "test_each_item_has_its_own_timestep",
    says="The weights lie along the channels, not along the batch. Give them shape (B, 1, ...).",
)
def weights_along_the_channels(x_t, t, noise, alpha_bar):
    kept = alpha_bar[t].to(x_t.dtype).reshape(1, -1, *[1] * (x_t.dim() - 2))
    return (x_t - (1 - kept).sqrt() * noise) / kept.sqrt()


@mistake(
    "test_nothing_is_clipped_and_inputs_stay",
    says="squeeze drops every dimension of size 1: a single grey image loses its batch and its channel.",
)
def squeezed(x_t, t, noise, alpha_bar):
    return _undo(alpha_bar[t], x_t, noise).squeeze()


@mistake(
    "test_nothing_is_clipped_and_inputs_stay",
    says="view needs numbers that lie in memory in order; these may not. reshape and flatten work for all.",
)
def viewed(x_t, t, noise, alpha_bar):
    rows = _undo(alpha_bar[t], x_t.view(len(x_t), -1), noise.view(len(x_t), -1))
    return rows.view(x_t.shape)


@mistake(
    "test_nothing_is_clipped_and_inputs_stay",
    says="You scale the noise in place: the caller's noise is changed. Make a new tensor.",
)
def noise_changed(x_t, t, noise, alpha_bar):
    kept = _spread(alpha_bar[t], x_t)
    return (x_t - noise.mul_((1 - kept).sqrt())) / kept.sqrt()


@mistake(
    "test_nothing_is_clipped_and_inputs_stay",
    says="You clip in place: what the caller has for x_t changes with the guess. Make a new tensor, and do not clip.",
)
def clipped_where_it_stands(x_t, t, noise, alpha_bar):
    kept = _spread(alpha_bar[t], x_t)
    return x_t.sub_((1 - kept).sqrt() * noise).div_(kept.sqrt()).clamp_(-1, 1)


@mistake(
    "test_it_works_on_a_gpu",
    says="You make a tensor on the processor, where a GPU's x_t cannot meet it. Use alpha_bar[t], or name a device.",
)
def tensor_made_on_the_processor(x_t, t, noise, alpha_bar):
    kept = torch.tensor([alpha_bar[step].item() for step in t])
    return _undo(kept, x_t, noise)


@mistake(
    "test_it_works_on_a_gpu",
    says="numpy knows no GPU: .numpy() fails there. Index the table with torch.",
)
def weights_by_way_of_numpy(x_t, t, noise, alpha_bar):
    kept = torch.from_numpy(alpha_bar.numpy()[t.numpy()])
    return _undo(kept, x_t, noise)


@mistake(
    "test_nothing_is_clipped_and_inputs_stay",
    says="The weights are float64, so x0 is float64 whatever x_t is. Bring them to the dtype of x_t.",
)
def weights_in_float64(x_t, t, noise, alpha_bar):
    kept = alpha_bar.double()[t].reshape(-1, *[1] * (x_t.dim() - 1))
    return (x_t - (1 - kept).sqrt() * noise) / kept.sqrt()


@mistake(
    "test_nothing_is_clipped_and_inputs_stay",
    says="You compute in place: the caller's x_t is overwritten with x_0. Make a new tensor.",
)
def x_t_becomes_x0(x_t, t, noise, alpha_bar):
    kept = _spread(alpha_bar[t], x_t)
    return x_t.sub_((1 - kept).sqrt() * noise).div_(kept.sqrt())


@mistake(
    "test_nothing_is_clipped_and_inputs_stay",
    says="You take 1 - alpha_bar in place: from now on the schedule of the whole sampling is another one.",
)
def alpha_bar_changed(x_t, t, noise, alpha_bar):
    share = alpha_bar.neg_().add_(1)[t]
    return _undo(1 - share, x_t, noise)


@mistake(
    "test_each_item_has_its_own_timestep",
    says="t.item() asks a whole batch for one timestep, and fails. Each item has its own: index alpha_bar with t.",
)
def t_taken_for_one_number(x_t, t, noise, alpha_bar):
    kept = alpha_bar[t.item()]
    return (x_t - (1 - kept).sqrt() * noise) / kept.sqrt()


@mistake(
    "test_forward_noising_is_undone",
    says="You add a small number to alpha_bar. At late timesteps alpha_bar is about as small itself.",
)
def small_number_under_the_root(x_t, t, noise, alpha_bar):
    kept = _spread(alpha_bar[t], x_t)
    return (x_t - (1 - kept).sqrt() * noise) / (kept + 1e-8).sqrt()


@mistake(
    "test_forward_noising_is_undone",
    says="You squeeze x_0 through tanh, to keep it in [-1, 1]. This function leaves the guess as it is.",
)
def squeezed_through_tanh(x_t, t, noise, alpha_bar):
    return torch.tanh(_undo(alpha_bar[t], x_t, noise))


@mistake(
    "test_forward_noising_is_undone",
    says="You clip x_0 to [-10, 10]. At late timesteps a guess may be far beyond that; leave it as it is.",
)
def clipped_at_10(x_t, t, noise, alpha_bar):
    return _undo(alpha_bar[t], x_t, noise).clamp(-10, 10)


@mistake(
    "test_forward_noising_is_undone",
    says="You put a 1 in front of alpha_bar, as the paper counts, and so look up the step before. Look up t itself.",
)
def one_in_front(x_t, t, noise, alpha_bar):
    return _undo(torch.cat([torch.ones_like(alpha_bar[:1]), alpha_bar])[t], x_t, noise)


@mistake(
    "test_forward_noising_is_undone",
    says="You keep alpha_bar above a small number. At late timesteps it is smaller, and used as it comes.",
)
def alpha_bar_kept_above_a_small_number(x_t, t, noise, alpha_bar):
    return _undo(alpha_bar[t].clamp(min=1e-3), x_t, noise)
