"""Hidden tests of forward_noising: 8 points."""

from torch import Tensor

from autograder.suites.assertions import assert_matches, assert_stays_on_device, points
from autograder.suites.hw1_diffusion.assertions import assert_left_alone
from autograder.suites.hw1_diffusion.equations.forward import find_noised
from autograder.suites.hw1_diffusion.probes import forward_noising as probes

READ = "DDPM (Ho et al., 2020), eq. 4; notebook section 2.2"
CONTRACT = "the docstring of forward_noising; notebook section 2.2"
UNASKED = {
    "odd": "images of 3 x 5 and 4 x 5 pixels are asked; nothing is cut into pieces",
    "ties": "nothing is ordered or chosen",
    "modules": "no module is handed in",
    "again": "nothing is kept from call to call",
    "ragged": "all inputs but the table have one batch size",
    "kinds": "every argument is a tensor",
    "empty": "the contract leaves empty batches out",
}


def _assert_all_or_nothing(name: str, actual: object, batch: probes.Batch, think: str) -> None:
    """Whatever the weights between them, x_t is x0 where alpha_bar is 1, and the noise where it is 0."""
    assert_matches(name, actual, find_noised(*batch).to(batch[0].dtype), think=think, read=CONTRACT)


@points(1)
def test_the_image_has_its_weight(observed):
    """Without noise, x_t is sqrt(alpha_bar_t) times the image."""
    x0, t, noise, alpha_bar = probes.one_image()
    assert_matches(
        "x_t of an image without noise",
        observed(probes.noise_three_images)["x_t_without_noise"],
        find_noised(x0, t, 0 * noise, alpha_bar).float(),
        think="alpha_bar is a share of the variance; by what does the image itself shrink?",
        read=READ,
    )


@points(1)
def test_the_noise_has_its_weight(observed):
    """On a grey image (all 0), x_t is sqrt(1 - alpha_bar_t) times the noise."""
    x0, t, noise, alpha_bar = probes.one_image()
    assert_matches(
        "x_t of a grey image",
        observed(probes.noise_three_images)["x_t_of_a_grey_image"],
        find_noised(0 * x0, t, noise, alpha_bar).float(),
        think="if image and noise both have variance 1, which weight of the noise gives x_t variance 1 too?",
        read=READ,
    )


@points(1, asks=("unequal", "ends", "long", "options"))
def test_each_image_is_noised_to_its_own_timestep(observed):
    """In a batch of the first, a middle and the last timestep, each image gets the mixture of its own; T may be 230."""
    assert_matches(
        "x_t",
        observed(probes.noise_three_images)["x_t"],
        find_noised(*probes.three_images()).float(),
        think="does every image get its own alpha_bar, and do the two weights, squared, add up to 1?",
        read=READ,
    )
    assert_matches(
        "x_t of the first and the last of 230 timesteps",
        observed(probes.noise_at_both_ends)["x_t"],
        find_noised(*probes.at_both_ends()).float(),
        think="is alpha_bar kept between two numbers, or is anything added to it?",
        read=READ,
    )


@points(1, asks=("unequal", "special"))
def test_points_are_noised_like_images(observed):
    """Points (B, D) are noised too, also when there are as many points as dimensions."""
    values = observed(probes.noise_points)
    think = "to which shape do you bring the weights, and does it depend on how many dimensions x0 has?"
    four, three = probes.all_or_nothing(4, 2), probes.all_or_nothing(3, 3)
    _assert_all_or_nothing("x_t of 4 points in the plane", values["x_t_of_four_points"], four, think)
    _assert_all_or_nothing("x_t of 3 points in space", values["x_t_of_three_points_in_space"], three, think)


@points(1, asks=("one",))
def test_equal_sizes_and_a_single_step_work(observed):
    """Images with B = C = H = W, one image alone and T = 1 are noised right."""
    values = observed(probes.noise_other_sizes)
    think = "along which dimension do the weights run, and could another one of the same size take its place?"
    equal = probes.all_or_nothing(3, 3, 3, 3)
    _assert_all_or_nothing("x_t with B = C = H = W = 3", values["x_t_of_equal_sizes"], equal, think)
    think = "is t = 0 a step like any other, and does any step drop a dimension of size 1?"
    _assert_all_or_nothing("x_t of one image with T = 1", values["x_t_of_one_step"], probes.one_step(), think)


@points(1, asks=("dtypes", "layout"))
def test_dtype_and_layout_follow_x0(observed):
    """x_t has the dtype of x0, whatever that of alpha_bar, and images may lie in memory in any order."""
    values = observed(probes.noise_other_dtypes)
    x0, t, noise, alpha_bar = batch = probes.all_or_nothing(3, 2, 4, 5)
    double = (x0.double(), t, noise.double(), alpha_bar)
    think = "what do your weights look like when alpha_bar has another dtype than x0?"
    _assert_all_or_nothing("x_t by an alpha_bar in float64", values["x_t_by_float64_alpha_bar"], batch, think)
    _assert_all_or_nothing("x_t of images in float64", values["x_t_in_float64"], double, think)
    values = observed(probes.noise_in_other_layouts)
    _assert_all_or_nothing("x_t of images in channels-last order", values["x_t_of_channels_last"], batch, think)
    for_all = probes.one_image_for_all()
    _assert_all_or_nothing("x_t of one image that stands for all", values["x_t_of_one_image_for_all"], for_all, think)


@points(1, asks=("inputs", "special"))
def test_inputs_are_left_unchanged(observed):
    """x0, t, noise and alpha_bar are the same after the call as before it."""
    values = observed(probes.noise_three_images)
    noise: Tensor = probes.one_image()[2]
    think = "where alpha_bar is 0 nothing of the image is left: what is x_t then?"
    assert_matches("x_t where alpha_bar is 0", values["x_t_with_nothing_kept"], noise, think=think, read=READ)
    assert_left_alone(values, *probes.three_images(), names="x0, t, noise or alpha_bar", read=CONTRACT)


@points(1, asks=("device",))
def test_it_works_on_a_gpu(observed):
    """On a GPU x_t is the same, and stays there."""
    values, think = observed(probes.on_a_gpu), "on which device does each tensor lie that you make?"
    expected = find_noised(*probes.three_images()).float()
    assert_matches("x_t on a GPU", values["x_t"], expected, think=think, read=CONTRACT)
    assert_stays_on_device(values, read=CONTRACT)
