"""Hidden tests of nearest_neighbors: 5 points."""

from functools import cache

from torch import Tensor

from autograder.suites.assertions import assert_matches, assert_that, points
from autograder.suites.hw2_gan.assertions import assert_same_on_gpu, assert_untouched
from autograder.suites.hw2_gan.equations.dcgan import find_nearest
from autograder.suites.hw2_gan.probes import nearest_neighbors as probes

READ = "GAN (Goodfellow et al., 2014), figure 2; notebook section 3.4"
CONTRACT = "the docstring of nearest_neighbors; notebook section 3.4"
UNASKED = {
    "options": "there are none",
    "modules": "none is handed in",
    "again": "there is no state",
    "ragged": "samples and images are of unequal number everywhere",
    "long": "there is no sequence",
    "kinds": "there is no sequence",
    "empty": "an empty batch need not work",
}


@points(1, asks=("unequal",))
def test_the_closest_image_is_found(observed):
    """Each sample gets the index of the image with the smallest L2 distance, pixel by pixel."""
    index = observed(probes.find_clear_cut)["index"]
    think = "which terms does the squared distance of two images have, and which of them differ from image to image?"
    assert_matches("the index", index, find_nearest(*probes.clear_cut()), think=think, read=READ)


@points(1, asks=("ties", "special"))
def test_of_equally_near_images_the_first_counts(observed):
    """Of images at the same distance, the first one is taken."""
    think = "when a later image is just as near, which of the two do you keep?"
    index = observed(probes.find_tied)["index"]
    assert_matches("the index of a tie", index, find_nearest(*probes.tied()), think=think, read=CONTRACT)


@points(1, asks=("one", "ends", "dtypes", "layout", "inputs"))
def test_other_sizes_and_dtypes_work(observed):
    """One sample, one image, one pixel, as many of both, cuts, bright images and float64 work; inputs stay."""
    seen, values = observed(probes.find_clear_cut), observed(probes.find_in_other_sizes)
    think = "does a size of 1, an equal size or other memory meet a squeeze, a broadcast or a view that does not fit?"
    for name, inputs in probes.of_other_sizes().items():
        label = f"the index with {name.replace('_', ' ')}"
        assert_matches(label, values[name], find_nearest(*inputs), think=think, read=CONTRACT)
    think = "which numbers are large here, which small, and what does float32 keep of a sum of both?"
    actual, expected = observed(probes.find_far_from_zero)["index"], find_nearest(*probes.far_from_zero())
    assert_matches("the index of bright images", actual, expected, think=think, read=CONTRACT)
    think = "what type does a tensor need to be an index?"
    assert_that(seen["is_long"] is True, saw="the indices are not long", think=think, read=CONTRACT)
    assert_untouched(seen, *probes.clear_cut(), what="samples or images", read=CONTRACT)


@points(1, asks=("odd",))
def test_many_images_fit_into_memory(observed):
    """48 samples find their neighbours among 720 colour images without a tensor of all differences."""
    think = "how many numbers has a tensor of all differences, and how many has a product of two matrices?"
    index = observed(probes.find_among_many)["index"]
    assert_matches("the index among many", index, _nearest_of_many(), think=think, read=CONTRACT)


@points(1, asks=("device",))
def test_images_may_lie_on_a_gpu(observed):
    """With samples and images on a GPU, the indices are the same, and lie there."""
    values, own = observed(probes.find_on_a_gpu), observed(probes.find_clear_cut)
    assert_same_on_gpu(values, own, "index", read=CONTRACT)


@cache
def _nearest_of_many() -> Tensor:
    return find_nearest(*probes.many())
