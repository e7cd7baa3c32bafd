"""Hidden tests of simclr_augment: 6 points."""

from autograder.suites.assertions import (
    assert_matches,
    assert_stays_on_device,
    assert_that,
    assert_unchanged,
    points,
)
from autograder.suites.hw4_contrastive.equations_views import find_views
from autograder.suites.hw4_contrastive.probes import simclr_augment as probes

READ = "SimCLR (Chen et al., 2020), appendix A; the docstring of simclr_augment, notebook section 3.4"
# As in test_crop_and_flip.py, times up to 1.8 * 2.6 * 2.6 for the mixes; right variants are off by less than 1e-6.
ATOL = 1e-5


UNASKED = {
    "ties": "nothing is ordered or chosen",
    "modules": "there are no modules",
    "again": "nothing is remembered",
    "ragged": "there is one batch",
    "long": "there are no sequences",
    "kinds": "images are a tensor, and draws are given as they are",
    "empty": "an empty batch need not work",
}


def _assert_views(name: str, views: object, batch: tuple, think: str) -> None:
    images, draws = batch
    expected = find_views(images, draws, probes.SIZE).float()
    assert_matches(name, views, expected, think=think, read=READ, atol=ATOL)


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
def test_brightness_and_grey_are_each_image_s_own(observed):
    """Each image is multiplied by its own brightness; the chosen ones lose their colours, the others keep them."""
    _assert_step(observed, "brightness", "what does a factor of 1 leave unchanged, and whose factor is it?")
    _assert_step(observed, "grey", "which images turn grey, and how bright do pure red and pure green look then?")


@points(1)
def test_contrast_is_around_the_image_s_own_mean(observed):
    """Contrast mixes each image with its own mean grey level, one number an image."""
    _assert_step(observed, "contrast", "a contrast of 0 leaves one flat colour: which one, and is it the same for all?")


@points(1)
def test_saturation_is_around_grey(observed):
    """Saturation mixes each image with its own grey version, pixel by pixel."""
    _assert_step(observed, "saturation", "a saturation of 0 takes the colours away: what is left in each pixel?")


@points(1, asks=("unequal", "ends", "special", "options"))
def test_the_steps_come_in_order(observed):
    """Crop and flip, brightness, contrast, saturation, grey: each works on what the one before left, in [0, 1]."""
    views = observed(probes.change_everything)["views"]
    think = "what does each step get to see: which pixels, how bright, and in which range?"
    _assert_views("the view with everything drawn", views, probes.everything(), think)
    views, think = observed(probes.change_one_and_many)["zero"], "what does a factor of 0 leave of an image?"
    _assert_views("the view with a factor of 0 for each image", views, probes.factors_of_zero(), think)


@points(1, asks=("one", "odd", "dtypes", "layout", "inputs"))
def test_one_channel_and_float64_work_and_inputs_stay(observed):
    """One channel, one image, many of one image and float64 give the right views; images and draws are unchanged."""
    think = "what is the grey version of an image that has one channel, and whose mean is it?"
    _assert_views("the view of one channel", observed(probes.change_one_channel)["views"], probes.one_channel(), think)
    values, think = observed(probes.change_one_and_many), "does any step drop a dimension of size 1?"
    _assert_views("the view of one image", values["one"], probes.one_image(), think)
    think = "does any step count on the number of images, or on numbers that lie side by side in memory?"
    expected = find_views(*probes.many_of_one(), probes.SIZE).mean(dim=(2, 3)).float()
    name = "the means of the views of an image that is expanded"
    assert_matches(name, values["many"], expected, think=think, read=READ, atol=ATOL)
    think = "is any tensor in between made with a dtype of its own?"
    expected, views = find_views(*probes.in_float64(), probes.SIZE), observed(probes.change_in_float64)["views"]
    assert_matches("the view in float64", views, expected, think=think, read=READ, atol=ATOL)
    images, draws = probes.everything()
    values = observed(probes.change_everything)
    assert_unchanged(values["inputs_after"], images, *vars(draws).values(), what="images or draws hold", read=READ)
    saw = "after the call images or draws ask for gradients, which they did not before, or have got some"
    think = "which of your calls ends in an underscore, and whose tensor does it change?"
    assert_that(values["flags_kept"] is True, saw=saw, think=think, read=READ)


@points(1, asks=("device",))
def test_it_works_on_a_gpu(observed):
    """With images and draws on a GPU the views are right, and stay there."""
    values, think = observed(probes.on_a_gpu), "where do the weights of your colours lie?"
    _assert_views("the view on a GPU", values["views"], probes.everything(), think)
    assert_stays_on_device(values, read=READ)
