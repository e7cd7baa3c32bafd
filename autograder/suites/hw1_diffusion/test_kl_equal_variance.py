"""Hidden tests of kl_equal_variance: 4 points."""

import torch

from autograder.checks import assert_matches, assert_that, points
from autograder.suites.hw1_diffusion.equations.reverse import combine, find_divergence, is_unchanged
from autograder.suites.hw1_diffusion.probes import kl_equal_variance as probes

READ = "DDPM (Ho et al., 2020), eq. 8; notebook section 3.2"
CONTRACT = "the docstring of kl_equal_variance; notebook section 3.2"


@points(1)
def test_each_item_has_its_own_divergence(observed):
    """Each image has the divergence that belongs to its own means and variance; the inputs are left unchanged."""
    values = observed(probes.on_images)
    think = "what is left of the divergence of two Gaussians when their variances are equal, factor and all?"
    expected = find_divergence(*probes.images()).float()
    assert_matches("the divergence", values["divergence"], expected, think=think, read=READ)
    expected = find_divergence(*probes.equal_sizes()).float()
    assert_matches(
        "the divergence with all sizes 3", values["divergence_of_equal_sizes"], expected, think=think, read=READ
    )
    assert_that(
        is_unchanged(values["inputs_after"], *probes.images()),
        saw="mu_q, mu_p or variance holds other numbers after the call than before it",
        think="which of your operations writes into the tensor it is given?",
        read=CONTRACT,
    )


@points(1)
def test_pixels_are_added_up(observed):
    """Means that hold every number twice have twice the divergence, item by item."""
    values = observed(probes.on_points)
    assert_matches(
        "the divergence of points with every number twice, as a multiple of the one without,",
        combine(torch.div, values["divergence_of_all_twice"], values["divergence"]),
        torch.full((4,), 2.0).double(),
        think="if two pixels are independent, what is the divergence of both together?",
        read=READ,
    )


@points(1)
def test_the_variance_divides(observed):
    """Four times the variance leaves a quarter of the divergence."""
    values = observed(probes.on_images)
    assert_matches(
        "the divergence at four times the variance, by the one before,",
        combine(torch.div, values["divergence_at_four_times_the_variance"], values["divergence"]),
        torch.full((3,), 0.25).double(),
        think="is `variance` the standard deviation or its square, and where does it stand in eq. 8?",
        read=READ,
    )


@points(1)
def test_gradients_reach_both_means(observed):
    """The divergence can be differentiated with respect to both means, and keeps their dtype."""
    values = observed(probes.differentiate)
    mu_q, mu_p, variance = probes.images()
    leaves = [mu.double().requires_grad_() for mu in (mu_q, mu_p)]
    expected = torch.autograd.grad(find_divergence(*leaves, variance).sum(), leaves)
    think = "is everything between the means and the result part of the graph, with the dtype that came in?"
    kind = getattr(values["divergence"], "dtype", type(values["divergence"]).__name__)
    assert_that(kind == torch.float64, saw=f"for float64 inputs the divergence is {kind}", think=think, read=CONTRACT)
    for name, gradient in zip(("mu_q", "mu_p"), expected, strict=True):
        assert_that(f"gradient_of_{name}" in values, saw=f"no gradient reaches {name}", think=think, read=CONTRACT)
        label = f"the gradient of {name}"
        assert_matches(label, values[f"gradient_of_{name}"], gradient, think=think, read=READ)
