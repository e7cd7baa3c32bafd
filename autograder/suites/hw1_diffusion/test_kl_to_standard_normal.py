"""Hidden tests of kl_to_standard_normal: 5 points."""

import torch
from torch import Tensor

from autograder.checks import assert_matches, assert_that, points
from autograder.suites.hw1_diffusion.equations.forward import find_kl, is_unchanged
from autograder.suites.hw1_diffusion.probes import kl_to_standard_normal as probes

READ = "VAE (Kingma and Welling, 2014), appendix B; notebook section 1.2"
CONTRACT = "the docstring of kl_to_standard_normal; notebook section 1.2"


@points(1)
def test_one_gaussian_has_the_right_divergence(observed):
    """The divergence of a single Gaussian is right, summed over its dimensions."""
    assert_matches(
        "the divergence of one Gaussian",
        observed(probes.measure)["kl_of_one"],
        find_kl(*probes.one_gaussian()).float(),
        think="with mu = 0, which variance should make the divergence 0? With variance 1, how does mu count?",
        read=READ,
    )


@points(1)
def test_the_divergence_is_a_mean_over_the_batch(observed):
    """Three standard normals beside a Gaussian make the divergence four times as small."""
    assert_matches(
        "the divergence of one Gaussian, over that of a batch of it and three standard normals,",
        observed(probes.measure)["one_over_mean_of_four"],
        torch.tensor(4.0),
        think="over which dimension do you sum, and over which one do you average?",
        read=CONTRACT,
    )


@points(1)
def test_only_the_standard_normal_has_none(observed):
    """The divergence is 0 for N(0, I) itself, and positive for other Gaussians."""
    values = observed(probes.measure)
    think = "how far is a distribution from itself, and can a divergence be negative?"
    zero, of_three = values["kl_of_standard_normal"], values["kl_of_three"]
    assert_matches("the divergence of N(0, I)", zero, torch.tensor(0.0), think=think, read=READ)
    is_positive = isinstance(of_three, Tensor) and bool((of_three > 0).all())
    assert_that(is_positive, saw="the divergence of other Gaussians is not positive", think=think, read=READ)


@points(1)
def test_gradients_reach_both_inputs(observed):
    """The divergence can be differentiated with respect to mu and log_var."""
    values = observed(probes.differentiate)
    mu, log_var = (given.double().requires_grad_() for given in probes.three_gaussians())
    gradients = torch.autograd.grad(find_kl(mu, log_var), (mu, log_var))
    think = "is everything between the inputs and the divergence part of the graph?"
    for name, expected in zip(("mu", "log_var"), gradients, strict=True):
        assert_that(f"gradient_of_{name}" in values, saw=f"no gradient reaches {name}", think=think, read=READ)
        actual = values[f"gradient_of_{name}"]
        assert_matches(f"the gradient of {name}", actual, expected.float(), think=think, read=READ)


@points(1)
def test_any_size_and_float64_work_and_inputs_stay(observed):
    """One number, one dimension and float64 work; mu and log_var are left unchanged."""
    values = observed(probes.measure_other_sizes)
    think = "does any step drop a dimension of size 1, or make a tensor with a dtype of its own?"
    of_number, of_dimension = find_kl(*probes.shifted(1, 1)).float(), find_kl(*probes.shifted(3, 1)).float()
    in_float64 = find_kl(*probes.shifted(2, 3))
    assert_matches("the divergence with B = D = 1", values["one_number"], of_number, think=think, read=CONTRACT)
    assert_matches("the divergence with D = 1", values["one_dimension"], of_dimension, think=think, read=CONTRACT)
    assert_matches("the divergence in float64", values["float64"], in_float64, think=think, read=CONTRACT)
    assert_that(
        is_unchanged(observed(probes.measure)["inputs_after"], *probes.three_gaussians()),
        saw="mu or log_var holds other numbers after the call than before it",
        think="which of your operations writes into the tensor it is given?",
        read=CONTRACT,
    )
