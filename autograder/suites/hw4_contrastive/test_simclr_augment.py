"""Hidden tests of simclr_augment: 6 points."""

from autograder.checks import assert_matches, assert_that, points
from autograder.suites.hw4_contrastive.equations import is_unchanged
from autograder.suites.hw4_contrastive.equations_views import find_views
from autograder.suites.hw4_contrastive.probes import simclr_augment as probes

READ = "SimCLR (Chen et al., 2020), appendix A; the docstring of simclr_augment, notebook section 3.4"
# As in test_crop_and_flip.py, times up to 1.8 * 2.6 * 2.6 for the mixes; right variants are off by less than 1e-6.
ATOL = 1e-5


def _assert_step(observed, step: str, think: str) -> None:
    assert_matches(
        f"the view with nothing drawn but {step}",
        observed(probes.change_one_thing)[step],
        find_views(*probes.single_steps()[step], probes.SIZE).float(),
        think=think,
        read=READ,
        atol=ATOL,
    )


@points(1)
def test_brightness_multiplies(observed):
    """Each image is multiplied by its own brightness, and brightness alone changes nothing else."""
    _assert_step(observed, "brightness", "what does a factor of 1 leave unchanged, and whose factor is it?")


@points(1)
def test_contrast_is_around_the_image_s_own_mean(observed):
    """Contrast mixes each image with its own mean grey level, one number an image."""
    _assert_step(observed, "contrast", "a contrast of 0 leaves one flat colour: which one, and is it the same for all?")


@points(1)
def test_saturation_is_around_grey(observed):
    """Saturation mixes each image with its own grey version, pixel by pixel."""
    _assert_step(observed, "saturation", "a saturation of 0 takes the colours away: what is left in each pixel?")


@points(1)
def test_only_the_chosen_images_turn_grey(observed):
    """Where grey says so, all three channels hold the grey level; the other images keep their colours."""
    _assert_step(observed, "grey", "which images turn grey, and how bright do pure red and pure green look then?")


@points(1)
def test_the_steps_come_in_order(observed):
    """Crop and flip, brightness, contrast, saturation, grey: each works on what the one before left, in [0, 1]."""
    assert_matches(
        "the view with everything drawn",
        observed(probes.change_everything)["views"],
        find_views(*probes.everything(), probes.SIZE).float(),
        think="what does each step get to see: which pixels, how bright, and in which range?",
        read=READ,
        atol=ATOL,
    )


@points(1)
def test_one_channel_and_float64_work_and_inputs_stay(observed):
    """Images with one channel and images in float64 give the right views, and images and draws are left unchanged."""
    values = observed(probes.change_other_kinds)
    think = "what is the grey version of an image that has one channel?"
    expected = find_views(*probes.one_channel(), probes.SIZE).float()
    assert_matches("the view of one channel", values["one_channel"], expected, think=think, read=READ, atol=ATOL)
    think = "is any tensor in between made with a dtype of its own?"
    expected = find_views(*probes.in_float64(), probes.SIZE)
    assert_matches("the view in float64", values["float64"], expected, think=think, read=READ, atol=ATOL)
    images, draws = probes.everything()
    assert_that(
        is_unchanged(observed(probes.change_everything)["inputs_after"], images, *vars(draws).values()),
        saw="images or draws hold other numbers after the call than before it",
        think="which of your operations writes into the tensor it is given?",
        read=READ,
    )
