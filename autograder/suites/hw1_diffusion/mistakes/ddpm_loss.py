"""Known mistakes in ddpm_loss. Those that draw at random are told again: the grader seeds every call."""

import torch
import torch.nn.functional as F

from autograder.suites import mistake


def _mix(kept, x0, noise):
    kept = kept.to(x0.dtype).reshape(-1, *[1] * (x0.dim() - 1))  # (B, 1, ...)
    return kept.sqrt() * x0 + (1 - kept).sqrt() * noise


def _guess(model, x0, t, noise, alpha_bar):
    return model(_mix(alpha_bar[t], x0, noise), t)


@mistake(
    "test_the_loss_is_the_mean_squared_error_of_the_noise",
    says="This is the absolute error (L1). Eq. 14 squares it.",
)
def absolute_error(model, x0, t, noise, alpha_bar):
    return F.l1_loss(_guess(model, x0, t, noise, alpha_bar), noise)


@mistake(
    "test_the_loss_is_the_mean_squared_error_of_the_noise",
    says="This is the Huber (smooth L1) loss, which some code bases train with. Eq. 14 squares the error everywhere.",
)
def huber(model, x0, t, noise, alpha_bar):
    return F.smooth_l1_loss(_guess(model, x0, t, noise, alpha_bar), noise)


@mistake(
    "test_the_loss_is_the_mean_squared_error_of_the_noise",
    says="You take the root of the mean squared error. Leave it squared.",
)
def root_taken(model, x0, t, noise, alpha_bar):
    return F.mse_loss(_guess(model, x0, t, noise, alpha_bar), noise).sqrt()


@mistake(
    "test_the_loss_is_the_mean_squared_error_of_the_noise",
    says="You sum over all elements, so the loss grows with batch and image. The contract asks for their mean.",
)
def sum_for_mean(model, x0, t, noise, alpha_bar):
    return F.mse_loss(_guess(model, x0, t, noise, alpha_bar), noise, reduction="sum")


@mistake(
    "test_the_loss_is_the_mean_squared_error_of_the_noise",
    says="You sum over each image and average over the batch only. The contract asks for the mean over all elements.",
)
def sum_over_each_image(model, x0, t, noise, alpha_bar):
    error = _guess(model, x0, t, noise, alpha_bar) - noise
    return error.square().flatten(1).sum(dim=1).mean()


@mistake(
    "test_the_loss_is_the_mean_squared_error_of_the_noise",
    says="You return one loss for each image. The contract asks for a single number, the mean over all elements.",
)
def one_loss_for_each_image(model, x0, t, noise, alpha_bar):
    error = _guess(model, x0, t, noise, alpha_bar) - noise
    return error.square().flatten(1).mean(dim=1)


@mistake(
    "test_the_loss_is_the_mean_squared_error_of_the_noise",
    says="You return the squared error of each element. The contract asks for a single number, their mean.",
)
def not_averaged(model, x0, t, noise, alpha_bar):
    return F.mse_loss(_guess(model, x0, t, noise, alpha_bar), noise, reduction="none")


@mistake(
    "test_the_loss_is_the_mean_squared_error_of_the_noise",
    says="You halve the squared error. Eq. 14 has no 1/2.",
)
def halved(model, x0, t, noise, alpha_bar):
    return F.mse_loss(_guess(model, x0, t, noise, alpha_bar), noise) / 2


@mistake(
    "test_the_loss_is_the_mean_squared_error_of_the_noise",
    says="You square the mean error: errors of opposite signs cancel. Square each one, then average.",
)
def square_of_the_mean(model, x0, t, noise, alpha_bar):
    return (_guess(model, x0, t, noise, alpha_bar) - noise).mean().square()


@mistake(
    "test_a_perfect_guess_costs_nothing",
    says="You compare the guess with the clean images. The model is to find the noise that was added.",
)
def target_is_x0(model, x0, t, noise, alpha_bar):
    return F.mse_loss(_guess(model, x0, t, noise, alpha_bar), x0)


@mistake(
    "test_a_perfect_guess_costs_nothing",
    says="You compare the guess with x_t, what the model is given. It is to find the noise in it.",
)
def target_is_x_t(model, x0, t, noise, alpha_bar):
    x_t = _mix(alpha_bar[t], x0, noise)
    return F.mse_loss(model(x_t, t), x_t)


@mistake(
    "test_a_perfect_guess_costs_nothing",
    says="You compare the guess with the noise as it is scaled in x_t. The target is the noise itself, of variance 1.",
)
def target_is_scaled_noise(model, x0, t, noise, alpha_bar):
    return F.mse_loss(_guess(model, x0, t, noise, alpha_bar), _mix(alpha_bar[t], 0 * x0, noise))


@mistake(
    "test_a_perfect_guess_costs_nothing",
    says="You compare with fresh noise. Only the noise that is in x_t can be found there.",
)
def fresh_noise_as_target(model, x0, t, noise, alpha_bar):
    return F.mse_loss(_guess(model, x0, t, noise, alpha_bar), torch.randn_like(noise))


@mistake(
    "test_the_loss_is_the_mean_squared_error_of_the_noise",
    says="You compare x_0 with the one that follows from the guess (eq. 15). Eq. 14 compares the noise, unweighted.",
)
def error_of_x0(model, x0, t, noise, alpha_bar):
    kept = alpha_bar[t].to(x0.dtype).reshape(-1, *[1] * (x0.dim() - 1))
    x_t = _mix(alpha_bar[t], x0, noise)
    return F.mse_loss((x_t - (1 - kept).sqrt() * model(x_t, t)) / kept.sqrt(), x0)


@mistake(
    "test_the_loss_is_the_mean_squared_error_of_the_noise",
    says="You weigh each timestep by its share of noise. The simple objective has no weights.",
)
def weighted_by_timestep(model, x0, t, noise, alpha_bar):
    error = (_guess(model, x0, t, noise, alpha_bar) - noise).square().flatten(1).mean(dim=1)
    return ((1 - alpha_bar[t]).to(x0.dtype) * error).mean()


@mistake(
    "test_the_model_sees_the_noisy_images",
    says="The model is given x_0, the clean images, in which there is no noise to find. Give it x_t.",
)
def model_sees_x0(model, x0, t, noise, alpha_bar):
    return F.mse_loss(model(x0, t), noise)


@mistake(
    "test_the_model_sees_the_noisy_images",
    says="The model is given the noise itself, and only has to copy it. Give it x_t.",
)
def model_sees_the_noise(model, x0, t, noise, alpha_bar):
    return F.mse_loss(model(noise, t), noise)


@mistake(
    "test_the_model_sees_the_noisy_images",
    says="Image and noise are added unweighted. x_t is the mixture of eq. 4: call forward_noising.",
)
def plain_sum(model, x0, t, noise, alpha_bar):
    return F.mse_loss(model(x0 + noise, t), noise)


@mistake(
    "test_the_model_sees_the_noisy_images",
    says="The roots are missing in x_t. alpha_bar and 1 - alpha_bar are shares of the variance: call forward_noising.",
)
def no_roots(model, x0, t, noise, alpha_bar):
    kept = alpha_bar[t].to(x0.dtype).reshape(-1, *[1] * (x0.dim() - 1))
    return F.mse_loss(model(kept * x0 + (1 - kept) * noise, t), noise)


@mistake(
    "test_the_model_sees_the_noisy_images",
    says="You mix with alpha_t, the share of one step. From x_0 to x_t it takes alpha_bar_t: call forward_noising.",
)
def alpha_for_alpha_bar(model, x0, t, noise, alpha_bar):
    before = torch.cat([torch.ones_like(alpha_bar[:1]), alpha_bar[:-1]])
    return F.mse_loss(model(_mix((alpha_bar / before)[t], x0, noise), t), noise)


@mistake(
    "test_the_model_sees_the_noisy_images",
    says="Image and noise have changed places in the call of forward_noising: first x0, then t, then the noise.",
)
def image_and_noise_swapped(model, x0, t, noise, alpha_bar):
    return F.mse_loss(model(_mix(alpha_bar[t], noise, x0), t), noise)


@mistake(
    "test_the_model_sees_the_noisy_images",
    says="You draw noise of your own for x_t, and compare with the given one, which the model has never seen.",
)
def own_noise_in_x_t(model, x0, t, noise, alpha_bar):
    return F.mse_loss(_guess(model, x0, t, torch.randn_like(noise), alpha_bar), noise)


@mistake(
    "test_the_model_sees_the_noisy_images",
    says="You draw noise of your own and leave the given one unused, so the loss is not the one that was asked for.",
)
def own_noise(model, x0, t, noise, alpha_bar):
    noise = torch.randn_like(x0)
    return F.mse_loss(_guess(model, x0, t, noise, alpha_bar), noise)


@mistake(
    "test_the_model_is_told_each_timestep_once",
    says="You draw timesteps of your own. They are given, one per image.",
)
def own_timesteps(model, x0, t, noise, alpha_bar):
    return F.mse_loss(_guess(model, x0, torch.randint(len(alpha_bar), (len(x0),)), noise, alpha_bar), noise)


@mistake(
    "test_the_model_is_told_each_timestep_once",
    says="All images are noised to the first one's timestep, and the model is told so. Each has its own.",
)
def first_timestep_for_all(model, x0, t, noise, alpha_bar):
    return F.mse_loss(_guess(model, x0, t[:1].expand(len(t)), noise, alpha_bar), noise)


@mistake(
    "test_the_model_is_told_each_timestep_once",
    says="x_t is right, but the model is told the first image's timestep for all images.",
)
def model_told_the_first_timestep(model, x0, t, noise, alpha_bar):
    return F.mse_loss(model(_mix(alpha_bar[t], x0, noise), t[:1].expand(len(t))), noise)


@mistake(
    "test_the_model_is_told_each_timestep_once",
    says="The model is told t + 1, while x_t was made for t. Here t counts from 0 everywhere; pass it on as it is.",
)
def model_told_one_later(model, x0, t, noise, alpha_bar):
    return F.mse_loss(model(_mix(alpha_bar[t], x0, noise), t + 1), noise)


@mistake(
    "test_the_model_is_told_each_timestep_once",
    says="You divide t by T. The model takes whole timesteps, shape (B,), as they are given.",
)
def model_told_a_fraction(model, x0, t, noise, alpha_bar):
    return F.mse_loss(model(_mix(alpha_bar[t], x0, noise), t / len(alpha_bar)), noise)


@mistake(
    "test_the_model_is_told_each_timestep_once",
    says="You make t a floating-point tensor. The model takes whole timesteps (long), as they are given.",
)
def model_told_in_float(model, x0, t, noise, alpha_bar):
    return F.mse_loss(model(_mix(alpha_bar[t], x0, noise), t.float()), noise)


@mistake(
    "test_the_model_is_told_each_timestep_once",
    says="You give t a second dimension, (B, 1). The model takes shape (B,), as it is given.",
)
def model_told_in_a_column(model, x0, t, noise, alpha_bar):
    return F.mse_loss(model(_mix(alpha_bar[t], x0, noise), t[:, None]), noise)


@mistake(
    "test_the_model_is_told_each_timestep_once",
    says="The model is told alpha_bar_t. It takes the timestep t itself.",
)
def model_told_alpha_bar(model, x0, t, noise, alpha_bar):
    return F.mse_loss(model(_mix(alpha_bar[t], x0, noise), alpha_bar[t]), noise)


@mistake(
    "test_the_model_is_told_each_timestep_once",
    says="The model is not told the timestep. Call it as model(x_t, t).",
)
def model_not_told(model, x0, t, noise, alpha_bar):
    return F.mse_loss(model(_mix(alpha_bar[t], x0, noise)), noise)


@mistake(
    "test_the_model_is_told_each_timestep_once",
    says="The model is called twice. One call costs half the time, and with dropout two calls would not even agree.",
)
def model_called_twice(model, x0, t, noise, alpha_bar):
    if _guess(model, x0, t, noise, alpha_bar).shape == noise.shape:
        return F.mse_loss(_guess(model, x0, t, noise, alpha_bar), noise)
    raise ValueError("the model's guess has another shape than the noise")


@mistake(
    "test_the_gradient_reaches_the_model",
    says="The loss is cut off from the graph (item, detach or no_grad), so nothing can be trained with it.",
)
def detached(model, x0, t, noise, alpha_bar):
    with torch.no_grad():
        return F.mse_loss(_guess(model, x0, t, noise, alpha_bar), noise)


@mistake(
    "test_points_and_any_sizes_work",
    says="You mix for images only: points (B, D) need weights of shape (B, 1). Call forward_noising, which does both.",
)
def images_only(model, x0, t, noise, alpha_bar):
    kept = alpha_bar[t].to(x0.dtype).reshape(-1, 1, 1, 1)
    return F.mse_loss(model((kept.sqrt() * x0 + (1 - kept).sqrt() * noise).reshape(x0.shape), t), noise)


@mistake(
    "test_the_dtype_follows_x0_and_inputs_stay",
    says="You turn x_t into float32. Keep the dtype of x0.",
)
def always_float32(model, x0, t, noise, alpha_bar):
    return F.mse_loss(_guess(model, x0.float(), t, noise.float(), alpha_bar), noise.float())


@mistake(
    "test_the_dtype_follows_x0_and_inputs_stay",
    says="With alpha_bar in float64, x_t and the loss become float64 too. Bring the weights to the dtype of x0.",
)
def dtype_of_alpha_bar(model, x0, t, noise, alpha_bar):
    kept = alpha_bar[t].reshape(-1, *[1] * (x0.dim() - 1))
    return ((model(kept.sqrt() * x0 + (1 - kept).sqrt() * noise, t) - noise) ** 2).mean()


@mistake(
    "test_the_dtype_follows_x0_and_inputs_stay",
    says="You write x_t over x0: the caller's images are noisy now. Make a new tensor.",
)
def x0_changed(model, x0, t, noise, alpha_bar):
    x0.copy_(_mix(alpha_bar[t], x0, noise))
    return F.mse_loss(model(x0, t), noise)


@mistake(
    "test_the_loss_is_the_mean_squared_error_of_the_noise",
    says="Items at t = 0 are left out of the mean. t = 0 is a timestep like any other, the one with the least noise.",
)
def t_0_left_out(model, x0, t, noise, alpha_bar):
    return (_guess(model, x0, t, noise, alpha_bar) - noise).square()[t > 0].mean()


@mistake(
    "test_the_loss_is_the_mean_squared_error_of_the_noise",
    says="You clip the guess to [-1, 1]. Noise goes far beyond that; compare the guess as it is.",
)
def guess_clipped(model, x0, t, noise, alpha_bar):
    return F.mse_loss(_guess(model, x0, t, noise, alpha_bar).clamp(-1, 1), noise)


@mistake(
    "test_the_model_sees_the_noisy_images",
    says="You clip x_t to [-1, 1] before the model sees it. Noise reaches further; eq. 4 does not clip.",
)
def x_t_clipped(model, x0, t, noise, alpha_bar):
    return F.mse_loss(model(_mix(alpha_bar[t], x0, noise).clamp(-1, 1), t), noise)


@mistake(
    "test_the_model_sees_the_noisy_images",
    says="You look alpha_bar up at t - 1. Here t counts from 0, and alpha_bar[t] belongs to t.",
)
def x_t_one_step_early(model, x0, t, noise, alpha_bar):
    return F.mse_loss(model(_mix(alpha_bar[t - 1], x0, noise), t), noise)


@mistake(
    "test_the_model_is_told_each_timestep_once",
    says="The model is called with names. Every model calls its arguments otherwise: call it as model(x_t, t).",
)
def model_called_by_keyword(model, x0, t, noise, alpha_bar):
    return F.mse_loss(model(x_t=_mix(alpha_bar[t], x0, noise), t=t), noise)


@mistake(
    "test_the_model_is_told_each_timestep_once",
    says="The model is called once for each item. It takes the whole batch at once, which is much quicker.",
)
def one_call_for_each_item(model, x0, t, noise, alpha_bar):
    x_t = _mix(alpha_bar[t], x0, noise)
    guesses = [model(x_t[i : i + 1], t[i : i + 1]) for i in range(len(t))]
    return F.mse_loss(torch.cat(guesses).reshape(-1)[: noise.numel()].reshape(noise.shape), noise)


@mistake(
    "test_the_model_is_told_each_timestep_once",
    says="You make t int32. The model takes whole timesteps of dtype long, as they are given.",
)
def model_told_in_int32(model, x0, t, noise, alpha_bar):
    return F.mse_loss(model(_mix(alpha_bar[t], x0, noise), t.int()), noise)


@mistake(
    "test_the_gradient_reaches_the_model",
    says="You take a root and square it again: for a perfect guess the root has no slope, and the gradient is NaN.",
)
def root_and_square(model, x0, t, noise, alpha_bar):
    error = _guess(model, x0, t, noise, alpha_bar) - noise
    return error.square().sum().sqrt().square() / error.numel()


@mistake(
    "test_the_gradient_reaches_the_model",
    says="You call backward yourself. The loss comes back with its graph, and whoever asked for it goes backward.",
)
def backward_called(model, x0, t, noise, alpha_bar):
    loss = F.mse_loss(_guess(model, x0, t, noise, alpha_bar), noise)
    if loss.requires_grad:
        loss.backward()
    return loss


@mistake(
    "test_the_dtype_follows_x0_and_inputs_stay",
    says="You scale the noise in place, and compare with what is left of it. Make a new tensor.",
)
def noise_changed(model, x0, t, noise, alpha_bar):
    kept = alpha_bar[t].to(x0.dtype).reshape(-1, *[1] * (x0.dim() - 1))
    before = noise.clone()
    guess = model(kept.sqrt() * x0 + noise.mul_((1 - kept).sqrt()), t)
    return F.mse_loss(guess, before)


@mistake(
    "test_the_dtype_follows_x0_and_inputs_stay",
    says="You put the model into training mode. Whoever calls the loss decides about that; model is only called.",
)
def model_put_into_training_mode(model, x0, t, noise, alpha_bar):
    if hasattr(model, "train"):
        model.train()
    return F.mse_loss(_guess(model, x0, t, noise, alpha_bar), noise)


@mistake(
    "test_the_dtype_follows_x0_and_inputs_stay",
    says="You put the model into eval mode. Whoever calls the loss decides about that; model is only called.",
)
def model_put_into_eval_mode(model, x0, t, noise, alpha_bar):
    if hasattr(model, "eval"):
        model.eval()
    return F.mse_loss(_guess(model, x0, t, noise, alpha_bar), noise)


@mistake(
    "test_the_dtype_follows_x0_and_inputs_stay",
    says="You clear the model's gradients. That is for the training loop; model is only called.",
)
def gradients_cleared(model, x0, t, noise, alpha_bar):
    if hasattr(model, "zero_grad"):
        model.zero_grad()
    return F.mse_loss(_guess(model, x0, t, noise, alpha_bar), noise)


@mistake(
    "test_the_loss_is_the_mean_squared_error_of_the_noise",
    says="model may be any function: it has no train, eval, zero_grad, parameters or device. Only call it.",
)
def model_taken_for_a_module(model, x0, t, noise, alpha_bar):
    model.train()
    return F.mse_loss(_guess(model, x0, t, noise, alpha_bar), noise)


@mistake(
    "test_it_works_on_a_gpu",
    says="You make a tensor on the processor, where a GPU's x0 cannot meet it. Use alpha_bar[t], or name a device.",
)
def tensor_made_on_the_processor(model, x0, t, noise, alpha_bar):
    kept = torch.tensor([alpha_bar[step].item() for step in t], dtype=x0.dtype)
    return F.mse_loss(model(_mix(kept, x0, noise), t), noise)


@mistake(
    "test_the_dtype_follows_x0_and_inputs_stay",
    says="You ask autograd to track what you were given. That is the caller's choice: leave requires_grad as it is.",
)
def gradients_asked_for(model, x0, t, noise, alpha_bar):
    return F.mse_loss(model(_mix(alpha_bar[t], x0.requires_grad_(), noise), t), noise)


@mistake(
    "test_the_model_is_told_each_timestep_once",
    says="You give t four dimensions, (B, 1, 1, 1). The model takes shape (B,), as it is given.",
)
def model_told_in_four_dimensions(model, x0, t, noise, alpha_bar):
    return F.mse_loss(model(_mix(alpha_bar[t], x0, noise), t.reshape(-1, 1, 1, 1)), noise)


@mistake(
    "test_the_model_is_told_each_timestep_once",
    says="The model gets t and x_t in the wrong order: call it as model(x_t, t).",
)
def arguments_of_the_model_exchanged(model, x0, t, noise, alpha_bar):
    return F.mse_loss(model(t, _mix(alpha_bar[t], x0, noise)), noise)


@mistake(
    "test_the_loss_is_the_mean_squared_error_of_the_noise",
    says="You weigh each timestep by its signal-to-noise ratio. The simple objective has no weights.",
)
def weighted_by_signal_to_noise(model, x0, t, noise, alpha_bar):
    error = (_guess(model, x0, t, noise, alpha_bar) - noise).square().flatten(1).mean(dim=1)
    ratio = (alpha_bar[t] / (1 - alpha_bar[t])).to(x0.dtype)
    return (ratio * error).mean()


@mistake(
    "test_the_loss_is_the_mean_squared_error_of_the_noise",
    says="You weigh each timestep by min-SNR, a later invention. The simple objective has no weights.",
)
def weighted_by_min_snr(model, x0, t, noise, alpha_bar):
    error = (_guess(model, x0, t, noise, alpha_bar) - noise).square().flatten(1).mean(dim=1)
    ratio = (alpha_bar[t] / (1 - alpha_bar[t])).to(x0.dtype)
    return (ratio.clamp(max=5) / ratio * error).mean()


@mistake(
    "test_the_loss_is_the_mean_squared_error_of_the_noise",
    says="You average guess and noise over each image before you square. Square each pixel's error, then average.",
)
def image_means_compared(model, x0, t, noise, alpha_bar):
    guess = _guess(model, x0, t, noise, alpha_bar)
    return F.mse_loss(guess.flatten(1).mean(dim=1), noise.flatten(1).mean(dim=1))


@mistake(
    "test_the_loss_is_the_mean_squared_error_of_the_noise",
    says="You return the loss with a dimension, (1,). A loss is a 0-d tensor.",
)
def one_dimension_left(model, x0, t, noise, alpha_bar):
    return F.mse_loss(_guess(model, x0, t, noise, alpha_bar), noise).reshape(1)


@mistake(
    "test_the_loss_is_the_mean_squared_error_of_the_noise",
    says="You compute the error in 16 bits: far guesses overflow. Keep the dtype of x0.",
)
def in_half_precision(model, x0, t, noise, alpha_bar):
    return F.mse_loss(_guess(model, x0, t, noise, alpha_bar).half(), noise.half()).to(x0.dtype)


@mistake(
    "test_points_and_any_sizes_work",
    says="view needs numbers that lie in memory in order; these may not. reshape and flatten work for all.",
)
def viewed(model, x0, t, noise, alpha_bar):
    error = _guess(model, x0, t, noise, alpha_bar) - noise
    return error.square().view(len(x0), -1).mean(dim=1).mean()


@mistake(
    "test_points_and_any_sizes_work",
    says="The weights lie along the last dimension, not along the batch. Make them (B, 1, ...).",
)
def weights_along_the_width(model, x0, t, noise, alpha_bar):
    kept = alpha_bar[t].to(x0.dtype)
    return F.mse_loss(model(kept.sqrt() * x0 + (1 - kept).sqrt() * noise, t), noise)


@mistake(
    "test_the_dtype_follows_x0_and_inputs_stay",
    says="You put the model into training mode and clear its gradients. Here it is only called.",
)
def model_prepared_for_training(model, x0, t, noise, alpha_bar):
    if isinstance(model, torch.nn.Module):
        model.train()
        model.zero_grad()
    return F.mse_loss(_guess(model, x0, t, noise, alpha_bar), noise)


@mistake(
    "test_the_model_is_told_each_timestep_once",
    says="You go through the batch item by item. forward_noising and the model take the whole batch at once.",
)
def item_by_item(model, x0, t, noise, alpha_bar):
    total = 0
    for i in range(len(x0)):
        own = slice(i, i + 1)
        total = total + F.mse_loss(model(_mix(alpha_bar[t[own]], x0[own], noise[own]), t[own]), noise[own])
    return total / len(x0)


@mistake(
    "test_the_gradient_reaches_the_model",
    says="The model is called under no_grad: no gradient reaches it. Sampling needs none, but this is for training.",
)
def model_called_under_no_grad(model, x0, t, noise, alpha_bar):
    with torch.no_grad():
        guess = _guess(model, x0, t, noise, alpha_bar)
    return F.mse_loss(guess, noise)


@mistake(
    "test_points_and_any_sizes_work",
    says="You mix for images only, and in the dtype of alpha_bar. Call forward_noising, which knows points and dtypes.",
)
def mixed_for_images_only(model, x0, t, noise, alpha_bar):
    kept = alpha_bar[t].reshape(-1, 1, 1, 1)
    return F.mse_loss(model(kept.sqrt() * x0 + (1 - kept).sqrt() * noise, t), noise)
