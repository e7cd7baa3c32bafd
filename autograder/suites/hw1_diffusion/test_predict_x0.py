"""Hidden tests of predict_x0: 4 points."""

from autograder.checks import assert_matches, assert_that, points
from autograder.suites.hw1_diffusion.equations.forward import find_x0, is_unchanged
from autograder.suites.hw1_diffusion.probes import predict_x0 as probes
from homework.comparison import describe_difference

READ = "DDPM (Ho et al., 2020), eq. 15; notebook section 2.3"
CONTRACT = "the docstring of predict_x0; notebook section 2.3"


def _assert_something_is_done(x0: object) -> None:
    """Giving back x_t is right where alpha_bar is 1, and must not earn that point."""
    is_x_t = not describe_difference("x0", x0, probes.small(1, 2, 4, 5)[0], rtol=0, atol=0)
    think = "where is the noise, if x0 and x_t are the same?"
    assert_that(not is_x_t, saw="x0 is x_t as it stands, also where there is noise in it", think=think, read=READ)


@points(1)
def test_forward_noising_is_undone(observed):
    """The noise is taken off with its weight, and what is left is scaled back up."""
    assert_matches(
        "x0 of one image",
        observed(probes.predict_three_images)["x0_of_one"],
        find_x0(*probes.small(1, 2, 4, 5)).float(),
        think="if you put your x0 and the noise into eq. 4, do you get x_t back?",
        read=READ,
    )


@points(1)
def test_each_item_has_its_own_timestep(observed):
    """In a batch of mixed timesteps, images and points are each brought back from their own."""
    images, others = observed(probes.predict_three_images), observed(probes.predict_other_batches)
    think = "does every item get its own alpha_bar, and along which dimension do the weights run?"
    for name, actual, shape in (
        ("x0 of images", images["x0"], (3, 2, 4, 5)),
        ("x0 of points", others["x0_of_points"], (3, 2)),
        ("x0 with B = C = H = W = 3", others["x0_of_equal_sizes"], (3, 3, 3, 3)),
    ):
        assert_matches(name, actual, find_x0(*probes.small(*shape)).float(), think=think, read=READ)


@points(1)
def test_the_prediction_is_not_clipped(observed):
    """Where alpha_bar is 1, x0 is x_t as it stands, also outside [-1, 1]."""
    values = observed(probes.predict_three_images)
    _assert_something_is_done(values["x0_of_one"])
    assert_matches(
        "x0 where alpha_bar is 1",
        values["x0_of_clean"],
        probes.clean(3, 2, 4, 5)[0],
        think="where alpha_bar is 1, how much noise is in x_t, and what is left to do?",
        read=CONTRACT,
    )


@points(1)
def test_any_dtype_works_and_inputs_stay(observed):
    """x0 has the dtype of x_t, T = 1 works, and the inputs are left unchanged."""
    values, of_images = observed(probes.predict_other_batches), observed(probes.predict_three_images)
    _assert_something_is_done(of_images["x0_of_one"])
    x_t = probes.clean(3, 2, 4, 5)[0]
    think = "what do your weights look like when alpha_bar has another dtype than x_t, or a single entry?"
    for name, actual, expected in (
        ("x0 by an alpha_bar in float64", values["x0_by_float64_alpha_bar"], x_t),
        ("x0 of images in float64", values["x0_in_float64"], x_t.double()),
        ("x0 of one image with T = 1", values["x0_of_one_step"], probes.one_step()[0]),
    ):
        assert_matches(name, actual, expected, think=think, read=CONTRACT)
    assert_that(
        is_unchanged(of_images["inputs_after"], *probes.small(3, 2, 4, 5)),
        saw="x_t, t, noise or alpha_bar holds other numbers after the call than before it",
        think="which of your operations writes into the tensor it is given?",
        read=CONTRACT,
    )
