"""Hidden tests of nearest_neighbors: 5 points."""

from functools import cache

from torch import Tensor

from autograder.checks import assert_matches, assert_that, points
from autograder.suites.hw2_gan.equations.dcgan import find_nearest, is_unchanged
from autograder.suites.hw2_gan.probes import nearest_neighbors as probes

READ = "GAN (Goodfellow et al., 2014), figure 2; notebook section 3.4"
CONTRACT = "the docstring of nearest_neighbors; notebook section 3.4"


@points(2)
def test_the_closest_image_is_found(observed):
    """Each sample gets the index of the image with the smallest L2 distance, pixel by pixel."""
    index = observed(probes.find_clear_cut)["index"]
    think = "which terms does the squared distance of two images have, and which of them differ from image to image?"
    assert_matches("the index", index, find_nearest(*probes.clear_cut()), think=think, read=READ)


@points(1)
def test_of_equally_near_images_the_first_counts(observed):
    """Of images at the same distance, the first one is taken."""
    think = "when a later image is just as near, which of the two do you keep?"
    index = observed(probes.find_tied)["index"]
    assert_matches("the index of a tie", index, find_nearest(*probes.tied()), think=think, read=CONTRACT)


@points(1)
def test_other_sizes_and_dtypes_work(observed):
    """One sample, one image, as many of both, bright images and float64 work; indices are long, inputs unchanged."""
    seen, values = observed(probes.find_clear_cut), observed(probes.find_in_other_sizes)
    think = "does a size of 1 or an equal size meet a squeeze, a broadcast or a dim that you did not mean?"
    for name, inputs in probes.of_other_sizes().items():
        label = f"the index with {name.replace('_', ' ')}"
        assert_matches(label, values[name], find_nearest(*inputs), think=think, read=CONTRACT)
    think = "which numbers are large here, which small, and what does float32 keep of a sum of both?"
    expected = find_nearest(*probes.far_from_zero())
    assert_matches("the index of bright images", seen["index_far"], expected, think=think, read=CONTRACT)
    think = "what type does a tensor need to be an index?"
    assert_that(seen["is_long"] is True, saw="the indices are not long", think=think, read=CONTRACT)
    saw = "samples or images hold other numbers after the call than before it"
    think = "which of your operations writes into the tensor it is given?"
    assert_that(is_unchanged(seen["inputs"], *probes.clear_cut()), saw=saw, think=think, read=CONTRACT)


@points(1)
def test_many_images_fit_into_memory(observed):
    """128 samples find their neighbours among 1,300 colour images without a tensor of all differences."""
    think = "how many numbers has a tensor of all differences, and how many has a product of two matrices?"
    index = observed(probes.find_among_many)["index"]
    assert_matches("the index among many", index, _nearest_of_many(), think=think, read=CONTRACT)


@cache
def _nearest_of_many() -> Tensor:
    return find_nearest(*probes.many())
