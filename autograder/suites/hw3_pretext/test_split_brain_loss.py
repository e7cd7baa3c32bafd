"""Hidden tests of split_brain_loss: 3 points."""

from torch import Tensor

from autograder.checks import assert_matches, assert_that, points
from autograder.suites.hw3_pretext.equations.probe import is_unchanged
from autograder.suites.hw3_pretext.equations.split_brain import find_mean_square, find_pull
from autograder.suites.hw3_pretext.probes import split_brain_loss as probes

READ = "split-brain autoencoders (Zhang et al., 2017), section 3.1; notebook section 7.7"
CONTRACT = "the docstring of split_brain_loss; notebook section 7.7"


@points(1)
def test_the_colour_is_predicted(observed):
    """With the lightness right, the loss is the mean squared error of ab, over both channels."""
    case = probes.two_images()
    expected = find_mean_square(case["predicted_ab"], case["ab"]).float()
    think = "whose prediction is compared with ab, and over how many numbers is the mean?"
    loss = observed(probes.on_two_images)["loss with the lightness right"]
    assert_matches("the loss with the lightness right", loss, expected, think=think, read=READ)


@points(1)
def test_the_lightness_is_predicted(observed):
    """With the colour right, the loss is the mean squared error of L."""
    case = probes.two_images()
    expected = find_mean_square(case["predicted_l"], case["l"]).float()
    think = "whose prediction is compared with L, and over how many numbers is the mean?"
    loss = observed(probes.on_two_images)["loss with the colour right"]
    assert_matches("the loss with the colour right", loss, expected, think=think, read=READ)


@points(1)
def test_both_halves_learn(observed):
    """The two errors add up, both predictions are pulled to what they should be, and one pixel in float64 works."""
    values, case = observed(probes.on_two_images), probes.two_images()
    think = "how do the errors of both halves come together, and which of them does the loss train?"
    for name, target in (("predicted_ab", "ab"), ("predicted_l", "l")):
        gradient = values.get(f"gradient of {name}")
        assert_that(isinstance(gradient, Tensor), saw=f"no gradient reaches {name}", think=think, read=CONTRACT)
        share, expected = gradient.double() / gradient.abs().sum(), find_pull(case[name], case[target])
        label = f"each entry's share of the gradient of {name}"
        assert_matches(label, share, expected, think=think, read=CONTRACT)
    of_colour, of_lightness = (values[f"loss with the {name} right"] for name in ("lightness", "colour"))
    are_tensors = isinstance(of_colour, Tensor) and isinstance(of_lightness, Tensor)
    assert_that(are_tensors, saw="the loss is not always a tensor", think=think, read=CONTRACT)
    name = "the loss of both errors (against the sum of the losses of each alone)"
    assert_matches(name, values["loss"], of_colour + of_lightness, think=think, read=READ)
    one, in_float64 = values["loss of one pixel"], values["loss of one pixel in float64"]
    expected = one.double() if isinstance(one, Tensor) else one
    think = "does any step drop a dimension of size 1, or choose a dtype of its own?"
    assert_matches("the loss of one pixel in float64", in_float64, expected, think=think, read=CONTRACT)
    saw = "predictions, ab or l hold other numbers after the call than before it"
    think = "which of your operations writes into the tensor it is given?"
    before = [case[name] for name in probes.NAMES]
    assert_that(is_unchanged(values["inputs after"], *before), saw=saw, think=think, read=CONTRACT)
