"""Hidden tests of reparameterize: 4 points."""

import torch

from autograder.suites.assertions import assert_matches, assert_stays_on_device, assert_that, points
from autograder.suites.hw1_diffusion.assertions import assert_left_alone
from autograder.suites.hw1_diffusion.equations.forward import find_sample
from autograder.suites.hw1_diffusion.equations.reverse import combine
from autograder.suites.hw1_diffusion.probes import reparameterize as probes

READ = "VAE (Kingma and Welling, 2014), section 2.4; notebook section 1.1"
CONTRACT = "the docstring of reparameterize; notebook section 1.1"
UNASKED = {
    "odd": "each number of a sample is made from three numbers; nothing is cut into pieces",
    "special": "the sample is smooth in mu and log_var everywhere",
    "ties": "nothing is ordered or chosen",
    "options": "there are no arguments but tensors",
    "modules": "no module is handed in",
    "again": "nothing is kept from call to call",
    "ragged": "all inputs have one shape",
    "long": "there is no sequence",
    "kinds": "every argument is a tensor",
    "empty": "the contract leaves empty batches out",
}


def _assert_adds_noise(name: str, actual: object, gaussians: probes.Gaussians) -> None:
    mu, _, noise = gaussians
    expected = (mu.double() + noise.double()).to(mu.dtype)
    think = "if log_var is 0, what is the standard deviation, and what is left to do with the noise?"
    assert_matches(name, actual, expected, think=think, read=CONTRACT)


@points(1, asks=("unequal", "ends"))
def test_the_noise_is_scaled_by_the_standard_deviation(observed):
    """The sample is the mean plus the standard deviation times the given noise, for tiny and huge variances too."""
    assert_matches(
        "the sample",
        observed(probes.sample_three)["sample"],
        find_sample(*probes.three_gaussians()).float(),
        think="log_var is the logarithm of which quantity, and which one do you multiply the noise by?",
        read=READ,
    )
    assert_matches(
        "the sample for log_var far from 0, as a part of the right one,",
        combine(torch.div, observed(probes.sample_far_variances)["sample"], find_sample(*probes.far_variances())),
        torch.ones(1, 4).double(),
        think="is anything added to the variance, or is it kept between two numbers?",
        read=CONTRACT,
    )


@points(1, asks=("ends",))
def test_gradients_reach_mu_and_log_var(observed):
    """The sample can be differentiated with respect to mu and log_var, for tiny and huge variances too."""
    values = observed(probes.differentiate)
    mu, log_var, noise = (values.double().requires_grad_() for values in probes.three_gaussians())
    weighted = find_sample(mu, log_var, noise) * probes.weights()
    for name, expected in zip(("mu", "log_var"), torch.autograd.grad(weighted.sum(), (mu, log_var)), strict=True):
        think = f"is everything on the way from {name} to the sample part of the graph?"
        assert_that(f"gradient_of_{name}" in values, saw=f"no gradient reaches {name}", think=think, read=READ)
        actual = values[f"gradient_of_{name}"]
        assert_matches(f"the gradient of {name}", actual, expected.float(), think=think, read=READ)
    values, expected = observed(probes.sample_far_variances), find_sample(*probes.far_variances()) / 2
    saw = "no gradient reaches a log_var far from 0"
    assert_that("gradient_of_log_var" in values, saw=saw, think=think, read=READ)
    name = "the gradient of log_var far from 0, as a part of the right one,"
    shares = combine(torch.div, values["gradient_of_log_var"], expected)
    assert_matches(name, shares, torch.ones(1, 4).double(), think=think, read=CONTRACT)


@points(1, asks=("one", "dtypes", "layout", "inputs"))
def test_any_shape_dtype_and_layout_work_and_inputs_stay(observed):
    """The sample has the shape and the dtype of mu, whatever they are; mu, log_var and noise are left unchanged."""
    values = observed(probes.sample_other_shapes)
    _assert_adds_noise("the sample of one vector", values["one_vector"], probes.with_unit_variance(5))
    _assert_adds_noise("the sample of one number", values["one_item"], probes.with_unit_variance(1, 1))
    _assert_adds_noise("the sample of images", values["images"], probes.with_unit_variance(2, 3, 4, 5))
    values = observed(probes.sample_in_float64)
    mu, log_var, noise = (given.double() for given in probes.with_unit_variance(2, 3))
    _assert_adds_noise("the sample in float64", values["float64"], (mu, log_var, noise))
    values, unit = observed(probes.sample_three), probes.with_unit_variance(3, 4)
    _assert_adds_noise("the sample with variance 1", values["sample_of_unit_variance"], unit)
    assert_left_alone(values, *probes.three_gaussians(), names="mu, log_var or noise", read=CONTRACT)
    values = observed(probes.sample_in_another_layout)
    _assert_adds_noise("the sample of an expanded mean", values["one_mean_for_all"], probes.one_mean_for_all())


@points(1, asks=("device",))
def test_it_works_on_a_gpu(observed):
    """On a GPU the sample is the same, and stays there."""
    values, think = observed(probes.on_a_gpu), "on which device does each tensor lie that you make?"
    expected = find_sample(*probes.three_gaussians()).float()
    assert_matches("the sample on a GPU", values["sample"], expected, think=think, read=CONTRACT)
    assert_stays_on_device(values, read=CONTRACT)
