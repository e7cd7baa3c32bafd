"""Hidden tests of wgan_generator_loss: 2 points."""

import torch
from torch import Tensor

from autograder.suites.assertions import assert_matches, assert_that, points
from autograder.suites.hw2_gan.assertions import assert_same_on_gpu, assert_untouched
from autograder.suites.hw2_gan.equations.wasserstein import find_wgan_generator_loss
from autograder.suites.hw2_gan.probes import wgan_generator_loss as probes

READ = "WGAN (Arjovsky et al., 2017), algorithm 1; notebook section 5.2"
CONTRACT = "the docstring of wgan_generator_loss; notebook section 5.2"
UNASKED = {
    "special": "a mean is straight everywhere",
    "unequal": "there is one batch",
    "ragged": "there is one batch",
    "odd": "a mean has no chunks",
    "ties": "nothing is ordered or chosen",
    "options": "there are none",
    "layout": "a row of numbers can be read however it lies",
    "modules": "none is handed in",
    "again": "there is no state",
    "long": "there is no sequence",
    "kinds": "there is no sequence",
    "empty": "an empty batch need not work",
}


@points(1, asks=("one", "ends", "dtypes", "inputs"))
def test_the_loss_is_minus_the_mean_score(observed):
    """The loss is -E f(G(z)); each of five scores is pulled by a fifth; columns, one image and float64 work."""
    values, fake = observed(probes.on_fake_scores), probes.five_fakes()
    think = "what score does the generator want for its images, and what does a smaller loss mean then?"
    expected = find_wgan_generator_loss(fake)
    assert_matches("the loss", values["loss"], expected.float(), think=think, read=READ)
    think = "over what do you take the mean, does a path lead from each score to it, and who chooses the dtype?"
    gradient = values.get("gradient_of_fake")
    saw = "no gradient reaches the scores of fake images"
    assert_that(isinstance(gradient, Tensor), saw=saw, think=think, read=CONTRACT)
    each = torch.full_like(fake, -1 / len(fake))
    assert_matches("the gradient of the scores", gradient, each, think=think, read=READ)
    others = observed(probes.on_other_shapes)
    actual = others["loss_of_a_column"]
    assert_matches("the loss of a column", actual, expected.float(), think=think, read=CONTRACT)
    name = "the loss of one image with the mean score"
    assert_matches(name, others["loss_of_one"], expected.float(), think=think, read=CONTRACT)
    actual = others.get("gradient_of_fake_of_one")
    assert_matches("the gradient of one score", actual, -torch.ones(1, 1), think=think, read=CONTRACT)
    name = "the loss in float64, of scores near a billion,"
    in_float64 = find_wgan_generator_loss(probes.far_apart())
    assert_matches(name, others["loss_in_float64"], in_float64, think=think, read=CONTRACT)
    assert_untouched(others, fake, what="the scores", read=CONTRACT)


@points(1, asks=("device",))
def test_scores_may_lie_on_a_gpu(observed):
    """Scores on a GPU give the same loss and the same gradient, which stay there."""
    values, own = observed(probes.on_a_gpu), observed(probes.on_fake_scores)
    assert_same_on_gpu(values, own, "loss", "gradient_of_fake", read=CONTRACT)
