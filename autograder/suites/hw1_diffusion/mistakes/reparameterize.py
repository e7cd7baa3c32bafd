"""Known mistakes in reparameterize. Those that draw at random are told again: the grader seeds every call."""

import math

import numpy as np
import torch
import torch.nn.functional as F

from autograder.suites import mistake


@mistake(
    "test_the_noise_is_scaled_by_the_standard_deviation",
    says="You scale the noise by the variance. A sample spreads by the standard deviation, the root of the variance.",
)
def variance_for_deviation(mu, log_var, noise):
    return mu + torch.exp(log_var) * noise


@mistake(
    "test_the_noise_is_scaled_by_the_standard_deviation",
    says="You scale the noise by log_var itself. It is a logarithm, and may be negative; undo the logarithm first.",
)
def logarithm_for_deviation(mu, log_var, noise):
    return mu + log_var * noise


@mistake(
    "test_the_noise_is_scaled_by_the_standard_deviation",
    says="You take the root of log_var without undoing the logarithm: where log_var is negative, that is NaN.",
)
def root_of_the_logarithm(mu, log_var, noise):
    return mu + torch.sqrt(log_var) * noise


@mistake(
    "test_the_noise_is_scaled_by_the_standard_deviation",
    says="You double log_var where it should be halved: this is the variance squared.",
)
def doubled_for_halved(mu, log_var, noise):
    return mu + torch.exp(2 * log_var) * noise


@mistake(
    "test_the_noise_is_scaled_by_the_standard_deviation",
    says="You halve the variance. It is the exponent that has to be halved, to give the root of the variance.",
)
def halved_outside(mu, log_var, noise):
    return mu + torch.exp(log_var) / 2 * noise


@mistake(
    "test_the_noise_is_scaled_by_the_standard_deviation",
    says="The sign in the exponent is turned round: a large variance gives you little noise.",
)
def one_over_deviation(mu, log_var, noise):
    return mu + torch.exp(-log_var / 2) * noise


@mistake(
    "test_the_noise_is_scaled_by_the_standard_deviation",
    says="You make the deviation with softplus. Here the network's output is called log_var: exp undoes it.",
)
def softplus_for_exp(mu, log_var, noise):
    return mu + F.softplus(log_var) * noise


@mistake(
    "test_the_noise_is_scaled_by_the_standard_deviation",
    says="You add the standard deviation itself and leave the noise out: the result is the same for every noise.",
)
def deviation_added_without_noise(mu, log_var, noise):
    return mu + torch.exp(log_var / 2)


@mistake(
    "test_the_noise_is_scaled_by_the_standard_deviation",
    says="The noise is added as it is, and log_var is not used: every sample has variance 1.",
)
def log_var_ignored(mu, log_var, noise):
    return mu + noise


@mistake(
    "test_the_noise_is_scaled_by_the_standard_deviation",
    says="You return the mean: the noise is not used, so this is no sample.",
)
def noise_ignored(mu, log_var, noise):
    return mu.clone()


@mistake(
    "test_the_noise_is_scaled_by_the_standard_deviation",
    says="You scale the mean as well as the noise. The mean is added afterwards, as it is.",
)
def mean_scaled_too(mu, log_var, noise):
    return torch.exp(log_var / 2) * (mu + noise)


@mistake(
    "test_the_noise_is_scaled_by_the_standard_deviation",
    says="mu and noise have changed places: the mean is what is added, the noise is what is scaled.",
)
def mean_and_noise_swapped(mu, log_var, noise):
    return noise + torch.exp(log_var / 2) * mu


@mistake(
    "test_the_noise_is_scaled_by_the_standard_deviation",
    says="The mean is missing: this is a sample around 0.",
)
def mean_missing(mu, log_var, noise):
    return torch.exp(log_var / 2) * noise


@mistake(
    "test_the_noise_is_scaled_by_the_standard_deviation",
    says="You subtract the noise. As a draw that is as good, but here the noise is given, and the contract adds it.",
)
def noise_subtracted(mu, log_var, noise):
    return mu - torch.exp(log_var / 2) * noise


@mistake(
    "test_the_noise_is_scaled_by_the_standard_deviation",
    says="You draw noise of your own and leave the given one unused, so the sample is not the one that was asked for.",
)
def own_noise(mu, log_var, noise):
    return mu + torch.exp(log_var / 2) * torch.randn_like(mu)


@mistake(
    "test_the_noise_is_scaled_by_the_standard_deviation",
    says="torch.normal draws by itself: the given noise is unused, and no gradient passes through the draw.",
)
def drawn_by_torch(mu, log_var, noise):
    return torch.normal(mu, torch.exp(log_var / 2))


@mistake(
    "test_gradients_reach_mu_and_log_var",
    says="The deviation is cut off from the graph, so the variance cannot be trained.",
)
def deviation_detached(mu, log_var, noise):
    return mu + torch.exp(log_var / 2).detach() * noise


@mistake(
    "test_gradients_reach_mu_and_log_var",
    says="The sample is cut off from the graph (detach or no_grad). To let gradients pass is the point of the trick.",
)
@torch.no_grad()
def sample_detached(mu, log_var, noise):
    return mu + torch.exp(log_var / 2) * noise


@mistake(
    "test_any_shape_dtype_and_layout_work_and_inputs_stay",
    says="You turn everything into float32. Keep the dtype that comes in.",
)
def always_float32(mu, log_var, noise):
    return mu.float() + torch.exp(log_var.float() / 2) * noise.float()


@mistake(
    "test_any_shape_dtype_and_layout_work_and_inputs_stay",
    says="You unpack the shape as (B, D). mu may have any shape, as images have.",
)
def two_dimensions_only(mu, log_var, noise):
    batch, dim = mu.shape
    return mu + torch.exp(log_var / 2) * noise.view(batch, dim)


@mistake(
    "test_any_shape_dtype_and_layout_work_and_inputs_stay",
    says="You add to mu in place: the caller's means are now samples. Make a new tensor.",
)
def mu_changed(mu, log_var, noise):
    mu += torch.exp(log_var / 2) * noise
    return mu


@mistake(
    "test_any_shape_dtype_and_layout_work_and_inputs_stay",
    says="You scale the noise in place: the caller's noise is changed. Make a new tensor.",
)
def noise_changed(mu, log_var, noise):
    return mu + noise.mul_(torch.exp(log_var / 2))


@mistake(
    "test_the_noise_is_scaled_by_the_standard_deviation",
    says="You keep log_var between -30 and 20, as Stable Diffusion's encoder does. Here it is used as it comes.",
)
def log_var_clamped(mu, log_var, noise):
    return mu + torch.exp(torch.clamp(log_var, -30.0, 20.0) / 2) * noise


@mistake(
    "test_the_noise_is_scaled_by_the_standard_deviation",
    says="You keep log_var between -10 and 10. It may be anything from -80 to 80, and is used as it comes.",
)
def log_var_clamped_between_tens(mu, log_var, noise):
    return mu + torch.exp(log_var.clamp(-10, 10) / 2) * noise


@mistake(
    "test_the_noise_is_scaled_by_the_standard_deviation",
    says="You add a small number to the variance: a Gaussian that is narrower than that spreads too far.",
)
def small_number_added_to_the_variance(mu, log_var, noise):
    return mu + torch.sqrt(torch.exp(log_var) + 1e-8) * noise


@mistake(
    "test_the_noise_is_scaled_by_the_standard_deviation",
    says="You add a small number to the standard deviation: a narrow Gaussian spreads too far.",
)
def small_number_added_to_the_deviation(mu, log_var, noise):
    return mu + (torch.exp(log_var / 2) + 1e-6) * noise


@mistake(
    "test_gradients_reach_mu_and_log_var",
    says="You draw from torch.distributions: the given noise is unused. rsample and randn draw noise of their own.",
)
def drawn_by_sample(mu, log_var, noise):
    return torch.distributions.Normal(mu, torch.exp(log_var / 2)).sample()


@mistake(
    "test_any_shape_dtype_and_layout_work_and_inputs_stay",
    says="view needs numbers that lie in memory in order; an expanded mean does not. reshape works for both.",
)
def viewed(mu, log_var, noise):
    return (mu.view(-1) + torch.exp(log_var.view(-1) / 2) * noise.view(-1)).view(mu.shape)


@mistake(
    "test_any_shape_dtype_and_layout_work_and_inputs_stay",
    says="squeeze drops every dimension of size 1: a batch of one loses its batch. Keep the shape of mu.",
)
def squeezed(mu, log_var, noise):
    return (mu + torch.exp(log_var / 2) * noise).squeeze()


@mistake(
    "test_any_shape_dtype_and_layout_work_and_inputs_stay",
    says="You scale log_var in place: the caller's logarithms are changed. Make a new tensor.",
)
def log_var_changed(mu, log_var, noise):
    return mu + log_var.mul_(0.5).exp() * noise


@mistake(
    "test_any_shape_dtype_and_layout_work_and_inputs_stay",
    says="You ask autograd to track what you were given. That is the caller's choice: leave requires_grad as it is.",
)
def gradients_asked_for(mu, log_var, noise):
    mu.requires_grad_(), log_var.requires_grad_()
    return mu + torch.exp(log_var / 2) * noise


@mistake(
    "test_it_works_on_a_gpu",
    says="You make a tensor on the processor, where a GPU's mu cannot meet it. randn_like and device= stay with it.",
)
def tensor_made_on_the_processor(mu, log_var, noise):
    return mu + torch.pow(torch.tensor([math.e], dtype=mu.dtype), log_var / 2) * noise


@mistake(
    "test_it_works_on_a_gpu",
    says="The sample comes back on the processor. Leave it on the device of mu.",
)
def brought_to_the_processor(mu, log_var, noise):
    return (mu + torch.exp(log_var / 2) * noise).cpu()


@mistake(
    "test_any_shape_dtype_and_layout_work_and_inputs_stay",
    says="You undo the logarithm in place: the caller's log_var holds deviations now. Make a new tensor.",
)
def log_var_becomes_the_deviation(mu, log_var, noise):
    return mu + noise * log_var.mul_(0.5).exp_()


@mistake(
    "test_any_shape_dtype_and_layout_work_and_inputs_stay",
    says="You undo the logarithm in place: the caller's log_var holds variances now. Make a new tensor.",
)
def log_var_becomes_the_variance(mu, log_var, noise):
    return mu + noise * log_var.exp_().sqrt()


@mistake(
    "test_any_shape_dtype_and_layout_work_and_inputs_stay",
    says="You write the sample into the caller's noise. Make a new tensor.",
)
def noise_becomes_the_sample(mu, log_var, noise):
    return noise.mul_(torch.exp(log_var / 2)).add_(mu)


@mistake(
    "test_gradients_reach_mu_and_log_var",
    says="numpy leaves the graph, so no gradient reaches mu and log_var, and it knows no GPU. Use torch.exp.",
)
def by_way_of_numpy(mu, log_var, noise):
    return torch.from_numpy(mu.detach().numpy() + np.exp(log_var.detach().numpy() / 2) * noise.detach().numpy())


@mistake(
    "test_the_noise_is_scaled_by_the_standard_deviation",
    says="You normalize the noise. It is a draw as it is, and is used as it is given.",
)
def noise_normalized(mu, log_var, noise):
    return mu + torch.exp(log_var / 2) * (noise - noise.mean()) / noise.std()


@mistake(
    "test_the_noise_is_scaled_by_the_standard_deviation",
    says="You take log_var for a logarithm to the base 10. It is the natural one: exp undoes it.",
)
def base_ten(mu, log_var, noise):
    return mu + 10 ** (log_var / 2) * noise


@mistake(
    "test_the_noise_is_scaled_by_the_standard_deviation",
    says="You take log_var for a logarithm to the base 2. It is the natural one: exp undoes it.",
)
def base_two(mu, log_var, noise):
    return mu + 2 ** (log_var / 2) * noise


@mistake(
    "test_the_noise_is_scaled_by_the_standard_deviation",
    says="You keep log_var between -20 and 20. It may be anything from -80 to 80, and is used as it comes.",
)
def log_var_clamped_between_twenties(mu, log_var, noise):
    return mu + torch.exp(log_var.clamp(-20, 20) / 2) * noise


@mistake(
    "test_gradients_reach_mu_and_log_var",
    says="mu is cut off from the graph, so the means cannot be trained.",
)
def mu_detached(mu, log_var, noise):
    return mu.detach() + torch.exp(log_var / 2) * noise


@mistake(
    "test_the_noise_is_scaled_by_the_standard_deviation",
    says="You keep log_var above -20. It may be anything from -80 to 80, and is used as it comes.",
)
def log_var_kept_above_minus_20(mu, log_var, noise):
    return mu + torch.exp(log_var.clamp(min=-20) / 2) * noise


@mistake(
    "test_the_noise_is_scaled_by_the_standard_deviation",
    says="You add a small number to the variance, before its root. A narrow Gaussian spreads too far.",
)
def small_number_under_the_root(mu, log_var, noise):
    return mu + torch.sqrt(torch.exp(log_var) + 1e-6) * noise
