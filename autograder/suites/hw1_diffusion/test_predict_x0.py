"""Hidden tests of predict_x0: 4 points."""

from autograder.suites.assertions import (
    assert_matches,
    assert_shape,
    assert_stays_on_device,
    assert_that,
    is_unchanged,
    points,
)
from autograder.suites.hw1_diffusion.assertions import assert_left_alone
from autograder.suites.hw1_diffusion.equations.forward import find_x0
from autograder.suites.hw1_diffusion.probes import predict_x0 as probes

READ = "DDPM (Ho et al., 2020), eq. 15; notebook section 2.3"
CONTRACT = "the docstring of predict_x0; notebook section 2.3"
UNASKED = {
    "odd": "images of 3 x 5 and 4 x 5 pixels are asked; nothing is cut into pieces",
    "ties": "nothing is ordered or chosen",
    "modules": "no module is handed in",
    "again": "nothing is kept from call to call",
    "ragged": "all inputs but the table have one batch size",
    "kinds": "every argument is a tensor",
    "empty": "the contract leaves empty batches out",
}


def _assert_something_is_done(x0: object) -> None:
    """Giving back x_t is right where alpha_bar is 1, and must not earn that point."""
    x_t = probes.small(1, 2, 4, 5)[0]
    assert_shape("x0 of one image", x0, *x_t.shape, read=CONTRACT)
    is_x_t = is_unchanged(x0, x_t)
    think = "where is the noise, if x0 and x_t are the same?"
    assert_that(not is_x_t, saw="x0 is x_t as it stands, also where there is noise in it", think=think, read=READ)


@points(1, asks=("one", "ends", "long", "options"))
def test_forward_noising_is_undone(observed):
    """The noise is taken off with its weight, and what is left is scaled back up, at late timesteps too."""
    values = observed(probes.predict_three_images)
    think = "if you put your x0 and the noise into eq. 4, do you get x_t back?"
    expected = find_x0(*probes.small(1, 2, 4, 5)).float()
    assert_matches("x0 of one image", values["x0_of_one"], expected, think=think, read=READ)
    think = "where hardly anything of the image is left, by what is it divided?"
    expected = find_x0(*probes.late()).float()
    of_late = observed(probes.predict_late_images)["x0"]
    # Differences of numbers of size 1, rounded to 6e-8, are divided by down to 0.0026.
    assert_matches("x0 of late images", of_late, expected, think=think, read=READ, atol=1e-2)


@points(1, asks=("unequal",))
def test_each_item_has_its_own_timestep(observed):
    """In a batch of mixed timesteps, images and points are each brought back from their own."""
    think = "does every item get its own alpha_bar, and along which dimension do the weights run?"
    for probe, key, name, shape in (
        (probes.predict_three_images, "x0", "x0 of images", (3, 2, 4, 5)),
        (probes.predict_other_batches, "x0_of_points", "x0 of points", (3, 2)),
        (probes.predict_other_batches, "x0_of_equal_sizes", "x0 with B = C = H = W = 3", (3, 3, 3, 3)),
    ):
        expected = find_x0(*probes.small(*shape)).float()
        assert_matches(name, observed(probe)[key], expected, think=think, read=READ)


@points(1, asks=("one", "special", "dtypes", "layout", "inputs"))
def test_nothing_is_clipped_and_inputs_stay(observed):
    """Where alpha_bar is 1, x0 is x_t as it stands, in any dtype and order of memory; the inputs are left unchanged."""
    of_images = observed(probes.predict_three_images)
    _assert_something_is_done(of_images["x0_of_one"])
    x_t = probes.clean(3, 2, 4, 5)[0]
    clean = "where alpha_bar is 1, how much noise is in x_t, and what is left to do?"
    weights = "what do your weights look like when alpha_bar has another dtype than x_t, or a single entry?"
    for probe, key, name, expected, think in (
        (probes.predict_clean_images, "x0", "x0 where alpha_bar is 1", x_t, clean),
        (probes.predict_clean_images, "x0_of_one_step", "x0 of one image with T = 1", probes.one_step()[0], weights),
        (probes.predict_in_other_dtypes, "x0_by_float64_alpha_bar", "x0 by an alpha_bar in float64", x_t, weights),
        (probes.predict_in_other_dtypes, "x0_in_float64", "x0 of images in float64", x_t.double(), weights),
    ):
        assert_matches(name, observed(probe)[key], expected, think=think, read=CONTRACT)
    originals = probes.small(3, 2, 4, 5)
    assert_left_alone(of_images, *originals, names="x_t, t, noise or alpha_bar", read=CONTRACT)
    actual, expected = observed(probes.predict_in_another_layout)["x0"], x_t[:1].expand_as(x_t)
    assert_matches("x0 of one image that stands for all", actual, expected, think=clean, read=CONTRACT)


@points(1, asks=("device",))
def test_it_works_on_a_gpu(observed):
    """On a GPU x0 is the same, and stays there."""
    values, think = observed(probes.on_a_gpu), "on which device does each tensor lie that you make?"
    expected = find_x0(*probes.small(3, 2, 4, 5)).float()
    assert_matches("x0 on a GPU", values["x0"], expected, think=think, read=CONTRACT)
    assert_stays_on_device(values, read=CONTRACT)
