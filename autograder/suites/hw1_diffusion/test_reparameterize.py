"""Hidden tests of reparameterize: 4 points."""

import torch

from autograder.checks import assert_matches, assert_that, points
from autograder.suites.hw1_diffusion.equations.forward import find_sample, is_unchanged
from autograder.suites.hw1_diffusion.probes import reparameterize as probes

READ = "VAE (Kingma and Welling, 2014), section 2.4; notebook section 1.1"
CONTRACT = "the docstring of reparameterize; notebook section 1.1"


def _assert_adds_noise(name: str, actual: object, shape: tuple[int, ...], dtype: torch.dtype) -> None:
    mu, _, noise = probes.with_unit_variance(*shape)
    expected = (mu.double() + noise.double()).to(dtype)
    think = "if log_var is 0, what is the standard deviation, and what is left to do with the noise?"
    assert_matches(name, actual, expected, think=think, read=CONTRACT)


@points(1)
def test_the_noise_is_scaled_by_the_standard_deviation(observed):
    """The sample is the mean plus the standard deviation times the given noise."""
    assert_matches(
        "the sample",
        observed(probes.sample_three)["sample"],
        find_sample(*probes.three_gaussians()).float(),
        think="log_var is the logarithm of which quantity, and which one do you multiply the noise by?",
        read=READ,
    )


@points(1)
def test_gradients_reach_mu_and_log_var(observed):
    """The sample can be differentiated with respect to mu and log_var."""
    values = observed(probes.differentiate)
    mu, log_var, noise = (values.double().requires_grad_() for values in probes.three_gaussians())
    weighted = find_sample(mu, log_var, noise) * probes.weights()
    for name, expected in zip(("mu", "log_var"), torch.autograd.grad(weighted.sum(), (mu, log_var)), strict=True):
        think = f"is everything on the way from {name} to the sample part of the graph?"
        assert_that(f"gradient_of_{name}" in values, saw=f"no gradient reaches {name}", think=think, read=READ)
        actual = values[f"gradient_of_{name}"]
        assert_matches(f"the gradient of {name}", actual, expected.float(), think=think, read=READ)


@points(1)
def test_any_shape_and_float64_work(observed):
    """The sample has the shape and the dtype of mu, whatever they are."""
    values = observed(probes.sample_other_shapes)
    _assert_adds_noise("the sample of one vector", values["one_vector"], (5,), torch.float32)
    _assert_adds_noise("the sample of one number", values["one_item"], (1, 1), torch.float32)
    _assert_adds_noise("the sample of images", values["images"], (2, 3, 4, 5), torch.float32)
    _assert_adds_noise("the sample in float64", values["float64"], (2, 3), torch.float64)


@points(1)
def test_inputs_are_left_unchanged(observed):
    """mu, log_var and noise are the same after the call as before it."""
    values = observed(probes.sample_three)
    _assert_adds_noise("the sample with variance 1", values["sample_of_unit_variance"], (3, 4), torch.float32)
    assert_that(
        is_unchanged(values["inputs_after"], *probes.three_gaussians()),
        saw="mu, log_var or noise holds other numbers after the call than before it",
        think="which of your operations writes into the tensor it is given?",
        read=CONTRACT,
    )
