"""Known mistakes in kl_to_standard_normal."""

import torch

from autograder.suites import mistake


def _terms(mu, log_var):
    """Twice the divergence of each dimension, (B, D)."""
    return mu**2 + log_var.exp() - 1 - log_var


@mistake(
    "test_one_gaussian_has_the_right_divergence",
    says="The factor 1/2 is missing.",
)
def half_missing(mu, log_var):
    return _terms(mu, log_var).sum(dim=1).mean()


@mistake(
    "test_one_gaussian_has_the_right_divergence",
    says="You average over the dimensions too. Those are summed; only the batch is averaged.",
)
def mean_over_everything(mu, log_var):
    return 0.5 * _terms(mu, log_var).mean()


@mistake(
    "test_the_divergence_is_a_mean_over_the_batch",
    says="You sum over the batch too. The dimensions are summed, and the batch is averaged.",
)
def sum_over_everything(mu, log_var):
    return 0.5 * _terms(mu, log_var).sum()


@mistake(
    "test_the_divergence_is_a_mean_over_the_batch",
    says="The two dimensions have changed places: you sum over the batch (dim 0) and average over D.",
)
def sum_over_the_batch_mean_over_dimensions(mu, log_var):
    return 0.5 * _terms(mu, log_var).sum(dim=0).mean()


@mistake(
    "test_the_divergence_is_a_mean_over_the_batch",
    says="You return one divergence for each item. The contract asks for their mean, a single number.",
)
def one_for_each_item(mu, log_var):
    return 0.5 * _terms(mu, log_var).sum(dim=1)


@mistake(
    "test_only_the_standard_normal_has_none",
    says="The sign is turned round: a divergence is never negative, and training would push it up.",
)
def sign_turned_round(mu, log_var):
    return -0.5 * _terms(mu, log_var).sum(dim=1).mean()


@mistake(
    "test_only_the_standard_normal_has_none",
    says="The 1 is missing: the divergence of N(0, I) from itself has to be 0.",
)
def one_missing(mu, log_var):
    return 0.5 * (_terms(mu, log_var) + 1).sum(dim=1).mean()


@mistake(
    "test_only_the_standard_normal_has_none",
    says="The 1 is subtracted once for each item. It belongs to every dimension, inside the sum over D.",
)
def one_outside_the_sum(mu, log_var):
    return 0.5 * ((_terms(mu, log_var) + 1).sum(dim=1) - 1).mean()


@mistake(
    "test_one_gaussian_has_the_right_divergence",
    says="log_var is added. It is subtracted: a variance close to 0 is far from the standard normal.",
)
def log_var_added(mu, log_var):
    return 0.5 * (_terms(mu, log_var) + 2 * log_var).sum(dim=1).mean()


@mistake(
    "test_one_gaussian_has_the_right_divergence",
    says="The term -log_var is missing: a variance that shrinks to 0 would cost nothing.",
)
def log_var_missing(mu, log_var):
    return 0.5 * (_terms(mu, log_var) + log_var).sum(dim=1).mean()


@mistake(
    "test_one_gaussian_has_the_right_divergence",
    says="You take log_var for the logarithm of the standard deviation. It is that of the variance: no factor of 2.",
)
def log_deviation(mu, log_var):
    return 0.5 * _terms(mu, 2 * log_var).sum(dim=1).mean()


@mistake(
    "test_one_gaussian_has_the_right_divergence",
    says="You use the standard deviation where the variance belongs: exp(log_var) is the variance already.",
)
def deviation_for_variance(mu, log_var):
    return 0.5 * (mu**2 + torch.exp(log_var / 2) - 1 - log_var).sum(dim=1).mean()


@mistake(
    "test_one_gaussian_has_the_right_divergence",
    says="You square the variance: exp(log_var) is the variance already.",
)
def variance_squared(mu, log_var):
    return 0.5 * (mu**2 + log_var.exp() ** 2 - 1 - log_var).sum(dim=1).mean()


@mistake(
    "test_one_gaussian_has_the_right_divergence",
    says="You use log_var where the variance belongs: undo the logarithm in that term.",
)
def exp_missing(mu, log_var):
    return 0.5 * (mu**2 + log_var - 1 - log_var).sum(dim=1).mean()


@mistake(
    "test_one_gaussian_has_the_right_divergence",
    says="You take log_var for the variance itself, and its logarithm is NaN where it is negative.",
)
def log_var_as_variance(mu, log_var):
    return 0.5 * (mu**2 + log_var - 1 - log_var.log()).sum(dim=1).mean()


@mistake(
    "test_one_gaussian_has_the_right_divergence",
    says="mu is not squared: a negative mean would lower the divergence.",
)
def mean_not_squared(mu, log_var):
    return 0.5 * (mu + log_var.exp() - 1 - log_var).sum(dim=1).mean()


@mistake(
    "test_one_gaussian_has_the_right_divergence",
    says="The term with mu is missing: nothing pulls the means to 0.",
)
def mean_missing(mu, log_var):
    return 0.5 * _terms(0 * mu, log_var).sum(dim=1).mean()


@mistake(
    "test_one_gaussian_has_the_right_divergence",
    says="The factor 1/2 reaches only the first term; all terms share it.",
)
def half_on_the_mean_only(mu, log_var):
    return (0.5 * mu**2 + log_var.exp() - 1 - log_var).sum(dim=1).mean()


@mistake(
    "test_one_gaussian_has_the_right_divergence",
    says="This is KL(N(0, I) || N(mu, ...)), the other way round. The expectation is taken under N(mu, ...).",
)
def other_way_round(mu, log_var):
    return 0.5 * (mu**2 / log_var.exp() + 1 / log_var.exp() - 1 + log_var).sum(dim=1).mean()


@mistake(
    "test_gradients_reach_both_inputs",
    says="The divergence is cut off from the graph (item, detach or no_grad), so nothing can be trained with it.",
)
def detached(mu, log_var):
    return 0.5 * _terms(mu, log_var).sum(dim=1).mean().detach()


@mistake(
    "test_gradients_reach_both_inputs",
    says="log_var is cut off from the graph, so the variance cannot be trained.",
)
def log_var_detached(mu, log_var):
    return 0.5 * _terms(mu, log_var.detach()).sum(dim=1).mean()


@mistake(
    "test_any_size_and_float64_work_and_inputs_stay",
    says="squeeze drops every dimension of size 1: with a single item or a single dimension, dim 1 is gone.",
)
def squeezed(mu, log_var):
    return 0.5 * _terms(mu, log_var).squeeze().sum(dim=-1).mean()


@mistake(
    "test_any_size_and_float64_work_and_inputs_stay",
    says="You turn everything into float32. Keep the dtype that comes in.",
)
def always_float32(mu, log_var):
    return 0.5 * _terms(mu.float(), log_var.float()).sum(dim=1).mean()


@mistake(
    "test_any_size_and_float64_work_and_inputs_stay",
    says="You square mu in place: the caller's means are changed. Make a new tensor.",
)
def mu_squared_in_place(mu, log_var):
    with torch.no_grad():
        mu *= mu
    return 0.5 * (mu + log_var.exp() - 1 - log_var).sum(dim=1).mean()
