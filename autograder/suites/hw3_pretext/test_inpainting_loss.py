"""Hidden tests of inpainting_loss: 4 points."""

import torch
from torch import Tensor

from autograder.suites.assertions import assert_matches, assert_stays_on_device, assert_that, points
from autograder.suites.hw3_pretext.equations.inpainting import find_hidden_error, find_pull
from autograder.suites.hw3_pretext.handed import assert_left_alone
from autograder.suites.hw3_pretext.probes import inpainting_loss as probes
from autograder.suites.hw3_pretext.probes.inputs_handed import as_parameter

READ = "context encoders (Pathak et al., 2016), eq. 1; notebook section 6.2"
CONTRACT = "the docstring of inpainting_loss; notebook section 6.2"
UNASKED = {
    "modules": "it takes tensors, and no module",
    "again": "it has no state",
    "ragged": "one batch comes in",
    "long": "there is no sequence",
    "kinds": "it takes no sequence",
    "empty": "one pixel at least is hidden",
    "ties": "nothing is ordered or chosen",
    "options": "it has no argument but tensors",
}


@points(1, asks=("unequal",))
def test_the_loss_is_the_mean_squared_error_of_what_was_hidden(observed):
    """The mean squared error over all channels of hidden pixels, which all count the same, with boxes of any size."""
    expected = find_hidden_error(*probes.equal_boxes()).float()
    think = "how many numbers did the network have to paint, and what does the loss take of each of their errors?"
    assert_matches("the loss", observed(probes.on_equal_boxes)["loss"], expected, think=think, read=READ)
    expected = find_hidden_error(*probes.unequal_boxes()).float()
    think = "over which numbers is the one mean taken, and what does an image add that hides nothing?"
    name, loss = (
        "the loss where 1, 9 and none of an image's pixels are hidden",
        observed(probes.on_unequal_boxes)["loss"],
    )
    assert_matches(name, loss, expected, think=think, read=CONTRACT)


@points(1, asks=("ends", "special"))
def test_what_is_painted_elsewhere_makes_no_difference(observed):
    """Only hidden pixels are pulled at, each towards the image, none if all is right; the others do not count."""
    values, case = observed(probes.on_equal_boxes), probes.equal_boxes()
    saw = "no gradient reaches the prediction"
    think = "where does the path from the prediction to the loss leave the graph?"
    pull = values.get("gradient")
    assert_that(isinstance(pull, Tensor), saw=saw, think=think, read=CONTRACT)
    pull = pull.double()
    name, actual, expected = "each pixel's share of the gradient", pull / pull.abs().sum(), find_pull(*case)
    think = "which pixels of the prediction should move, and which way?"
    assert_matches(name, actual, expected, think=think, read=READ)
    think = "which pixels does the network get to see anyway, and what would it learn from being judged on them?"
    name, loss = "the loss with other numbers painted where nothing is hidden", values["loss"]
    loss = loss if isinstance(loss, Tensor) else float("nan")
    assert_matches(name, values["loss when painted elsewhere"], loss, think=think, read=READ)
    right, case = observed(probes.on_other_kinds), probes.painted_rightly()
    think = "what is the derivative of a root at 0, and does the loss need one?"
    name = "the gradient where everything hidden is painted rightly"
    pull = right.get("gradient_of_prediction")
    assert_matches(name, pull, torch.zeros_like(case[0]), think=think, read=CONTRACT)


@points(1, asks=("one", "odd", "dtypes", "layout", "inputs"))
def test_one_pixel_float64_and_other_memory_work(observed):
    """A single hidden pixel of one channel, float64 and any place in memory give the loss; inputs stay unchanged."""
    values, case = observed(probes.on_one_pixel), probes.one_pixel()
    think = "does any step drop a dimension of size 1, or choose a dtype of its own?"
    assert_matches("the loss", values["loss"], find_hidden_error(*case), think=think, read=CONTRACT)
    expected = find_hidden_error(*probes.in_other_memories()).float()
    other = observed(probes.on_other_kinds)["loss in other memory"]
    think = "does any step count on tensors that lie in memory in one piece?"
    assert_matches("the loss of tensors that lie in memory in other ways", other, expected, think=think, read=CONTRACT)
    assert_left_alone(values["inputs after"], as_parameter(case[0]), *case[1:], read=CONTRACT)


@points(1, asks=("device",))
def test_it_works_on_a_gpu(observed):
    """On a GPU (a stand-in for one) the results are the same, and lie on it."""
    values = observed(probes.on_a_gpu)
    think = "on which device does each tensor lie that you make yourself?"
    assert_matches(
        "the loss on a GPU", values["loss"], find_hidden_error(*probes.one_pixel()), think=think, read=CONTRACT
    )
    assert_stays_on_device(values, read=CONTRACT)
