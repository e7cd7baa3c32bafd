"""Hidden tests of annealed_mean: 4 points."""

from autograder.suites.assertions import assert_matches, assert_stays_on_device, points
from autograder.suites.hw3_pretext.equations.color import find_annealed_mean
from autograder.suites.hw3_pretext.handed import assert_left_alone
from autograder.suites.hw3_pretext.probes import annealed_mean as probes

READ = "Zhang et al. (colorization), 2016, eq. 5; notebook section 7.5"
CONTRACT = "the docstring of annealed_mean; notebook section 7.5"
ATOL = 2e-3  # a mean near 0 of colours of 100, summed in float32 in any order, is off by 1e-5 of them
UNASKED = {
    "modules": "it takes tensors, and no module",
    "again": "it has no state",
    "ragged": "one batch comes in",
    "long": "there is no sequence",
    "kinds": "it takes no sequence",
    "empty": "an empty batch need not work",
}


@points(1, asks=("unequal", "options", "inputs"))
def test_a_pixel_gets_the_mean_of_the_centers(observed):
    """Each pixel's colour is the mean of the centers under the softmax of its logits over the temperature."""
    values, given = observed(probes.average), (probes.logits(), probes.scattered_centers())
    think = "over which dimension is the softmax, and what is multiplied with each probability?"
    expected = find_annealed_mean(*given, 1).float()
    assert_matches("the colour at temperature 1", values["ab"], expected, think=think, read=READ, atol=ATOL)
    annealed, think = observed(probes.anneal), "what does a low temperature do to the logits, and before which step?"
    for name, temperature in (("ab_when_sharp", probes.SHARP), ("ab_when_blunt", probes.BLUNT)):
        expected = find_annealed_mean(probes.diagonal_logits(), probes.diagonal_centers(), temperature).float()
        name, actual = f"the colour at temperature {temperature}", annealed[name]
        assert_matches(name, actual, expected, think=think, read=READ, atol=ATOL)
    assert_left_alone(values["inputs_after"], *given, read=CONTRACT)
    given = probes.diagonal_logits(), probes.diagonal_centers()
    assert_left_alone(annealed["inputs_after"], *given, read=CONTRACT)


@points(1, asks=("ends", "special", "ties"))
def test_a_low_temperature_gives_the_most_probable_color(observed):
    """At temperature 0.005 the colour is finite, and that of the class with the largest logit, or the mean of two."""
    actual = observed(probes.anneal_to_the_end)["ab"]
    expected = find_annealed_mean(probes.certain_logits(), probes.diagonal_centers(), probes.LOWEST).float()
    think = "how large is exp(4 / 0.005) in float32, how small exp(-20 / 0.005), and which function forms neither?"
    assert_matches("the colour at temperature 0.005", actual, expected, think=think, read=CONTRACT, atol=ATOL)

    values, centers = observed(probes.average_other_kinds), probes.diagonal_centers()
    expected = find_annealed_mean(probes.even_logits(), centers, 1).float()
    name = "the colour of pixels whose logits are alike, or several thousand"
    assert_matches(name, values["ab_of_even"], expected, think=think, read=CONTRACT, atol=ATOL)
    expected = find_annealed_mean(probes.even_logits()[..., :2], centers, probes.LOWEST).float()
    name, actual = "the colour of pixels in which several classes lead together", values["ab_of_even_when_sharp"]
    assert_matches(name, actual, expected, think=think, read=CONTRACT, atol=ATOL)


@points(1, asks=("one", "odd", "dtypes", "layout"))
def test_two_classes_and_float64(observed):
    """With 2 x 2 pixels and two classes nothing mixes; thirteen classes, other memory and float64 work."""
    values, images = observed(probes.average_square_images), probes.square_images()
    think = "which dimension of size 2 does each step work on, and where does the colour go?"
    expected = find_annealed_mean(images, probes.two_centers(), 1)
    assert_matches("the colour of two classes", values["ab"], expected, think=think, read=CONTRACT)
    assert_matches("the colour in one image", values["ab_of_one"], expected[:1], think=think, read=CONTRACT)
    think = "does any step count on so and so many classes, or on numbers that lie in memory in one piece?"
    expected = find_annealed_mean(*probes.many_logits(), 0.6).float()
    actual = observed(probes.average_other_kinds)["ab_of_many"]
    assert_matches("the colour of thirteen classes", actual, expected, think=think, read=CONTRACT, atol=ATOL)


@points(1, asks=("device",))
def test_it_works_on_a_gpu(observed):
    """On a GPU (a stand-in for one) the results are the same, and lie on it."""
    values = observed(probes.on_a_gpu)
    think = "on which device does each tensor lie that you make yourself?"
    expected = find_annealed_mean(probes.logits(), probes.scattered_centers(), 1).float()
    assert_matches("the colour on a GPU", values["ab"], expected, think=think, read=CONTRACT, atol=ATOL)
    assert_stays_on_device(values, read=CONTRACT)
