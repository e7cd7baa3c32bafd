"""Hidden tests of colorization_loss: 5 points."""

import math

import torch
from torch import Tensor

from autograder.suites.assertions import (
    assert_dtype,
    assert_matches,
    assert_stays_on_device,
    assert_that,
    points,
    to_number,
)
from autograder.suites.hw3_pretext.equations.color import find_gradient_of_loss, find_loss
from autograder.suites.hw3_pretext.handed import assert_left_alone
from autograder.suites.hw3_pretext.probes import colorization_loss as probes
from autograder.suites.hw3_pretext.probes.inputs_handed import as_parameter

READ = "Zhang et al. (colorization), 2016, eq. 2; notebook section 7.4"
READ_WEIGHTS = "Zhang et al. (colorization), 2016, eq. 2 and 3; notebook section 7.4"
CONTRACT = "the docstring of colorization_loss; notebook section 7.4"
ONES = torch.ones(4)
UNASKED = {
    "modules": "it takes tensors, and no module",
    "again": "it has no state",
    "ragged": "one batch comes in",
    "long": "there is no sequence",
    "kinds": "it takes no sequence",
    "empty": "an empty batch need not work",
    "ties": "which of several most probable classes weighs is free",
}


@points(1, asks=("unequal",))
def test_all_of_the_target_counts(observed):
    """With weights of 1 the loss is the mean over pixels of the cross entropy of two distributions."""
    loss, think = observed(probes.weigh_evenly)["loss"], "over which dimension is the softmax, the sum, and the mean?"
    expected = find_loss(probes.logits(), probes.target(), ONES).float()
    assert_matches("the loss with weights of 1", loss, expected, think=think, read=READ)


@points(1, asks=("odd", "options", "layout", "inputs"))
def test_a_pixel_weighs_by_its_most_probable_class(observed):
    """The cross entropy of each pixel, all of it, has the weight of the class that is largest in its target."""
    values, given = observed(probes.weigh), (probes.logits(), probes.target(), probes.weights())
    think = "which class says what a pixel weighs, and how many weights does one pixel have?"
    assert_matches("the loss", values["loss"], find_loss(*given).float(), think=think, read=READ_WEIGHTS)
    assert_left_alone(values["inputs_after"], as_parameter(given[0]), *given[1:], read=CONTRACT)
    loss, expected = observed(probes.weigh_other_kinds)["loss"], find_loss(*probes.many_classes()).float()
    think = "does any step count on so and so many classes, or on numbers that lie in memory in one piece?"
    assert_matches("the loss with thirteen classes", loss, expected, think=think, read=CONTRACT)


@points(1)
def test_the_mean_is_over_pixels(observed):
    """The loss grows with the weights, and is the same when every image is there twice; the weights count."""
    values, others = observed(probes.weigh_again), (probes.weigh, probes.weigh_evenly, probes.weigh_certain_logits)
    loss, even, certain = (to_number(observed(probe)["loss"]) for probe in others)
    saw, think = "the loss is no number other than 0", "what is a mean of weights times cross entropies?"
    assert_that(math.isfinite(loss) and loss != 0, saw=saw, think=think, read=READ)
    saw, think = "the weights, or the logits, make no difference to the loss", "where do logits and weights come in?"
    assert_that(abs(loss - even) > 1e-3 and abs(even - certain) > 0, saw=saw, think=think, read=READ_WEIGHTS)
    think = "by what do you divide: by the number of pixels, or by something that the weights change?"
    name = "the loss with weights three times as large"
    assert_matches(name, to_number(values["loss_of_larger"]), 3 * loss, think=think, read=CONTRACT)
    think = "is the loss a sum or a mean?"
    name = "the loss when every image is there twice"
    assert_matches(name, to_number(values["loss_of_twice"]), loss, think=think, read=CONTRACT)


@points(1, asks=("one", "ends", "special", "dtypes"))
def test_the_gradient_reaches_the_logits(observed):
    """Each logit is pulled by its probability less its target, at 0 and at hundreds too; float64 stays float64."""
    values = observed(probes.weigh_evenly)
    _assert_gradient("with weights of 1", values.get("gradient"), probes.logits(), probes.target())
    given = (each[:1, :, :2, :2].double() for each in (probes.logits(), probes.target()))
    _assert_gradient("of one image in float64", values.get("gradient_of_image"), *given)
    name, think = "the loss for float64 logits", "does any step choose a dtype of its own?"
    assert_dtype(name, values["loss_of_image"], torch.float64, think=think, read=CONTRACT)
    values, logits, target = observed(probes.weigh_certain_logits), probes.certain_logits(), probes.certain_target()
    think = "how large is exp(300) in float32, what is log(0), and which function of torch forms neither?"
    expected = find_loss(logits, target, ONES).float()
    assert_matches("the loss at logits of several hundred", values["loss"], expected, think=think, read=CONTRACT)
    _assert_gradient("at logits of several hundred", values.get("gradient"), logits, target)
    values, (logits, target, weights) = observed(probes.weigh_other_kinds), probes.even()
    expected = find_loss(logits, target, weights).float()
    name = "the loss at logits of 0 and of 400"
    assert_matches(name, values["loss_of_even"], expected, think=think, read=CONTRACT)
    _assert_gradient("at logits of 0 and of 400", values.get("gradient_of_even"), logits, target, weights)


@points(1, asks=("device",))
def test_it_works_on_a_gpu(observed):
    """On a GPU (a stand-in for one) the results are the same, and lie on it."""
    values, given = observed(probes.on_a_gpu), (probes.logits(), probes.target(), probes.weights())
    think = "on which device does each tensor lie that you make yourself?"
    assert_matches("the loss on a GPU", values["loss"], find_loss(*given).float(), think=think, read=CONTRACT)
    _assert_gradient("on a GPU", values.get("gradient"), *given)
    assert_stays_on_device(values, read=CONTRACT)


def _assert_gradient(
    which: str, gradient: Tensor | None, logits: Tensor, target: Tensor, weights: Tensor = ONES
) -> None:
    saw, think = f"no gradient reaches the logits ({which})", "where does the path from them leave the graph?"
    assert_that(isinstance(gradient, Tensor), saw=saw, think=think, read=CONTRACT)
    expected = find_gradient_of_loss(logits, target, weights).to(logits.dtype)
    think = "which way should the logit of a class go that is less probable than its target?"
    assert_matches(f"the gradient {which}", gradient, expected, think=think, read=READ)
