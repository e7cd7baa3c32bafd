"""Hidden tests of hinge_generator_loss: 2 points."""

import torch
from torch import Tensor

from autograder.checks import assert_matches, points
from autograder.suites.hw2_gan.assertions import assert_reached, assert_unchanged
from autograder.suites.hw2_gan.equations.biggan import find_hinge_generator_loss
from autograder.suites.hw2_gan.equations.shares import find_shares
from autograder.suites.hw2_gan.probes import hinge_generator_loss as probes

READ = "BigGAN (Brock et al., 2019), section 3; notebook section 7.2"
CONTRACT = "the docstring of hinge_generator_loss; notebook section 7.2"


@points(1)
def test_the_loss_is_minus_the_mean_logit(observed):
    """The loss is -E D(G(z)), the mean over five fake images, or the one there is."""
    values, fake = observed(probes.on_fake_logits), probes.five_fakes()
    think = "what does G want of D's logit, and does a hinge or a margin appear in its loss?"
    expected = find_hinge_generator_loss(fake).float()
    assert_matches("the loss", values["loss"], expected, think=think, read=READ)
    expected = find_hinge_generator_loss(fake[3:4]).float()
    assert_matches("the loss of one image", values["loss_of_one"], expected, think=think, read=CONTRACT)


@points(1)
def test_every_logit_is_pulled_up_equally(observed):
    """However high a logit is, it is pulled up as hard as any other; columns and float64 work."""
    values = observed(probes.on_fake_logits)
    assert_reached(values, "fake", read=CONTRACT)
    think = "which way should a fake image's logit move to please the generator, and when should it be content?"
    name, actual = "the share of the pull that each logit gets", find_shares(values["gradient_of_fake"])
    expected = find_shares(-torch.ones(len(probes.five_fakes())))
    assert_matches(name, actual, expected, think=think, read=READ)
    loss, think = (
        values["loss"],
        "does any step drop a dimension, divide by a fixed number, or choose a dtype of its own?",
    )
    assert_matches("the loss of a column", values["loss_of_a_column"], loss, think=think, read=CONTRACT)
    in_float64 = loss.double() if isinstance(loss, Tensor) else loss
    assert_matches("the loss in float64", values["loss_in_float64"], in_float64, think=think, read=CONTRACT)
    assert_unchanged(values["inputs_after"], probes.five_fakes(), what="the logits hold", read=CONTRACT)
