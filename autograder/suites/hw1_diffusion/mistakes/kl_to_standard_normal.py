"""Known mistakes in kl_to_standard_normal."""

import math

import numpy as np
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
    "test_one_gaussian_has_the_right_divergence",
    says="The sign is turned round: a divergence is never negative, and training would push it up.",
)
def sign_turned_round(mu, log_var):
    return -0.5 * _terms(mu, log_var).sum(dim=1).mean()


@mistake(
    "test_one_gaussian_has_the_right_divergence",
    says="The 1 is missing: the divergence of N(0, I) from itself has to be 0.",
)
def one_missing(mu, log_var):
    return 0.5 * (_terms(mu, log_var) + 1).sum(dim=1).mean()


@mistake(
    "test_one_gaussian_has_the_right_divergence",
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


@mistake(
    "test_one_gaussian_has_the_right_divergence",
    says="You keep log_var between -10 and 10. It may be anything from -80 to 80, and is used as it comes.",
)
def log_var_clamped(mu, log_var):
    return 0.5 * _terms(mu, log_var.clamp(-10, 10)).sum(dim=1).mean()


@mistake(
    "test_one_gaussian_has_the_right_divergence",
    says="You keep log_var between -30 and 20, as Stable Diffusion's encoder does. Here it is used as it comes.",
)
def log_var_clamped_as_in_stable_diffusion(mu, log_var):
    return 0.5 * _terms(mu, torch.clamp(log_var, -30.0, 20.0)).sum(dim=1).mean()


@mistake(
    "test_one_gaussian_has_the_right_divergence",
    says="You take the logarithm of the variance and a small number. log_var is that logarithm already.",
)
def logarithm_of_the_variance_and_a_small_number(mu, log_var):
    variance = log_var.exp()
    return 0.5 * (mu**2 + variance - 1 - torch.log(variance + 1e-8)).sum(dim=1).mean()


@mistake(
    "test_one_gaussian_has_the_right_divergence",
    says="The sign of all terms but one is turned round: the paper writes the negative of the divergence.",
)
def variance_subtracted(mu, log_var):
    return 0.5 * (mu**2 - log_var.exp() + 1 + log_var).sum(dim=1).mean()


@mistake(
    "test_one_gaussian_has_the_right_divergence",
    says="The paper's sum is minus two times the divergence: the factor -1/2 is missing.",
)
def paper_without_minus_half(mu, log_var):
    return torch.mean(torch.sum(1 + log_var - mu.pow(2) - log_var.exp(), dim=1))


@mistake(
    "test_gradients_reach_both_inputs",
    says="mu is cut off from the graph, so the means cannot be trained.",
)
def mu_detached(mu, log_var):
    return 0.5 * _terms(mu.detach(), log_var).sum(dim=1).mean()


@mistake(
    "test_any_size_and_float64_work_and_inputs_stay",
    says="view needs numbers that lie in memory in order; these may not. reshape and flatten work for all.",
)
def viewed(mu, log_var):
    return 0.5 * _terms(mu.view(-1), log_var.view(-1)).sum() / len(mu)


@mistake(
    "test_any_size_and_float64_work_and_inputs_stay",
    says="You undo the logarithm in place: the caller's log_var holds variances now. Make a new tensor.",
)
def log_var_exponentiated_in_place(mu, log_var):
    before = log_var.clone()
    with torch.no_grad():
        log_var.exp_()
    return 0.5 * (mu**2 + before.exp() - 1 - before).sum(dim=1).mean()


@mistake(
    "test_any_size_and_float64_work_and_inputs_stay",
    says="You ask autograd to track what you were given. That is the caller's choice: leave requires_grad as it is.",
)
def gradients_asked_for(mu, log_var):
    mu.requires_grad_(), log_var.requires_grad_()
    return 0.5 * _terms(mu, log_var).sum(dim=1).mean()


@mistake(
    "test_it_works_on_a_gpu",
    says="You make a tensor on the processor, where a GPU's mu cannot meet it. zeros_like and device= stay with it.",
)
def tensor_made_on_the_processor(mu, log_var):
    zero = torch.zeros(mu.shape, dtype=mu.dtype)
    return 0.5 * ((mu - zero) ** 2 + log_var.exp() - 1 - log_var).sum(dim=1).mean()


@mistake(
    "test_one_gaussian_has_the_right_divergence",
    says="You keep log_var between -20 and 20. It may be anything from -80 to 80, and is used as it comes.",
)
def log_var_clamped_between_twenties(mu, log_var):
    return 0.5 * _terms(mu, log_var.clamp(-20, 20)).sum(dim=1).mean()


@mistake(
    "test_one_gaussian_has_the_right_divergence",
    says="The result has shape (1,). A loss is a 0-d tensor: no keepdim, and no list around it.",
)
def one_dimension_left(mu, log_var):
    return 0.5 * _terms(mu, log_var).sum(dim=1).mean(dim=0, keepdim=True)


@mistake(
    "test_one_gaussian_has_the_right_divergence",
    says="You divide by log 2: that is in bits. The contract asks for nats.",
)
def in_bits(mu, log_var):
    return 0.5 * _terms(mu, log_var).sum(dim=1).mean() / math.log(2)


@mistake(
    "test_gradients_reach_both_inputs",
    says="numpy leaves the graph, so nothing can be trained with the divergence, and it knows no GPU. Use torch.",
)
def by_way_of_numpy(mu, log_var):
    m, v = mu.detach().numpy(), log_var.detach().numpy()
    return torch.tensor(0.5 * (m**2 + np.exp(v) - 1 - v).sum(axis=1).mean())


@mistake(
    "test_gradients_reach_both_inputs",
    says="You take a root and square it again, or abs: at N(0, I) the root has no slope, and the gradient is NaN.",
)
def root_and_square(mu, log_var):
    distance = mu.square().sum(dim=1).sqrt().square()
    return 0.5 * (distance + (log_var.exp() - 1 - log_var).sum(dim=1)).mean()


@mistake(
    "test_any_size_and_float64_work_and_inputs_stay",
    says="You square mu in place: the caller's means are changed, or autograd refuses it. Make a new tensor.",
)
def mu_squared_where_it_stands(mu, log_var):
    return 0.5 * (mu.pow_(2) + log_var.exp() - 1 - log_var).sum(dim=1).mean()


@mistake(
    "test_any_size_and_float64_work_and_inputs_stay",
    says="You undo the logarithm in place: the caller's log_var is changed, or autograd refuses it. Make a new tensor.",
)
def log_var_undone_where_it_stands(mu, log_var):
    before = log_var.clone()
    return 0.5 * (mu**2 + log_var.exp_() - 1 - before).sum(dim=1).mean()


@mistake(
    "test_one_gaussian_has_the_right_divergence",
    says="torch.distributions.Normal takes the standard deviation, exp(log_var / 2), and not the variance.",
)
def variance_for_the_scale(mu, log_var):
    q, p = torch.distributions.Normal(mu, log_var.exp()), torch.distributions.Normal(0.0, 1.0)
    return torch.distributions.kl_divergence(q, p).sum(dim=1).mean()


@mistake(
    "test_one_gaussian_has_the_right_divergence",
    says="You take the logarithm of the variance and a tiny number. log_var is that logarithm already.",
)
def logarithm_of_the_variance_and_a_tiny_number(mu, log_var):
    variance = log_var.exp()
    return 0.5 * (mu**2 + variance - 1 - torch.log(variance + 1e-10)).sum(dim=1).mean()


@mistake(
    "test_one_gaussian_has_the_right_divergence",
    says="The factor 1/2 does not reach log_var; all terms share it.",
)
def half_not_on_log_var(mu, log_var):
    return (0.5 * (mu**2 + log_var.exp() - 1) - log_var).sum(dim=1).mean()


@mistake(
    "test_one_gaussian_has_the_right_divergence",
    says="You take the logarithm of log_var, which is a logarithm already, and NaN where it is negative.",
)
def logarithm_of_the_logarithm(mu, log_var):
    return 0.5 * (mu**2 + log_var.exp() - 1 - log_var.log()).sum(dim=1).mean()


@mistake(
    "test_one_gaussian_has_the_right_divergence",
    says="You take the size of mu where its square belongs.",
)
def absolute_mean(mu, log_var):
    return 0.5 * (mu.abs() + log_var.exp() - 1 - log_var).sum(dim=1).mean()
