"""Hidden tests of wgan_generator_loss: 2 points."""

import torch
from torch import Tensor

from autograder.checks import assert_matches, assert_that, points
from autograder.suites.hw2_gan.assertions import to_number
from autograder.suites.hw2_gan.equations.wasserstein import find_wgan_generator_loss, is_unchanged
from autograder.suites.hw2_gan.probes import wgan_generator_loss as probes

READ = "WGAN (Arjovsky et al., 2017), algorithm 1; notebook section 5.2"
CONTRACT = "the docstring of wgan_generator_loss; notebook section 5.2"


@points(1)
def test_the_loss_is_minus_the_mean_score(observed):
    """The loss is -E f(G(z)), for five fake images."""
    assert_matches(
        "the loss",
        observed(probes.on_fake_scores)["loss"],
        find_wgan_generator_loss(probes.five_fakes()).float(),
        think="what score does the generator want for its images, and what does a smaller loss mean then?",
        read=READ,
    )


@points(1)
def test_every_score_weighs_the_same_in_any_shape(observed):
    """Each of five scores is pulled by a fifth; a column, one image and float64 give the loss of a row as well."""
    values, own = observed(probes.on_other_shapes), observed(probes.on_fake_scores)
    think = "over what do you take the mean, does a path lead from each score to it, and who chooses the dtype?"
    gradient, fake = own.get("gradient_of_fake"), probes.five_fakes()
    saw = "no gradient reaches the scores of fake images"
    assert_that(isinstance(gradient, Tensor), saw=saw, think=think, read=CONTRACT)
    name, expected = "the size of the gradient of the scores", torch.full_like(fake, 1 / len(fake)).double()
    assert_matches(name, gradient.double().abs(), expected, think=think, read=READ)
    loss = torch.tensor(to_number(own["loss"]), dtype=torch.float64)
    assert_matches("the loss of a column", values["loss_of_a_column"], loss.float(), think=think, read=CONTRACT)
    name = "the loss of one image with the mean score"
    assert_matches(name, values["loss_of_one"], loss.float(), think=think, read=CONTRACT)
    name = "the loss in float64, of scores near a billion,"
    assert_matches(name, values["loss_in_float64"], loss, think=think, read=CONTRACT)
    think = "which of your operations writes into the tensor it is given?"
    saw = "the scores hold other numbers after the call than before it"
    assert_that(is_unchanged(own["inputs_after"], fake), saw=saw, think=think, read=CONTRACT)
