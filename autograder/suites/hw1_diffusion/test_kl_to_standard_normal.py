"""Hidden tests of kl_to_standard_normal: 5 points."""

import torch

from autograder.suites.assertions import assert_matches, assert_stays_on_device, assert_that, points
from autograder.suites.hw1_diffusion.assertions import assert_left_alone
from autograder.suites.hw1_diffusion.equations.forward import find_kl
from autograder.suites.hw1_diffusion.equations.reverse import combine
from autograder.suites.hw1_diffusion.probes import kl_to_standard_normal as probes

READ = "VAE (Kingma and Welling, 2014), appendix B; notebook section 1.2"
CONTRACT = "the docstring of kl_to_standard_normal; notebook section 1.2"
UNASKED = {
    "odd": "sums and means take any number of rows and columns; nothing is cut into pieces",
    "ties": "nothing is ordered or chosen",
    "options": "there are no arguments but tensors",
    "modules": "no module is handed in",
    "again": "nothing is kept from call to call",
    "ragged": "both inputs have one shape",
    "long": "there is no sequence",
    "kinds": "both arguments are tensors",
    "empty": "the contract leaves empty batches out",
}


def _as_tensor(value: object) -> object:
    """A Python number as a 0-d tensor: whether it can be differentiated, another test asks."""
    return torch.tensor(float(value)) if isinstance(value, int | float) else value


@points(1, asks=("one", "ends", "special"))
def test_one_gaussian_has_the_right_divergence(observed):
    """The divergence is right for one Gaussian, for very narrow and wide ones, and 0 for N(0, I) itself."""
    values = observed(probes.measure)
    think = "with mu = 0, which variance should make the divergence 0? With variance 1, how does mu count?"
    expected = find_kl(*probes.one_gaussian()).float()
    assert_matches("the divergence of one Gaussian", values["kl_of_one"], expected, think=think, read=READ)
    think = "how far is a distribution from itself?"
    zero = torch.tensor(0.0)
    assert_matches("the divergence of N(0, I)", values["kl_of_standard_normal"], zero, think=think, read=READ)
    far, think = (
        observed(probes.measure_extremes),
        "is log_var kept between two numbers, or is anything added to the variance?",
    )
    for name in ("narrow", "wide"):
        expected = find_kl(*getattr(probes, name)()).float()
        label = f"the divergence of very {name} Gaussians"
        assert_matches(label, far[f"kl_of_{name}"], expected, think=think, read=CONTRACT)


@points(1, asks=("unequal",))
def test_the_divergence_is_a_mean_over_the_batch(observed):
    """Three standard normals beside a Gaussian make the divergence four times as small."""
    values = observed(probes.measure)
    assert_matches(
        "the divergence of one Gaussian, over that of a batch of it and three standard normals,",
        combine(torch.div, _as_tensor(values["kl_of_one"]), _as_tensor(values["kl_of_four"])),
        torch.tensor(4.0).double(),
        think="over which dimension do you sum, and over which one do you average?",
        read=CONTRACT,
    )


@points(1, asks=("ends", "special"))
def test_gradients_reach_both_inputs(observed):
    """The divergence can be differentiated, for very narrow and wide Gaussians and N(0, I) too."""
    think = "is everything between the inputs and the divergence part of the graph?"
    for probe, of, gaussians in (
        (probes.differentiate, "", probes.three_gaussians()),
        (probes.measure_extremes, "_of_narrow", probes.narrow()),
        (probes.measure_extremes, "_of_wide", probes.wide()),
        (probes.measure_extremes, "_of_standard", probes.standard()),
    ):
        mu, log_var = (given.double().requires_grad_() for given in gaussians)
        gradients = torch.autograd.grad(find_kl(mu, log_var), (mu, log_var))
        for name, expected in zip(("mu", "log_var"), gradients, strict=True):
            found, which = observed(probe), f"{name}{of.replace('_', ' ')}"
            gradient = f"gradient_of_{name}{of}"
            assert_that(gradient in found, saw=f"no gradient reaches {which}", think=think, read=READ)
            assert_matches(f"the gradient of {which}", found[gradient], expected.float(), think=think, read=READ)


@points(1, asks=("one", "dtypes", "layout", "inputs"))
def test_any_size_and_float64_work_and_inputs_stay(observed):
    """One number, one dimension, any order in memory and float64 work; mu and log_var are left unchanged."""
    think = "does any step drop a dimension of size 1, or make a tensor with a dtype of its own?"
    in_float64 = tuple(given.double() for given in probes.shifted(2, 3))
    for probe, name, gaussians, expected in (
        (probes.measure_other_sizes, "one_number", "with B = D = 1", find_kl(*probes.shifted(1, 1)).float()),
        (probes.measure_other_sizes, "one_dimension", "with D = 1", find_kl(*probes.shifted(3, 1)).float()),
        (probes.measure_other_sizes, "equal_sizes", "with B = D = 3", find_kl(*probes.shifted(3, 3)).float()),
        (probes.measure_in_float64, "float64", "in float64", find_kl(*in_float64)),
    ):
        assert_matches(f"the divergence {gaussians}", observed(probe)[name], expected, think=think, read=CONTRACT)
    of_three = observed(probes.measure)
    assert_left_alone(of_three, *probes.three_gaussians(), names="mu or log_var", read=CONTRACT)
    actual, expected = observed(probes.measure_in_another_layout)["one_for_all"], find_kl(*probes.one_for_all()).float()
    assert_matches("the divergence of an expanded log_var", actual, expected, think=think, read=CONTRACT)


@points(1, asks=("device",))
def test_it_works_on_a_gpu(observed):
    """On a GPU the divergence is the same, and stays there."""
    values, think = observed(probes.on_a_gpu), "on which device does each tensor lie that you make?"
    expected = find_kl(*probes.three_gaussians()).float()
    assert_matches("the divergence on a GPU", values["kl_of_three"], expected, think=think, read=CONTRACT)
    assert_stays_on_device(values, read=CONTRACT)
