"""Hidden tests of annealed_mean: 4 points."""

from autograder.checks import assert_matches, points
from autograder.suites.hw3_pretext.assertions_colour import assert_unchanged
from autograder.suites.hw3_pretext.equations.colour import find_annealed_mean
from autograder.suites.hw3_pretext.probes import annealed_mean as probes

READ = "Zhang et al. (colorization), 2016, eq. 5; notebook section 7.5"
CONTRACT = "the docstring of annealed_mean; notebook section 7.5"
ATOL = 2e-3  # a mean near 0 of colours of 100, summed in float32 in any order, is off by 1e-5 of them


@points(1)
def test_a_pixel_gets_the_mean_of_the_centers(observed):
    """At temperature 1 each pixel's colour is the mean of the centers under the softmax of its logits."""
    values, given = observed(probes.average), (probes.logits(), probes.scattered_centers())
    think = "over which dimension is the softmax, and what is multiplied with each probability?"
    expected = find_annealed_mean(*given, 1).float()
    assert_matches("the colour at temperature 1", values["ab"], expected, think=think, read=READ, atol=ATOL)
    assert_unchanged(values["inputs_after"], *given, read=CONTRACT)


@points(1)
def test_the_temperature_divides_the_logits(observed):
    """A temperature below 1 sharpens the distribution, one above 1 flattens it, and its sum stays 1."""
    values, think = observed(probes.anneal), "what does a low temperature do to the logits, and before which step?"
    for name, temperature in (("ab_when_sharp", probes.SHARP), ("ab_when_blunt", probes.BLUNT)):
        expected = find_annealed_mean(probes.diagonal_logits(), probes.diagonal_centers(), temperature).float()
        name, actual = f"the colour at temperature {temperature}", values[name]
        assert_matches(name, actual, expected, think=think, read=READ, atol=ATOL)


@points(1)
def test_a_low_temperature_gives_the_most_probable_colour(observed):
    """At temperature 0.005 the colour is finite, and that of the class with the largest logit."""
    actual = observed(probes.anneal_to_the_end)["ab"]
    expected = find_annealed_mean(probes.certain_logits(), probes.diagonal_centers(), probes.LOWEST).float()
    think = "how large is exp(4 / 0.005) in float32, how small exp(-20 / 0.005), and which function forms neither?"
    assert_matches("the colour at temperature 0.005", actual, expected, think=think, read=CONTRACT, atol=ATOL)


@points(1)
def test_two_classes_and_float64(observed):
    """With 2 x 2 pixels and two classes, classes, channels, rows and columns do not mix; float64 stays float64."""
    values, images = observed(probes.average_square_images), probes.square_images()
    think = "which dimension of size 2 does each step work on, and where does the colour go?"
    expected = find_annealed_mean(images, probes.two_centers(), 1)
    assert_matches("the colour of two classes", values["ab"], expected, think=think, read=CONTRACT)
    assert_matches("the colour in one image", values["ab_of_one"], expected[:1], think=think, read=CONTRACT)
