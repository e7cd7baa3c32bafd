"""Hidden tests of crop_and_flip: 8 points."""

import torch
from torch import Tensor

from autograder.suites.assertions import assert_matches, assert_stays_on_device, assert_that, is_unchanged, points
from autograder.suites.hw4_contrastive.equations_views import find_crops
from autograder.suites.hw4_contrastive.probes import crop_and_flip as probes

READ = "the formula in the docstring of crop_and_flip; notebook section 3.3"
UNASKED = {
    "ties": "nothing is ordered or chosen",
    "modules": "there are no modules",
    "again": "nothing is remembered",
    "ragged": "there is one batch",
    "long": "there are no sequences",
    "kinds": "images, boxes and flips are tensors",
    "empty": "an empty batch need not work",
}
# A place is a float32 number of pixels, up to 10: rounding moves it by 1e-6, and neighbours differ by up to 1.
# Right variants are off by less than 5e-7 here.
ATOL = 1e-5


def _assert_crops(name: str, actual: object, expected: Tensor, think: str) -> None:
    assert_matches(name, actual, expected, think=think, read=READ, atol=ATOL)


def _assert_lopsided(crops: object) -> None:
    """Nothing follows for mirrors from crops that look the same on both sides."""
    assert_that(
        isinstance(crops, Tensor)
        and crops.shape == (3, 3, 4, 4)
        and bool(crops.isfinite().all())
        and not torch.equal(crops, crops.flip(-1)),
        saw="without flips, the crops are no images (B, C, size, size), or are their own mirror images",
        think="what does your function return, and does it show the image at all?",
        read=READ,
    )


@points(1, asks=("special",))
def test_each_image_is_cut_by_its_own_box(observed):
    """A box of size x size whole pixels comes out pixel for pixel, every image with its own box."""
    _assert_crops(
        "the result for boxes of 4 x 4 pixels",
        observed(probes.cut_whole_boxes)["cut"],
        find_crops(*probes.whole_boxes(), probes.SIZE).float(),
        "which two of a box's numbers count rows, and which coordinate does your sampling function want first?",
    )


@points(1)
def test_only_the_chosen_results_are_mirrored(observed):
    """Where flips says so, the crop is mirrored left to right; the other crops stay as they are."""
    values = observed(probes.cut_whole_boxes)
    flips = probes.mirrored_boxes()[2]
    _assert_lopsided(values["cut"])
    _assert_crops(
        "the result with the first and the last crop mirrored",
        values["mirrored"],
        torch.where(flips[:, None, None, None], values["cut"].flip(-1), values["cut"]),
        "which images are mirrored, along which axis, and what does the box show if the mirror comes first?",
    )


@points(1, asks=("unequal", "options"))
def test_a_box_of_whole_pixels_is_resized(observed):
    """A box larger or smaller than the result is interpolated bilinearly at the places of the formula."""
    _assert_crops(
        "the result for boxes of other sizes",
        observed(probes.resize)["whole"],
        find_crops(*probes.resized_boxes(), probes.SIZE).float(),
        "at which place does output pixel (0, 0) look, and where do the centres of the pixels around it lie?",
    )


@points(1, asks=("ends",))
def test_a_box_may_end_between_pixels(observed):
    """A box that is no whole number of pixels is taken as it is."""
    _assert_crops(
        "the result for boxes that end between pixels",
        observed(probes.resize)["fractional"],
        find_crops(*probes.fractional_boxes(), probes.SIZE).float(),
        "does a box that moves by a tenth of a pixel change your result a little, by much, or not at all?",
    )
    _assert_crops(
        "the result for a box much smaller than a pixel",
        observed(probes.enlarge_a_tiny_box)["crop"],
        find_crops(*probes.tiny_box(), probes.SIZE).float(),
        "does any step round a box, or count on its being as large as a pixel?",
    )


@points(1, asks=("ends",))
def test_the_image_goes_on_beyond_its_border(observed):
    """Beyond the outermost pixel centres the image goes on with its border pixels."""
    _assert_crops(
        "the result for boxes at the image's border",
        observed(probes.resize)["at_the_border"],
        find_crops(*probes.border_boxes(), probes.ENLARGED).float(),
        "a place a quarter of a pixel from the image's edge has centres on one side only; what stands on the other?",
    )


@points(1, asks=("one", "odd", "dtypes", "layout"))
def test_one_image_one_pixel_and_float64_work(observed):
    """A single image with one channel, a single pixel, one image expanded many times, and float64 come out right."""
    values = observed(probes.crop_other_kinds)
    think = "does any step drop a dimension of size 1, or count on three channels?"
    _assert_crops("the result for one image", values["one_image"], find_crops(*probes.one_image(), 2).float(), think)
    _assert_crops("the result of one pixel", values["one_pixel"], find_crops(*probes.one_image(), 1).float(), think)
    expected = find_crops(*probes.one_large_pixel(), 3).float()
    _assert_crops("the result for an image of one pixel", values["of_one_pixel"], expected, think)
    crops, expected = observed(probes.crop_one_image_many_times)["crops"], find_crops(*probes.one_image_many_times(), 5)
    think = "does any step count on the number of images, or on numbers that lie side by side in memory?"
    _assert_crops("the columns' means for an image that is expanded", crops, expected.mean(dim=(1, 2)).float(), think)
    double, think = find_crops(*probes.in_float64(), probes.SIZE), "is any tensor made with a dtype of its own?"
    _assert_crops("the result in float64", observed(probes.crop_in_float64)["float64"], double, think)


@points(1, asks=("inputs",))
def test_inputs_are_left_unchanged(observed):
    """images, boxes and flips are the same after the call as before it."""
    values = observed(probes.cut_whole_boxes)
    _assert_lopsided(values["cut"])
    assert_that(
        is_unchanged(values["inputs_after"], *probes.whole_boxes())
        and is_unchanged(values["inputs_after_mirroring"], *probes.mirrored_boxes()),
        saw="images, boxes or flips hold other numbers after the call than before it",
        think="which of your operations writes into the tensor it is given?",
        read=READ,
    )
    saw = "after the call images or boxes ask for gradients, which they did not before, or have got some"
    think = "which of your calls ends in an underscore, and whose tensor does it change?"
    assert_that(values["flags_kept"] is True, saw=saw, think=think, read=READ)


@points(1, asks=("device",))
def test_it_works_on_a_gpu(observed):
    """With images, boxes and flips on a GPU the crops are right, and stay there."""
    values, think = observed(probes.on_a_gpu), "where do the places lie at which you look?"
    expected = find_crops(*probes.mirrored_boxes(), probes.SIZE).float()
    _assert_crops("the result on a GPU", values["mirrored"], expected, think)
    assert_stays_on_device(values, read=READ)
