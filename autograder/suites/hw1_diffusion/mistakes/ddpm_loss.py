"""Known mistakes in ddpm_loss. Those that draw at random fix the seed, so that they can be told again."""

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
    torch.manual_seed(0)
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
    torch.manual_seed(0)
    return F.mse_loss(_guess(model, x0, t, torch.randn_like(noise), alpha_bar), noise)


@mistake(
    "test_the_model_sees_the_noisy_images",
    says="You draw noise of your own and leave the given one unused, so the loss is not the one that was asked for.",
)
def own_noise(model, x0, t, noise, alpha_bar):
    torch.manual_seed(0)
    noise = torch.randn_like(x0)
    return F.mse_loss(_guess(model, x0, t, noise, alpha_bar), noise)


@mistake(
    "test_the_model_is_told_each_timestep_once",
    says="You draw timesteps of your own. They are given, one per image.",
)
def own_timesteps(model, x0, t, noise, alpha_bar):
    torch.manual_seed(0)
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
