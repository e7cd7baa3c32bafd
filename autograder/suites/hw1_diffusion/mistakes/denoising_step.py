"""Known mistakes in denoising_step; they call posterior_mean by name.

The one that draws at random is told again: the grader seeds every call.
"""

import torch

from autograder.suites import mistake


def _like(values, x):
    """(B,) values as (B, 1, ...) in x's dtype."""
    return values.to(x.dtype).reshape(-1, *[1] * (x.dim() - 1))


def _mean(model, x_t, t, betas, alpha_bar):
    return posterior_mean(x_t, t, model(x_t, t), betas, alpha_bar)


def _spread(t, betas):
    """sqrt(beta_t), and 0 at t = 0."""
    return torch.where(t > 0, betas[t].sqrt(), 0)


@mistake(
    "test_noise_is_added_everywhere_but_at_t_0",
    says="Items at t = 0 get noise too. That step makes the final x_0, and noise on it would stay.",
)
def noise_at_t_0(model, x_t, t, noise, betas, alpha_bar):
    return _mean(model, x_t, t, betas, alpha_bar) + _like(betas[t].sqrt(), x_t) * noise


@mistake(
    "test_noise_is_added_everywhere_but_at_t_0",
    says="Items at t = 1 get no noise. The last step has index 0 here; the paper counts from 1.",
)
def no_noise_at_t_1(model, x_t, t, noise, betas, alpha_bar):
    spread = torch.where(t > 1, betas[t].sqrt(), 0)
    return _mean(model, x_t, t, betas, alpha_bar) + _like(spread, x_t) * noise


@mistake(
    "test_noise_is_added_everywhere_but_at_t_0",
    says="One item at t = 0 takes the noise away from the whole batch. Each item decides for itself.",
)
def any_t_0_silences_all(model, x_t, t, noise, betas, alpha_bar):
    spread = torch.zeros_like(betas[t]) if (t == 0).any() else betas[t].sqrt()
    return _mean(model, x_t, t, betas, alpha_bar) + _like(spread, x_t) * noise


@mistake(
    "test_noise_is_added_everywhere_but_at_t_0",
    says="Noise is left away only when the whole batch is at t = 0. Each item decides for itself.",
)
def only_all_t_0_silences(model, x_t, t, noise, betas, alpha_bar):
    spread = torch.zeros_like(betas[t]) if (t == 0).all() else betas[t].sqrt()
    return _mean(model, x_t, t, betas, alpha_bar) + _like(spread, x_t) * noise


@mistake(
    "test_noise_is_added_everywhere_but_at_t_0",
    says="The first item's t decides whether anybody gets noise. Each item decides for itself.",
)
def first_t_decides(model, x_t, t, noise, betas, alpha_bar):
    spread = torch.zeros_like(betas[t]) if t[0] == 0 else betas[t].sqrt()
    return _mean(model, x_t, t, betas, alpha_bar) + _like(spread, x_t) * noise


@mistake(
    "test_noise_is_added_everywhere_but_at_t_0",
    says="The mask is turned round: noise is added at t = 0 and nowhere else.",
)
def noise_only_at_t_0(model, x_t, t, noise, betas, alpha_bar):
    spread = torch.where(t > 0, 0, betas[t].sqrt())
    return _mean(model, x_t, t, betas, alpha_bar) + _like(spread, x_t) * noise


@mistake(
    "test_noise_is_added_everywhere_but_at_t_0",
    says="No noise is added at all: this is the mean. Algorithm 2 draws around it.",
)
def no_noise(model, x_t, t, noise, betas, alpha_bar):
    return _mean(model, x_t, t, betas, alpha_bar)


@mistake(
    "test_noise_is_added_everywhere_but_at_t_0",
    says="The last timestep gets no noise. The step without noise is the last one to be made, t = 0.",
)
def no_noise_at_the_last_timestep(model, x_t, t, noise, betas, alpha_bar):
    spread = torch.where(t < len(betas) - 1, betas[t].sqrt(), 0)
    return _mean(model, x_t, t, betas, alpha_bar) + _like(spread, x_t) * noise


@mistake(
    "test_the_noise_is_scaled_by_sqrt_beta",
    says="The noise is scaled by beta_t. That is the variance; the scale is its root.",
)
def beta_without_root(model, x_t, t, noise, betas, alpha_bar):
    spread = torch.where(t > 0, betas[t], 0)
    return _mean(model, x_t, t, betas, alpha_bar) + _like(spread, x_t) * noise


@mistake(
    "test_the_noise_is_scaled_by_sqrt_beta",
    says="This is the paper's other choice, the variance of the posterior (eq. 7). The contract here is beta_t.",
)
def posterior_variance(model, x_t, t, noise, betas, alpha_bar):
    before = torch.where(t > 0, alpha_bar[t - 1], 1)
    spread = (betas[t] * (1 - before) / (1 - alpha_bar[t])).sqrt()
    return _mean(model, x_t, t, betas, alpha_bar) + _like(spread, x_t) * noise


@mistake(
    "test_the_noise_is_scaled_by_sqrt_beta",
    says="The noise is scaled by sqrt(1 - alpha_bar_t), as much as in all of x_t. One step adds sqrt(beta_t) of it.",
)
def all_noise_put_back(model, x_t, t, noise, betas, alpha_bar):
    spread = torch.where(t > 0, (1 - alpha_bar[t]).sqrt(), 0)
    return _mean(model, x_t, t, betas, alpha_bar) + _like(spread, x_t) * noise


@mistake(
    "test_the_noise_is_scaled_by_sqrt_beta",
    says="The noise is scaled by sqrt(1 - beta_t). Its variance is beta_t.",
)
def alpha_for_beta(model, x_t, t, noise, betas, alpha_bar):
    spread = torch.where(t > 0, (1 - betas[t]).sqrt(), 0)
    return _mean(model, x_t, t, betas, alpha_bar) + _like(spread, x_t) * noise


@mistake(
    "test_the_noise_is_scaled_by_sqrt_beta",
    says="The noise is added as it comes, with variance 1. Scale it by sqrt(beta_t).",
)
def noise_not_scaled(model, x_t, t, noise, betas, alpha_bar):
    return _mean(model, x_t, t, betas, alpha_bar) + _like(t > 0, x_t) * noise


@mistake(
    "test_the_noise_is_scaled_by_sqrt_beta",
    says="The noise is scaled by the beta of t - 1. The step from t has the variance beta_t.",
)
def beta_of_t_minus_1(model, x_t, t, noise, betas, alpha_bar):
    return _mean(model, x_t, t, betas, alpha_bar) + _like(_spread(t, betas.roll(1)), x_t) * noise


@mistake(
    "test_the_noise_is_scaled_by_sqrt_beta",
    says="You subtract the noise. A random draw would not mind, but here the noise is given: it is added.",
)
def noise_subtracted(model, x_t, t, noise, betas, alpha_bar):
    return _mean(model, x_t, t, betas, alpha_bar) - _like(_spread(t, betas), x_t) * noise


@mistake(
    "test_the_mean_takes_out_the_noise_that_the_model_finds",
    says="The given noise is taken out of x_t. It is new noise, to be added; what is taken out is the model's guess.",
)
def given_noise_taken_out(model, x_t, t, noise, betas, alpha_bar):
    model(x_t, t)
    mean = posterior_mean(x_t, t, noise, betas, alpha_bar)
    return mean + _like(_spread(t, betas), x_t) * noise


@mistake(
    "test_the_mean_takes_out_the_noise_that_the_model_finds",
    says="The model's guess and the given noise have changed places: take out the guess and add the noise.",
)
def noises_exchanged(model, x_t, t, noise, betas, alpha_bar):
    mean = posterior_mean(x_t, t, noise, betas, alpha_bar)
    return mean + _like(_spread(t, betas), x_t) * model(x_t, t)


@mistake(
    "test_the_mean_takes_out_the_noise_that_the_model_finds",
    says="The model's answer is taken for the mean itself. It guesses the noise in x_t; posterior_mean makes the mean.",
)
def guess_taken_for_the_mean(model, x_t, t, noise, betas, alpha_bar):
    return model(x_t, t) + _like(_spread(t, betas), x_t) * noise


@mistake(
    "test_the_mean_takes_out_the_noise_that_the_model_finds",
    says="You jump to x_0 and add noise to it. A step back ends at x_{t-1}.",
)
def step_from_x0(model, x_t, t, noise, betas, alpha_bar):
    kept = _like(alpha_bar[t], x_t)
    x0 = (x_t - (1 - kept).sqrt() * model(x_t, t)) / kept.sqrt()
    return x0 + _like(_spread(t, betas), x_t) * noise


@mistake(
    "test_the_model_is_asked_about_x_t_at_its_own_t",
    says="The model is asked about t + 1. It was trained with the t that you are given.",
)
def model_asked_about_t_plus_1(model, x_t, t, noise, betas, alpha_bar):
    mean = posterior_mean(x_t, t, model(x_t, t + 1), betas, alpha_bar)
    return mean + _like(_spread(t, betas), x_t) * noise


@mistake(
    "test_the_model_is_asked_about_x_t_at_its_own_t",
    says="The model is asked about t - 1. It is to find the noise in x_t.",
)
def model_asked_about_t_minus_1(model, x_t, t, noise, betas, alpha_bar):
    mean = posterior_mean(x_t, t, model(x_t, t - 1), betas, alpha_bar)
    return mean + _like(_spread(t, betas), x_t) * noise


@mistake(
    "test_the_model_is_asked_about_x_t_at_its_own_t",
    says="The model gets the first item's t for the whole batch. Every item has a t of its own.",
)
def model_gets_the_first_t(model, x_t, t, noise, betas, alpha_bar):
    mean = posterior_mean(x_t, t, model(x_t, t[:1].expand(len(t))), betas, alpha_bar)
    return mean + _like(_spread(t, betas), x_t) * noise


@mistake(
    "test_the_model_is_asked_about_x_t_at_its_own_t",
    says="The model gets t / T. It was trained with whole timesteps: t itself, long.",
)
def model_gets_a_fraction(model, x_t, t, noise, betas, alpha_bar):
    mean = posterior_mean(x_t, t, model(x_t, t / len(betas)), betas, alpha_bar)
    return mean + _like(_spread(t, betas), x_t) * noise


@mistake(
    "test_the_model_is_asked_about_x_t_at_its_own_t",
    says="The model gets t as floating-point numbers. The contract is long: most models look t up in a table.",
)
def model_gets_a_float(model, x_t, t, noise, betas, alpha_bar):
    mean = posterior_mean(x_t, t, model(x_t, t.float()), betas, alpha_bar)
    return mean + _like(_spread(t, betas), x_t) * noise


@mistake(
    "test_the_model_is_asked_about_x_t_at_its_own_t",
    says="The noise is put on x_t before the model is asked. The model is asked about x_t; the noise comes last.",
)
def noise_before_the_model(model, x_t, t, noise, betas, alpha_bar):
    x_t = x_t + _like(_spread(t, betas), x_t) * noise
    return _mean(model, x_t, t, betas, alpha_bar)


@mistake(
    "test_the_result_is_not_clipped",
    says="You clip the result to [-1, 1]. Many libraries do; algorithm 2 and this contract do not.",
)
def result_clipped(model, x_t, t, noise, betas, alpha_bar):
    return (_mean(model, x_t, t, betas, alpha_bar) + _like(_spread(t, betas), x_t) * noise).clamp(-1, 1)


@mistake(
    "test_the_result_is_not_clipped",
    says="You clip the guess at x_0 to [-1, 1] on the way. Many libraries do; algorithm 2 and this contract do not.",
)
def x0_clipped(model, x_t, t, noise, betas, alpha_bar):
    beta, kept = _like(betas[t], x_t), _like(alpha_bar[t], x_t)
    before = kept / (1 - beta)
    x0 = ((x_t - (1 - kept).sqrt() * model(x_t, t)) / kept.sqrt()).clamp(-1, 1)
    mean = before.sqrt() * beta / (1 - kept) * x0 + (1 - beta).sqrt() * (1 - before) / (1 - kept) * x_t
    return mean + _like(_spread(t, betas), x_t) * noise


@mistake(
    "test_other_sizes_and_dtypes_work",
    says="You reshape to (B, 1, 1, 1), which fits images alone. Points (B, D) need (B, 1): ask x_t for its dim().",
)
def images_only(model, x_t, t, noise, betas, alpha_bar):
    spread = _spread(t, betas).to(x_t.dtype)[:, None, None, None]
    return _mean(model, x_t, t, betas, alpha_bar) + spread * noise


@mistake(
    "test_other_sizes_and_dtypes_work",
    says="A schedule in float64 turns your result into float64. Bring what you look up to x_t's dtype.",
)
def dtype_of_the_schedule_wins(model, x_t, t, noise, betas, alpha_bar):
    spread = _spread(t, betas).reshape(-1, *[1] * (x_t.dim() - 1))
    return _mean(model, x_t, t, betas, alpha_bar) + spread * noise


@mistake(
    "test_inputs_are_left_unchanged",
    says="You scale the caller's noise in place. Make a new tensor for the product.",
)
def noise_overwritten(model, x_t, t, noise, betas, alpha_bar):
    mean = _mean(model, x_t, t, betas, alpha_bar)
    return mean + noise.mul_(_like(_spread(t, betas), x_t))


@mistake(
    "test_inputs_are_left_unchanged",
    says="You set the caller's noise to zero at t = 0. Make a new tensor for what is added.",
)
def noise_silenced_in_place(model, x_t, t, noise, betas, alpha_bar):
    noise[t == 0] = 0
    return _mean(model, x_t, t, betas, alpha_bar) + _like(betas[t].sqrt(), x_t) * noise


@mistake(
    "test_inputs_are_left_unchanged",
    says="You write the result into the caller's x_t. Make a new tensor.",
)
def x_t_overwritten(model, x_t, t, noise, betas, alpha_bar):
    mean = _mean(model, x_t, t, betas, alpha_bar)
    with torch.no_grad():
        return x_t.copy_(mean + _like(_spread(t, betas), x_t) * noise)


@mistake(
    "test_the_noise_is_scaled_by_sqrt_beta",
    says="You draw noise of your own. The noise to add is given: the grader compares numbers.",
)
def own_noise(model, x_t, t, noise, betas, alpha_bar):
    return _mean(model, x_t, t, betas, alpha_bar) + _like(_spread(t, betas), x_t) * torch.randn_like(x_t)


@mistake(
    "test_noise_is_added_everywhere_but_at_t_0",
    says="`if t == 0` asks a whole batch for one answer, and fails. Each item has its own t: make a mask (B,).",
)
def one_if_for_the_batch(model, x_t, t, noise, betas, alpha_bar):
    mean = _mean(model, x_t, t, betas, alpha_bar)
    if t == 0:
        return mean
    return mean + _like(betas[t].sqrt(), x_t) * noise


@mistake(
    "test_the_noise_is_scaled_by_sqrt_beta",
    says="The spreads have shape (B,), and broadcasting lays them along the last dimension. Make it (B, 1, ...).",
)
def spreads_along_the_width(model, x_t, t, noise, betas, alpha_bar):
    return _mean(model, x_t, t, betas, alpha_bar) + _spread(t, betas).to(x_t.dtype) * noise


@mistake(
    "test_the_model_is_asked_about_x_t_at_its_own_t",
    says="The model is called twice. One call costs half the time.",
)
def model_called_twice(model, x_t, t, noise, betas, alpha_bar):
    return (_mean(model, x_t, t, betas, alpha_bar) + _mean(model, x_t, t, betas, alpha_bar)) / 2 + _like(
        _spread(t, betas), x_t
    ) * noise


@mistake(
    "test_the_model_is_asked_about_x_t_at_its_own_t",
    says="The model is called with names. Every model calls its arguments otherwise: call it as model(x_t, t).",
)
def model_called_by_keyword(model, x_t, t, noise, betas, alpha_bar):
    mean = posterior_mean(x_t, t, model(x_t=x_t, t=t), betas, alpha_bar)
    return mean + _like(_spread(t, betas), x_t) * noise


@mistake(
    "test_the_result_is_not_clipped",
    says="You clip the mean to [-1, 1] before the noise comes. Algorithm 2 and this contract do not.",
)
def mean_clipped(model, x_t, t, noise, betas, alpha_bar):
    return _mean(model, x_t, t, betas, alpha_bar).clamp(-1, 1) + _like(_spread(t, betas), x_t) * noise


@mistake(
    "test_the_result_is_not_clipped",
    says="You clip the items at t = 0 to [-1, 1]: x_0 too is handed out as it is. Clip where you draw pictures.",
)
def x_0_clipped_at_the_end(model, x_t, t, noise, betas, alpha_bar):
    step = _mean(model, x_t, t, betas, alpha_bar) + _like(_spread(t, betas), x_t) * noise
    return torch.where(_like(t == 0, x_t).bool(), step.clamp(-1, 1), step)


@mistake(
    "test_other_sizes_and_dtypes_work",
    says="You turn everything into float32. Keep the dtype that x_t comes in.",
)
def always_float32(model, x_t, t, noise, betas, alpha_bar):
    x_t = x_t.float()
    return _mean(model, x_t, t, betas, alpha_bar) + _like(_spread(t, betas), x_t) * noise.float()


@mistake(
    "test_other_sizes_and_dtypes_work",
    says="squeeze drops every dimension of size 1: a single item loses its batch. Keep the shape of x_t.",
)
def squeezed(model, x_t, t, noise, betas, alpha_bar):
    return (_mean(model, x_t, t, betas, alpha_bar) + _like(_spread(t, betas), x_t) * noise).squeeze()


@mistake(
    "test_inputs_are_left_unchanged",
    says="You set the caller's betas[0] to zero, for all calls to come. Make a copy, or a mask.",
)
def first_beta_zeroed_in_place(model, x_t, t, noise, betas, alpha_bar):
    mean = _mean(model, x_t, t, betas, alpha_bar)
    betas[0] = 0
    return mean + _like(betas[t].sqrt(), x_t) * noise


@mistake(
    "test_inputs_are_left_unchanged",
    says="You put the model into eval mode. Whoever calls the step decides about that; model is only called.",
)
def model_put_into_eval_mode(model, x_t, t, noise, betas, alpha_bar):
    if hasattr(model, "eval"):
        model.eval()
    return _mean(model, x_t, t, betas, alpha_bar) + _like(_spread(t, betas), x_t) * noise


@mistake(
    "test_inputs_are_left_unchanged",
    says="You freeze the model's parameters: it cannot be trained any more. torch.no_grad() leaves them as they are.",
)
def model_left_frozen(model, x_t, t, noise, betas, alpha_bar):
    if hasattr(model, "requires_grad_"):
        model.requires_grad_(False)
    return _mean(model, x_t, t, betas, alpha_bar) + _like(_spread(t, betas), x_t) * noise


@mistake(
    "test_inputs_are_left_unchanged",
    says="You switch gradients off and never on again, so training fails. torch.no_grad() puts them back.",
)
def gradients_left_off(model, x_t, t, noise, betas, alpha_bar):
    torch.set_grad_enabled(False)
    return _mean(model, x_t, t, betas, alpha_bar) + _like(_spread(t, betas), x_t) * noise


@mistake(
    "test_it_works_on_a_gpu",
    says="You make a tensor on the processor, where a GPU's noise cannot meet it. zeros_like and device= stay with it.",
)
def tensor_made_on_the_processor(model, x_t, t, noise, betas, alpha_bar):
    spread = torch.zeros(len(t), dtype=x_t.dtype)
    for item, step in enumerate(t.tolist()):
        if step > 0:
            spread[item] = betas[step].sqrt()
    return _mean(model, x_t, t, betas, alpha_bar) + _like(spread, x_t) * noise


@mistake(
    "test_it_works_on_a_gpu",
    says="The result comes back on the processor. Leave it on the device of x_t.",
)
def brought_to_the_processor(model, x_t, t, noise, betas, alpha_bar):
    return (_mean(model, x_t, t, betas, alpha_bar) + _like(_spread(t, betas), x_t) * noise).cpu()


@mistake(
    "test_noise_is_added_everywhere_but_at_t_0",
    says="From the first item at t = 0 on, nobody gets noise. Each item decides for itself.",
)
def first_item_and_all_later_silenced(model, x_t, t, noise, betas, alpha_bar):
    spread = torch.where(torch.cumsum(t == 0, dim=0) > 0, 0, betas[t].sqrt())
    return _mean(model, x_t, t, betas, alpha_bar) + _like(spread, x_t) * noise


@mistake(
    "test_other_sizes_and_dtypes_work",
    says="The spreads are float64, so the step is float64 whatever x_t is. Bring them to the dtype of x_t.",
)
def spreads_in_float64(model, x_t, t, noise, betas, alpha_bar):
    spread = _spread(t, betas.double()).reshape(-1, *[1] * (x_t.dim() - 1))
    return _mean(model, x_t, t, betas, alpha_bar) + spread * noise


@mistake(
    "test_the_result_is_not_clipped",
    says="You scale the result down to [-1, 1] (dynamic thresholding). Algorithm 2 and this contract do not.",
)
def thresholded(model, x_t, t, noise, betas, alpha_bar):
    step = _mean(model, x_t, t, betas, alpha_bar) + _like(_spread(t, betas), x_t) * noise
    largest = _like(step.abs().flatten(start_dim=1).amax(dim=1).clamp(min=1), x_t)
    return step / largest


@mistake(
    "test_inputs_are_left_unchanged",
    says="You put the model into eval mode, and into training mode afterwards, whatever it was in. It is only called.",
)
def model_left_in_training_mode(model, x_t, t, noise, betas, alpha_bar):
    if isinstance(model, torch.nn.Module):
        model.eval()
    step = _mean(model, x_t, t, betas, alpha_bar) + _like(_spread(t, betas), x_t) * noise
    if isinstance(model, torch.nn.Module):
        model.train()
    return step


@mistake(
    "test_inputs_are_left_unchanged",
    says="You ask autograd to track what you were given. That is the caller's choice: leave requires_grad as it is.",
)
def gradients_asked_for(model, x_t, t, noise, betas, alpha_bar):
    return _mean(model, x_t.requires_grad_(), t, betas, alpha_bar) + _like(_spread(t, betas), x_t) * noise


@mistake(
    "test_the_noise_is_scaled_by_sqrt_beta",
    says="model may be any function: it has no eval, train, parameters or device. Only call it.",
)
def model_taken_for_a_module(model, x_t, t, noise, betas, alpha_bar):
    model.eval()
    device = next(model.parameters()).device
    return _mean(model, x_t, t, betas, alpha_bar) + _like(_spread(t, betas), x_t) * noise.to(device)


@mistake(
    "test_the_model_is_asked_about_x_t_at_its_own_t",
    says="You give t four dimensions, (B, 1, 1, 1). The model takes shape (B,), as it is given.",
)
def model_gets_four_dimensions(model, x_t, t, noise, betas, alpha_bar):
    mean = posterior_mean(x_t, t, model(x_t, t.reshape(-1, 1, 1, 1)).reshape(x_t.shape), betas, alpha_bar)
    return mean + _like(_spread(t, betas), x_t) * noise


@mistake(
    "test_the_model_is_asked_about_x_t_at_its_own_t",
    says="The model is called once for each item. It takes the whole batch at once, which is much quicker.",
)
def one_call_for_each_item(model, x_t, t, noise, betas, alpha_bar):
    guess = torch.cat([model(x_t[i : i + 1], t[i : i + 1]) for i in range(len(t))])
    return posterior_mean(x_t, t, guess, betas, alpha_bar) + _like(_spread(t, betas), x_t) * noise


@mistake(
    "test_the_noise_is_scaled_by_sqrt_beta",
    says="The noise is scaled by the fourth root of beta_t: the root is taken twice. Its variance is beta_t.",
)
def root_taken_twice(model, x_t, t, noise, betas, alpha_bar):
    return _mean(model, x_t, t, betas, alpha_bar) + _like(_spread(t, betas).sqrt(), x_t) * noise
