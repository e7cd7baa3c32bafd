"""Hidden tests of inpainting_loss: 4 points."""

from torch import Tensor

from autograder.checks import assert_matches, assert_that, points
from autograder.suites.hw3_pretext.equations.inpainting import find_hidden_error, find_pull
from autograder.suites.hw3_pretext.equations.probe import is_unchanged
from autograder.suites.hw3_pretext.probes import inpainting_loss as probes

READ = "context encoders (Pathak et al., 2016), eq. 1; notebook section 6.2"
CONTRACT = "the docstring of inpainting_loss; notebook section 6.2"


@points(1)
def test_the_loss_is_the_mean_squared_error_of_what_was_hidden(observed):
    """Of two images with boxes of the same size, the loss is the mean squared error over hidden pixels and channels."""
    expected = find_hidden_error(*probes.equal_boxes()).float()
    think = "how many numbers did the network have to paint, and what does the loss take of each of their errors?"
    assert_matches("the loss", observed(probes.on_equal_boxes)["loss"], expected, think=think, read=READ)


@points(1)
def test_every_hidden_pixel_counts_the_same(observed):
    """All hidden pixels of the batch count the same, whether 1, 9 or none of their image are hidden."""
    expected = find_hidden_error(*probes.unequal_boxes()).float()
    think = "over which numbers is the one mean taken, and what does an image add that hides nothing?"
    assert_matches("the loss", observed(probes.on_unequal_boxes)["loss"], expected, think=think, read=CONTRACT)


@points(1)
def test_what_is_painted_elsewhere_makes_no_difference(observed):
    """Only hidden pixels are pulled at, each towards the image; what is painted elsewhere does not enter the loss."""
    values, case = observed(probes.on_equal_boxes), probes.equal_boxes()
    saw = "no gradient reaches the prediction"
    think = "where does the path from the prediction to the loss leave the graph?"
    pull = values.get("gradient")
    assert_that(isinstance(pull, Tensor), saw=saw, think=think, read=CONTRACT)
    name, actual, expected = "each pixel's share of the gradient", pull.double() / pull.abs().sum(), find_pull(*case)
    think = "which pixels of the prediction should move, and which way?"
    assert_matches(name, actual, expected, think=think, read=READ)
    think = "which pixels does the network get to see anyway, and what would it learn from being judged on them?"
    name, loss = "the loss with other numbers painted where nothing is hidden", values["loss"]
    expected = loss if isinstance(loss, Tensor) else float("nan")
    assert_matches(name, values["loss when painted elsewhere"], expected, think=think, read=READ)


@points(1)
def test_one_pixel_and_float64_work(observed):
    """A single hidden pixel of one image with one channel gives the loss, in float64; inputs stay unchanged."""
    values, case = observed(probes.on_one_pixel), probes.one_pixel()
    think = "does any step drop a dimension of size 1, or choose a dtype of its own?"
    assert_matches("the loss", values["loss"], find_hidden_error(*case), think=think, read=CONTRACT)
    saw = "prediction, images or mask hold other numbers after the call than before it"
    think = "which of your operations writes into the tensor it is given?"
    before = [tensor.double() for tensor in case]
    assert_that(is_unchanged(values["inputs after"], *before), saw=saw, think=think, read=CONTRACT)
