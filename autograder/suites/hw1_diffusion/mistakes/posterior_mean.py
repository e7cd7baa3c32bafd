"""Known mistakes in posterior_mean."""

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
    "test_the_mean_is_not_clipped",
    says="You clip the guess at x_0 to [-1, 1] on the way. Many libraries do; eq. 11 and this contract do not.",
)
def x0_clipped(x_t, t, noise, betas, alpha_bar):
    beta, kept = _each(betas, t, x_t), _each(alpha_bar, t, x_t)
    before = kept / (1 - beta)
    x0 = ((x_t - (1 - kept).sqrt() * noise) / kept.sqrt()).clamp(-1, 1)
    return before.sqrt() * beta / (1 - kept) * x0 + (1 - beta).sqrt() * (1 - before) / (1 - kept) * x_t


@mistake(
    "test_the_mean_is_not_clipped",
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
    "test_inputs_are_left_unchanged",
    says="You compute in place: the caller's x_t is overwritten with the mean. Make a new tensor.",
)
def x_t_overwritten(x_t, t, noise, betas, alpha_bar):
    beta, kept = _each(betas, t, x_t), _each(alpha_bar, t, x_t)
    x_t -= beta / (1 - kept).sqrt() * noise
    x_t /= (1 - beta).sqrt()
    return x_t


@mistake(
    "test_inputs_are_left_unchanged",
    says="You scale the caller's noise in place. Make a new tensor for the product.",
)
def noise_overwritten(x_t, t, noise, betas, alpha_bar):
    beta, kept = _each(betas, t, x_t), _each(alpha_bar, t, x_t)
    return (x_t - noise.mul_(beta / (1 - kept).sqrt())) / (1 - beta).sqrt()
