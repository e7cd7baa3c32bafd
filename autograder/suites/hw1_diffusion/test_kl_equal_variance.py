"""Hidden tests of kl_equal_variance: 4 points."""

import torch

from autograder.suites.assertions import assert_dtype, assert_matches, assert_stays_on_device, assert_that, points
from autograder.suites.hw1_diffusion.assertions import assert_left_alone
from autograder.suites.hw1_diffusion.equations.reverse import combine, find_divergence
from autograder.suites.hw1_diffusion.probes import kl_equal_variance as probes

READ = "DDPM (Ho et al., 2020), eq. 8; notebook section 3.2"
CONTRACT = "the docstring of kl_equal_variance; notebook section 3.2"
UNASKED = {
    "odd": "images of 4 x 5 pixels and points in space are asked; nothing is cut into pieces",
    "ties": "nothing is ordered or chosen",
    "options": "there are no arguments but tensors",
    "modules": "no module is handed in",
    "again": "nothing is kept from call to call",
    "ragged": "all inputs have one batch size",
    "long": "there is no sequence",
    "kinds": "every argument is a tensor",
    "empty": "the contract leaves empty batches out",
}


@points(1, asks=("one", "unequal", "ends", "layout", "inputs"))
def test_each_item_has_its_own_divergence(observed):
    """Each item has the divergence of its own means and variance, in any size and order of memory; the inputs stay."""
    think = "what is left of the divergence of two Gaussians when their variances are equal, factor and all?"
    one_point = [part[:1] for part in probes.points()]
    for probe, name, of, batch in (
        (probes.on_images, "", "", probes.images()),
        (probes.on_images, "_of_equal_sizes", " with all sizes 3", probes.equal_sizes()),
        (probes.on_one, "_of_one_point", " of one point", one_point),
        (probes.on_one, "_of_one_pixel", " of one pixel", probes.one_pixel()),
        (probes.on_extremes, "", " of means at all distances, with tiny and huge variances,", probes.extremes()),
    ):
        expected = find_divergence(*batch).float()
        assert_matches(f"the divergence{of}", observed(probe)[f"divergence{name}"], expected, think=think, read=READ)
    values = observed(probes.on_images)
    assert_left_alone(values, *probes.images(), names="mu_q, mu_p or variance", read=CONTRACT)
    values = observed(probes.in_other_layouts)
    for name, batch in (("one_mean_for_all", probes.one_mean_for_all()), ("channels_last", probes.images())):
        expected, label = find_divergence(*batch).float(), f"the divergence of {name.replace('_', ' ')}"
        assert_matches(label, values[f"divergence_of_{name}"], expected, think=think, read=READ)


@points(1)
def test_pixels_add_up_and_the_variance_divides(observed):
    """Every number twice gives twice the divergence, and four times the variance leaves a quarter of it."""
    values = observed(probes.on_points)
    assert_matches(
        "the divergence of points with every number twice, as a multiple of the one without,",
        combine(torch.div, values["divergence_of_all_twice"], values["divergence"]),
        torch.full((4,), 2.0).double(),
        think="if two pixels are independent, what is the divergence of both together?",
        read=READ,
    )
    values = observed(probes.on_images)
    assert_matches(
        "the divergence at four times the variance, by the one before,",
        combine(torch.div, values["divergence_at_four_times_the_variance"], values["divergence"]),
        torch.full((3,), 0.25).double(),
        think="is `variance` the standard deviation or its square, and where does it stand in eq. 8?",
        read=READ,
    )


@points(1, asks=("dtypes", "special"))
def test_gradients_reach_both_means(observed):
    """The divergence can be differentiated with respect to both means, at equal means too, and keeps their dtype."""
    values = observed(probes.differentiate)
    mu_q, mu_p, variance = probes.images()
    mu_q, mu_p = (mu.double().requires_grad_() for mu in (mu_q, mu_p))
    expected = torch.autograd.grad(find_divergence(mu_q, mu_p, variance).sum(), (mu_q, mu_p))
    think = "is everything between the means and the result part of the graph, with the dtype that came in?"
    name, actual = "the divergence for float64 inputs", values["divergence"]
    assert_dtype(name, actual, torch.float64, numbers=len(mu_q), think=think, read=CONTRACT)
    for name, gradient in zip(("mu_q", "mu_p"), expected, strict=True):
        assert_that(f"gradient_of_{name}" in values, saw=f"no gradient reaches {name}", think=think, read=CONTRACT)
        label = f"the gradient of {name}"
        assert_matches(label, values[f"gradient_of_{name}"], gradient, think=think, read=READ)
    values, (mu_q, mu_p, variance) = observed(probes.on_extremes), probes.extremes()
    difference = mu_q.double() - mu_p.double()
    assert_matches(
        "the gradient of mu_q for means at all distances, with tiny and huge variances,",
        values["gradient_of_mu_q"],
        (difference / variance.double()[:, None]).float(),
        think="which function on your way has no slope where both means are equal?",
        read=READ,
    )


@points(1, asks=("device",))
def test_it_works_on_a_gpu(observed):
    """On a GPU the divergence is the same, and stays there."""
    values, think = observed(probes.on_a_gpu), "on which device does each tensor lie that you make?"
    expected = find_divergence(*probes.images()).float()
    assert_matches("the divergence on a GPU", values["divergence"], expected, think=think, read=CONTRACT)
    assert_stays_on_device(values, read=CONTRACT)
