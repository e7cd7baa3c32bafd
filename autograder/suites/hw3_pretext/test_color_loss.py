"""Hidden tests of color_loss: 3 points."""

from autograder.suites.assertions import assert_matches, assert_stays_on_device, assert_that, points
from autograder.suites.hw3_pretext.equations.video import find_color_loss, find_gradient_of_color_loss
from autograder.suites.hw3_pretext.handed import assert_left_alone
from autograder.suites.hw3_pretext.probes import color_loss as probes
from autograder.suites.hw3_pretext.probes.inputs_handed import as_parameter

READ = "Vondrick et al. (colorizing videos), 2018, section 3.2; notebook section 8.3"
CONTRACT = "the docstring of color_loss; notebook section 8.3"
UNASKED = {
    "modules": "it takes tensors, and no module",
    "again": "it has no state",
    "ragged": "one batch comes in",
    "long": "there is no sequence",
    "kinds": "it takes no sequence",
    "empty": "an empty batch need not work",
    "ties": "nothing is ordered or chosen",
}


@points(1, asks=("one", "unequal", "odd", "options", "dtypes", "layout", "inputs"))
def test_the_true_class_counts(observed):
    """The loss is the mean over all pixels of -log of the probability of the true class, in any size and dtype."""
    values = observed(probes.lose_in_other_sizes)
    think = "are the numbers you are given logits, probabilities or their logarithms, and which does your loss take?"
    expected = find_color_loss(*probes.all_sizes_differ()).float()
    assert_matches("the loss", observed(probes.lose)["loss"], expected, think=think, read=READ)
    think = "does any step take one dimension for another of the same size, or drop one of size 1?"
    equal, one = (find_color_loss(*case).float() for case in (probes.all_sizes_equal(), probes.one_place()))
    assert_matches("the loss with all sizes 4", values["loss_of_equal_sizes"], equal, think=think, read=CONTRACT)
    assert_matches("the loss of one pixel", values["loss_of_one_place"], one, think=think, read=CONTRACT)
    double = find_color_loss(*probes.in_float64())
    assert_matches("the loss in float64", values["loss_in_float64"], double, think=think, read=CONTRACT)
    many, think = find_color_loss(*probes.many_classes()).float(), "does any step count on so and so many classes?"
    assert_matches("the loss of thirteen classes", values["loss_of_many_classes"], many, think=think, read=CONTRACT)
    given = as_parameter(probes.in_float64()[0]), probes.in_float64()[1]
    assert_left_alone(values["inputs_after"], *given, read=CONTRACT)


@points(1, asks=("ends", "special"))
def test_improbable_classes_have_a_floor(observed):
    """A probability below 1e-6, 0 among them, counts as 1e-6; value and gradient are finite and right."""
    think = "which number of which pixel is too small, and what does it become before the logarithm?"
    values, expected = observed(probes.lose), find_color_loss(*probes.improbable()).float()
    name = "the loss of pixels whose true class has probability 0, 3e-7, 2e-6, 4e-4, 0.5 and 1"
    assert_matches(name, values["loss_of_improbable"], expected, think=think, read=CONTRACT)
    assert_left_alone(values["inputs_after"], *probes.improbable(), read=CONTRACT)
    _assert_gradients(observed(probes.differentiate), "copied", probes.all_sizes_differ())
    _assert_gradients(observed(probes.differentiate), "improbable", probes.improbable())


@points(1, asks=("device",))
def test_it_works_on_a_gpu(observed):
    """On a GPU (a stand-in for one) the results are the same, and lie on it."""
    values, think = observed(probes.on_a_gpu), "on which device does each tensor lie that you make yourself?"
    expected = find_color_loss(*probes.improbable()).float()
    assert_matches("the loss on a GPU", values["loss"], expected, think=think, read=CONTRACT)
    _assert_gradients(values, "copied", probes.improbable())
    assert_stays_on_device(values, read=CONTRACT)


def _assert_gradients(values: dict, name: str, case: probes.Case) -> None:
    think = "does the training find a path from the loss to what was copied?"
    found = values.get(f"gradient_of_{name}")
    assert_that(found is not None, saw="no gradient reaches the probabilities", think=think, read=CONTRACT)
    expected = find_gradient_of_color_loss(*case).float()
    think = "what is the derivative of the logarithm at 0, and which number do you take it of?"
    assert_matches("the gradient of the probabilities", found, expected, think=think, read=READ)
