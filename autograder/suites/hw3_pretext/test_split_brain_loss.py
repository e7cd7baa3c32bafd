"""Hidden tests of split_brain_loss: 3 points."""

import torch
from torch import Tensor

from autograder.suites.assertions import assert_matches, assert_shape, assert_stays_on_device, assert_that, points
from autograder.suites.hw3_pretext.equations.split_brain import find_mean_square, find_pull
from autograder.suites.hw3_pretext.handed import assert_left_alone
from autograder.suites.hw3_pretext.probes import split_brain_loss as probes

READ = "split-brain autoencoders (Zhang et al., 2017), section 3.1; notebook section 7.7"
CONTRACT = "the docstring of split_brain_loss; notebook section 7.7"
UNASKED = {
    "modules": "it takes tensors, and no module",
    "again": "it has no state",
    "ragged": "one batch comes in",
    "long": "there is no sequence",
    "kinds": "it takes no sequence",
    "empty": "an empty batch need not work",
    "ends": "a square of numbers of any size has no end",
    "ties": "nothing is ordered or chosen",
    "options": "it has no argument but tensors",
}


@points(1, asks=("unequal",))
def test_color_and_lightness_are_predicted(observed):
    """With one of the two right, the loss is the mean squared error of the other, over all its channels."""
    case, values = probes.two_images(), observed(probes.on_two_images)
    for what, other, right in (("ab", "predicted_ab", "lightness"), ("l", "predicted_l", "colour")):
        expected = find_mean_square(case[other], case[what]).float()
        think = f"whose prediction is compared with {what}, and over how many numbers is the mean?"
        name = f"loss with the {right} right"
        assert_matches(f"the {name}", values[name], expected, think=think, read=READ)


@points(1, asks=("one", "odd", "special", "dtypes", "layout", "inputs"))
def test_both_halves_learn(observed):
    """The errors add up, both predictions are pulled to what they should be; one pixel, float64, other memory work."""
    values, case = observed(probes.on_two_images), probes.two_images()
    think = "how do the errors of both halves come together, and which of them does the loss train?"
    for name, target in (("predicted_ab", "ab"), ("predicted_l", "l")):
        gradient = values.get(f"gradient of {name}")
        assert_that(isinstance(gradient, Tensor), saw=f"no gradient reaches {name}", think=think, read=CONTRACT)
        gradient = gradient.double()
        share, expected = gradient / gradient.abs().sum(), find_pull(case[name], case[target])
        label = f"each entry's share of the gradient of {name}"
        assert_matches(label, share, expected, think=think, read=CONTRACT)
    of_color, of_lightness = (values[f"loss with the {name} right"] for name in ("lightness", "colour"))
    are_tensors = isinstance(of_color, Tensor) and isinstance(of_lightness, Tensor)
    assert_that(are_tensors, saw="the loss is not always a tensor", think=think, read=CONTRACT)
    for loss in (of_color, of_lightness):
        assert_shape("the loss", loss, read=CONTRACT)
    name = "the loss of both errors (against the sum of the losses of each alone)"
    assert_matches(name, values["loss"], of_color + of_lightness, think=think, read=READ)
    one, in_float64 = values["loss of one pixel"], values["loss of one pixel in float64"]
    expected = one.double() if isinstance(one, Tensor) else one
    think = "does any step drop a dimension of size 1, or choose a dtype of its own?"
    assert_matches("the loss of one pixel in float64", in_float64, expected, think=think, read=CONTRACT)
    values, think = (
        observed(probes.on_other_kinds),
        "what is the derivative of a root at 0, and does the loss need one?",
    )
    for name in ("predicted_ab", "predicted_l"):
        expected = torch.zeros_like(probes.all_right()[name])
        label, found = f"the gradient of {name} where all is predicted rightly", values.get(f"gradient of {name}")
        assert_matches(label, found, expected, think=think, read=CONTRACT)
    name, think = "loss in other memory", "does any step count on tensors that lie in memory in one piece?"
    other = probes.in_other_memories()
    errors = [find_mean_square(other[f"predicted_{what}"], other[what]) for what in ("ab", "l")]
    expected = torch.stack(errors).sum().float()
    assert_matches(f"the {name}", values[name], expected, think=think, read=CONTRACT)
    given = probes.prepared(probes.two_images())
    before = [given[name] for name in probes.NAMES]
    assert_left_alone(observed(probes.on_two_images)["inputs after"], *before, read=CONTRACT)


@points(1, asks=("device",))
def test_it_works_on_a_gpu(observed):
    """On a GPU (a stand-in for one) the results are the same, and lie on it."""
    values, case = observed(probes.on_a_gpu), probes.two_images()
    think = "on which device does each tensor lie that you make yourself?"
    expected = find_mean_square(case["predicted_ab"], case["ab"]).float()
    assert_matches("the loss on a GPU", values["loss"], expected, think=think, read=CONTRACT)
    assert_stays_on_device(values, read=CONTRACT)
