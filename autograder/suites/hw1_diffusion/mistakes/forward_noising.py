"""Known mistakes in forward_noising. The one that draws at random is told again: the grader seeds every call."""

import torch

from autograder.suites import mistake


def _spread(weights, x):
    """One weight per item, (B, 1, ...)."""
    return weights.to(x.dtype).reshape(-1, *[1] * (x.dim() - 1))


def _mix(kept, x0, noise):
    kept = _spread(kept, x0)
    return kept.sqrt() * x0 + (1 - kept).sqrt() * noise


@mistake(
    "test_each_image_is_noised_to_its_own_timestep",
    says="Both roots are missing. alpha_bar and 1 - alpha_bar are shares of the variance; the weights are their roots.",
)
def no_roots(x0, t, noise, alpha_bar):
    kept = _spread(alpha_bar[t], x0)
    return kept * x0 + (1 - kept) * noise


@mistake(
    "test_the_image_has_its_weight",
    says="The image's weight lacks its root: it is sqrt(alpha_bar_t).",
)
def no_root_for_the_image(x0, t, noise, alpha_bar):
    kept = _spread(alpha_bar[t], x0)
    return kept * x0 + (1 - kept).sqrt() * noise


@mistake(
    "test_the_noise_has_its_weight",
    says="The noise's weight lacks its root: it is sqrt(1 - alpha_bar_t).",
)
def no_root_for_the_noise(x0, t, noise, alpha_bar):
    kept = _spread(alpha_bar[t], x0)
    return kept.sqrt() * x0 + (1 - kept) * noise


@mistake(
    "test_the_noise_has_its_weight",
    says="The noise's weight is 1 - sqrt(alpha_bar_t). It is the squares of the weights that add up to 1.",
)
def one_minus_the_root(x0, t, noise, alpha_bar):
    kept = _spread(alpha_bar[t], x0)
    return kept.sqrt() * x0 + (1 - kept.sqrt()) * noise


@mistake(
    "test_each_image_is_noised_to_its_own_timestep",
    says="The two weights have changed places: late images should be mostly noise, and yours are mostly image.",
)
def weights_swapped(x0, t, noise, alpha_bar):
    return _mix(1 - alpha_bar[t], x0, noise)


@mistake(
    "test_the_noise_has_its_weight",
    says="Image and noise have the same weight. The noise's is sqrt(1 - alpha_bar_t).",
)
def one_weight_for_both(x0, t, noise, alpha_bar):
    return _spread(alpha_bar[t], x0).sqrt() * (x0 + noise)


@mistake(
    "test_the_image_has_its_weight",
    says="The image keeps its full size, so the variance grows. It shrinks by sqrt(alpha_bar_t) as the noise comes in.",
)
def image_not_scaled(x0, t, noise, alpha_bar):
    return x0 + (1 - _spread(alpha_bar[t], x0)).sqrt() * noise


@mistake(
    "test_the_noise_has_its_weight",
    says="The noise is added as it is. Its weight is sqrt(1 - alpha_bar_t), small at first.",
)
def noise_not_scaled(x0, t, noise, alpha_bar):
    return _spread(alpha_bar[t], x0).sqrt() * x0 + noise


@mistake(
    "test_the_noise_has_its_weight",
    says="No noise is added: the image only shrinks.",
)
def noise_missing(x0, t, noise, alpha_bar):
    return _spread(alpha_bar[t], x0).sqrt() * x0


@mistake(
    "test_the_noise_has_its_weight",
    says="You subtract the noise. As a draw that is as good, but the model has to find the given one, with its sign.",
)
def noise_subtracted(x0, t, noise, alpha_bar):
    return _mix(alpha_bar[t], x0, -noise)


@mistake(
    "test_the_noise_has_its_weight",
    says="You draw noise of your own. The model is trained to find the given one, which is then nowhere in x_t.",
)
def own_noise(x0, t, noise, alpha_bar):
    return _mix(alpha_bar[t], x0, torch.randn_like(x0))


@mistake(
    "test_each_image_is_noised_to_its_own_timestep",
    says="You take alpha_bar for alpha and multiply it up once more. It is the running product already.",
)
def product_taken_twice(x0, t, noise, alpha_bar):
    return _mix(alpha_bar.cumprod(0)[t], x0, noise)


@mistake(
    "test_each_image_is_noised_to_its_own_timestep",
    says="This is alpha_t, one step's share, and so a single step of noise. From x_0 it takes alpha_bar_t, all steps.",
)
def alpha_for_alpha_bar(x0, t, noise, alpha_bar):
    before = torch.cat([torch.ones_like(alpha_bar[:1]), alpha_bar[:-1]])
    return _mix((alpha_bar / before).nan_to_num(1.0)[t], x0, noise)


@mistake(
    "test_each_image_is_noised_to_its_own_timestep",
    says="All images are noised to the first one's timestep. Each has its own.",
)
def first_timestep_for_all(x0, t, noise, alpha_bar):
    kept = alpha_bar[t[0]].to(x0.dtype)
    return kept.sqrt() * x0 + (1 - kept).sqrt() * noise


@mistake(
    "test_each_image_is_noised_to_its_own_timestep",
    says="All images share the mean of their weights. Each has its own timestep.",
)
def mean_over_the_batch(x0, t, noise, alpha_bar):
    kept = alpha_bar[t].mean().to(x0.dtype)
    return kept.sqrt() * x0 + (1 - kept).sqrt() * noise


@mistake(
    "test_each_image_is_noised_to_its_own_timestep",
    says="You look up t - 1. Here t counts from 0, and alpha_bar[t] belongs to t; t = 0 gets the last entry by -1.",
)
def one_step_early(x0, t, noise, alpha_bar):
    return _mix(alpha_bar[t - 1], x0, noise)


@mistake(
    "test_each_image_is_noised_to_its_own_timestep",
    says="You look up t + 1, which is outside the table for the last t. Here t counts from 0: look up t itself.",
)
def one_step_late(x0, t, noise, alpha_bar):
    return _mix(alpha_bar[t + 1], x0, noise)


@mistake(
    "test_each_image_is_noised_to_its_own_timestep",
    says="You look up t + 1, and cut it off at the end. Here t counts from 0, and alpha_bar[t] belongs to t.",
)
def one_step_late_and_cut_off(x0, t, noise, alpha_bar):
    return _mix(alpha_bar[(t + 1).clamp(max=len(alpha_bar) - 1)], x0, noise)


@mistake(
    "test_each_image_is_noised_to_its_own_timestep",
    says="The table is read from the end: at t = 0 nearly all of the image is left.",
)
def table_reversed(x0, t, noise, alpha_bar):
    return _mix(alpha_bar.flip(0)[t], x0, noise)


@mistake(
    "test_equal_sizes_and_a_single_step_work",
    says="alpha_bar[t] has shape (B,), and broadcasting lays it along the last dimension. Give it shape (B, 1, ...).",
)
def weights_along_the_width(x0, t, noise, alpha_bar):
    kept = alpha_bar[t].to(x0.dtype)
    return kept.sqrt() * x0 + (1 - kept).sqrt() * noise


@mistake(
    "test_equal_sizes_and_a_single_step_work",
    says="The weights lie along the channels, not along the batch. Give them shape (B, 1, ...).",
)
def weights_along_the_channels(x0, t, noise, alpha_bar):
    kept = alpha_bar[t].to(x0.dtype).reshape(1, -1, *[1] * (x0.dim() - 2))
    return kept.sqrt() * x0 + (1 - kept).sqrt() * noise


@mistake(
    "test_points_are_noised_like_images",
    says="The weights always have four dimensions, so points (B, D) come out in another shape. Count x0's dimensions.",
)
def four_dimensions_always(x0, t, noise, alpha_bar):
    kept = alpha_bar[t].to(x0.dtype).reshape(-1, 1, 1, 1)
    return kept.sqrt() * x0 + (1 - kept).sqrt() * noise


@mistake(
    "test_points_are_noised_like_images",
    says="You unpack the shape as (B, C, H, W). Points have shape (B, D): count x0's dimensions.",
)
def images_only(x0, t, noise, alpha_bar):
    batch, channels, height, width = x0.shape
    return _mix(alpha_bar[t].reshape(batch, 1, 1, 1), x0, noise)


@mistake(
    "test_equal_sizes_and_a_single_step_work",
    says="squeeze drops every dimension of size 1: a single grey image loses its batch and its channel.",
)
def squeezed(x0, t, noise, alpha_bar):
    return _mix(alpha_bar[t], x0, noise).squeeze()


@mistake(
    "test_dtype_and_layout_follow_x0",
    says="With alpha_bar in float64, x_t becomes float64 too. Bring the weights to the dtype of x0.",
)
def dtype_of_alpha_bar(x0, t, noise, alpha_bar):
    kept = alpha_bar[t].reshape(-1, *[1] * (x0.dim() - 1))
    return kept.sqrt() * x0 + (1 - kept).sqrt() * noise


@mistake(
    "test_dtype_and_layout_follow_x0",
    says="You turn everything into float32. Keep the dtype of x0.",
)
def always_float32(x0, t, noise, alpha_bar):
    return _mix(alpha_bar[t], x0.float(), noise.float())


@mistake(
    "test_dtype_and_layout_follow_x0",
    says="view needs numbers that lie in memory in order; channels-last images do not. reshape works for both.",
)
def viewed(x0, t, noise, alpha_bar):
    rows = _mix(alpha_bar[t], x0.view(len(x0), -1), noise.view(len(x0), -1))
    return rows.view(x0.shape)


@mistake(
    "test_each_image_is_noised_to_its_own_timestep",
    says="You clip x_t to [-1, 1]. Noise reaches further, and a clipped x_t does not follow eq. 4.",
)
def clipped(x0, t, noise, alpha_bar):
    return _mix(alpha_bar[t], x0, noise).clamp(-1, 1)


@mistake(
    "test_inputs_are_left_unchanged",
    says="You scale x0 in place: the caller's images have faded. Make a new tensor.",
)
def x0_changed(x0, t, noise, alpha_bar):
    kept = _spread(alpha_bar[t], x0)
    x0 *= kept.sqrt()
    return x0 + (1 - kept).sqrt() * noise


@mistake(
    "test_inputs_are_left_unchanged",
    says="You scale the noise in place, and the loss will compare with it, scaled. Make a new tensor.",
)
def noise_changed(x0, t, noise, alpha_bar):
    kept = _spread(alpha_bar[t], x0)
    return kept.sqrt() * x0 + noise.mul_((1 - kept).sqrt())


@mistake(
    "test_each_image_is_noised_to_its_own_timestep",
    says="You keep alpha_bar above a small number. At late timesteps it is smaller than that, and used as it comes.",
)
def alpha_bar_kept_above_a_small_number(x0, t, noise, alpha_bar):
    return _mix(alpha_bar[t].clamp(min=1e-3), x0, noise)


@mistake(
    "test_points_are_noised_like_images",
    says="Without a reshape, alpha_bar[t] meets the last dimension: weights of B items run along D. Make them (B, 1).",
)
def points_without_reshape(x0, t, noise, alpha_bar):
    kept = alpha_bar[t].to(x0.dtype)
    kept = kept[:, None, None, None] if x0.dim() == 4 else kept
    return kept.sqrt() * x0 + (1 - kept).sqrt() * noise


@mistake(
    "test_dtype_and_layout_follow_x0",
    says="In place, x_t is written where x0 lies: an expanded image has one place for all. Make a new tensor.",
)
def written_into_x0(x0, t, noise, alpha_bar):
    kept = _spread(alpha_bar[t], x0)
    return x0.mul_(kept.sqrt()).add_((1 - kept).sqrt() * noise)


@mistake(
    "test_inputs_are_left_unchanged",
    says="You change alpha_bar in place: from now on the schedule of the whole training is another one.",
)
def alpha_bar_changed(x0, t, noise, alpha_bar):
    kept = _spread(alpha_bar.sqrt_()[t], x0)
    return kept * x0 + (1 - kept**2).sqrt() * noise


@mistake(
    "test_inputs_are_left_unchanged",
    says="You ask autograd to track what you were given. That is the caller's choice: leave requires_grad as it is.",
)
def gradients_asked_for(x0, t, noise, alpha_bar):
    return _mix(alpha_bar[t], x0.requires_grad_(), noise)


@mistake(
    "test_it_works_on_a_gpu",
    says="You make a tensor on the processor, where a GPU's x0 cannot meet it. Use alpha_bar[t], or name a device.",
)
def tensor_made_on_the_processor(x0, t, noise, alpha_bar):
    kept = torch.tensor([alpha_bar[step].item() for step in t])
    return _mix(kept, x0, noise)


@mistake(
    "test_it_works_on_a_gpu",
    says="numpy knows no GPU: .numpy() fails there. Index the table with torch.",
)
def weights_by_way_of_numpy(x0, t, noise, alpha_bar):
    kept = torch.from_numpy(alpha_bar.numpy()[t.numpy()])
    return _mix(kept, x0, noise)


@mistake(
    "test_dtype_and_layout_follow_x0",
    says="The weights are float64, so x_t is float64 whatever x0 is. Bring them to the dtype of x0.",
)
def weights_in_float64(x0, t, noise, alpha_bar):
    kept = alpha_bar.double()[t].reshape(-1, *[1] * (x0.dim() - 1))
    return kept.sqrt() * x0 + (1 - kept).sqrt() * noise


@mistake(
    "test_dtype_and_layout_follow_x0",
    says="You fill a new float32 tensor of the processor. Keep dtype and device of x0, as empty_like does.",
)
def filled_in_float32(x0, t, noise, alpha_bar):
    x_t = torch.empty(x0.shape)
    x_t[:] = _mix(alpha_bar[t], x0, noise)
    return x_t


@mistake(
    "test_each_image_is_noised_to_its_own_timestep",
    says="t.item() asks a whole batch for one timestep, and fails. Each image has its own: index alpha_bar with t.",
)
def t_taken_for_one_number(x0, t, noise, alpha_bar):
    kept = alpha_bar[t.item()]
    return kept.sqrt() * x0 + (1 - kept).sqrt() * noise


@mistake(
    "test_each_image_is_noised_to_its_own_timestep",
    says="You add a small number under the roots. The weights are exact without it, and their squares add up to 1.",
)
def small_number_under_the_roots(x0, t, noise, alpha_bar):
    kept = _spread(alpha_bar[t], x0)
    return (kept + 1e-5).sqrt() * x0 + (1 - kept + 1e-5).sqrt() * noise


@mistake(
    "test_each_image_is_noised_to_its_own_timestep",
    says="You bring x0 from [0, 1] to [-1, 1]. It is there already.",
)
def x0_rescaled(x0, t, noise, alpha_bar):
    return _mix(alpha_bar[t], 2 * x0 - 1, noise)


@mistake(
    "test_each_image_is_noised_to_its_own_timestep",
    says="You clip the noise. A draw from N(0, I) goes beyond 3, and is used as it is given.",
)
def noise_clipped(x0, t, noise, alpha_bar):
    return _mix(alpha_bar[t], x0, noise.clamp(-3, 3))


@mistake(
    "test_inputs_are_left_unchanged",
    says="You change t in place: the model is then told another timestep than the one that was asked for.",
)
def t_changed(x0, t, noise, alpha_bar):
    t -= 1
    return _mix(alpha_bar[t + 1], x0, noise)


@mistake(
    "test_each_image_is_noised_to_its_own_timestep",
    says="The noise has the weight sqrt(beta_t), that of one step. From x_0 it takes sqrt(1 - alpha_bar_t), all steps.",
)
def noise_of_one_step(x0, t, noise, alpha_bar):
    before = torch.cat([torch.ones_like(alpha_bar[:1]), alpha_bar[:-1]])
    beta = _spread((1 - (alpha_bar / before).nan_to_num(1.0))[t], x0)
    return _spread(alpha_bar[t], x0).sqrt() * x0 + beta.sqrt() * noise


@mistake(
    "test_each_image_is_noised_to_its_own_timestep",
    says="expand lays alpha_bar[t] along the last dimension, or fails. First give it shape (B, 1, ...).",
)
def weights_expanded(x0, t, noise, alpha_bar):
    kept = alpha_bar[t].to(x0.dtype).expand(x0.shape)
    return kept.sqrt() * x0 + (1 - kept).sqrt() * noise


@mistake(
    "test_equal_sizes_and_a_single_step_work",
    says="squeeze(0) takes the batch away where there is one image. Keep the shape of x0.",
)
def batch_squeezed(x0, t, noise, alpha_bar):
    return _mix(alpha_bar[t], x0, noise).squeeze(0)


@mistake(
    "test_inputs_are_left_unchanged",
    says="You scale image and noise in place: the caller's tensors are changed. Make new ones.",
)
def both_changed(x0, t, noise, alpha_bar):
    kept = _spread(alpha_bar[t], x0)
    x0 *= kept.sqrt()
    noise *= (1 - kept).sqrt()
    return x0 + noise
