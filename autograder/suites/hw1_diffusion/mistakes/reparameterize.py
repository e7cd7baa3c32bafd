"""Known mistakes in reparameterize. Those that draw at random fix the seed, so that they can be told again."""

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
    torch.manual_seed(0)
    return mu + torch.exp(log_var / 2) * torch.randn_like(mu)


@mistake(
    "test_the_noise_is_scaled_by_the_standard_deviation",
    says="torch.normal draws by itself: the given noise is unused, and no gradient passes through the draw.",
)
def drawn_by_torch(mu, log_var, noise):
    torch.manual_seed(0)
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
    "test_any_shape_and_float64_work",
    says="You turn everything into float32. Keep the dtype that comes in.",
)
def always_float32(mu, log_var, noise):
    return mu.float() + torch.exp(log_var.float() / 2) * noise.float()


@mistake(
    "test_any_shape_and_float64_work",
    says="You unpack the shape as (B, D). mu may have any shape, as images have.",
)
def two_dimensions_only(mu, log_var, noise):
    batch, dim = mu.shape
    return mu + torch.exp(log_var / 2) * noise.view(batch, dim)


@mistake(
    "test_inputs_are_left_unchanged",
    says="You add to mu in place: the caller's means are now samples. Make a new tensor.",
)
def mu_changed(mu, log_var, noise):
    mu += torch.exp(log_var / 2) * noise
    return mu


@mistake(
    "test_inputs_are_left_unchanged",
    says="You scale the noise in place: the caller's noise is changed. Make a new tensor.",
)
def noise_changed(mu, log_var, noise):
    return mu + noise.mul_(torch.exp(log_var.detach() / 2))
