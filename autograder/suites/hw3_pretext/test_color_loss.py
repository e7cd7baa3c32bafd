"""Hidden tests of color_loss: 3 points."""

from autograder.checks import assert_matches, assert_that, points
from autograder.suites.hw3_pretext.equations.video import find_color_loss, find_gradient_of_color_loss
from autograder.suites.hw3_pretext.probes import color_loss as probes

READ = "Vondrick et al. (colorizing videos), 2018, section 3.2; notebook section 8.3"
CONTRACT = "the docstring of color_loss; notebook section 8.3"


@points(1)
def test_the_true_class_counts(observed):
    """The loss is the mean over all pixels of -log of the probability that was copied for the true class."""
    assert_matches(
        "the loss",
        observed(probes.lose)["loss"],
        find_color_loss(*probes.all_sizes_differ()).float(),
        think="are the numbers you are given logits, probabilities or their logarithms, and which does your loss take?",
        read=READ,
    )


@points(1)
def test_improbable_classes_have_a_floor(observed):
    """A probability below 1e-6, 0 among them, counts as 1e-6; all others count as they are."""
    assert_matches(
        "the loss of pixels whose true class has probability 0, 3e-7, 2e-6, 4e-4, 0.5 and 1",
        observed(probes.lose)["loss_of_improbable"],
        find_color_loss(*probes.improbable()).float(),
        think="which number of which pixel is too small, and what does it become before the logarithm?",
        read=CONTRACT,
    )


@points(1)
def test_other_sizes_float64_and_gradients_work(observed):
    """Equal sizes, a single pixel and float64 give the right loss, and the gradient of the probabilities is right."""
    values, gradients = observed(probes.lose_in_other_sizes), observed(probes.differentiate)
    think = "does any step take one dimension for another of the same size, or drop one of size 1?"
    equal, one = (find_color_loss(*case).float() for case in (probes.all_sizes_equal(), probes.one_place()))
    assert_matches("the loss with all sizes 4", values["loss_of_equal_sizes"], equal, think=think, read=CONTRACT)
    assert_matches("the loss of one pixel", values["loss_of_one_place"], one, think=think, read=CONTRACT)
    double = find_color_loss(*probes.in_float64())
    assert_matches("the loss in float64", values["loss_in_float64"], double, think=think, read=CONTRACT)
    think = "does the training find a path from the loss to what was copied?"
    found = gradients.get("gradient_of_copied")
    assert_that(found is not None, saw="no gradient reaches the probabilities", think=think, read=CONTRACT)
    expected = find_gradient_of_color_loss(*probes.all_sizes_differ()).float()
    assert_matches("the gradient of the probabilities", found, expected, think=think, read=READ)
