"""Hidden tests of hinge_generator_loss: 2 points."""

import torch

from autograder.suites.assertions import assert_matches, points
from autograder.suites.hw2_gan.assertions import assert_reached, assert_same_on_gpu, assert_untouched
from autograder.suites.hw2_gan.equations.biggan import find_hinge_generator_loss
from autograder.suites.hw2_gan.equations.shares import find_shares
from autograder.suites.hw2_gan.probes import hinge_generator_loss as probes

READ = "BigGAN (Brock et al., 2019), section 3; notebook section 7.2"
CONTRACT = "the docstring of hinge_generator_loss; notebook section 7.2"
UNASKED = {
    "unequal": "there is one batch",
    "ragged": "there is one batch",
    "special": "a mean is straight everywhere",
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
def test_the_loss_is_minus_the_mean_logit(observed):
    """The loss is -E D(G(z)): however high a logit is, it is pulled up as hard as any other."""
    values, fake = observed(probes.on_fake_logits), probes.five_fakes()
    think = "what does G want of D's logit, and does a hinge or a margin appear in its loss?"
    expected = find_hinge_generator_loss(fake)
    assert_matches("the loss", values["loss"], expected.float(), think=think, read=READ)
    assert_reached(values, "fake", read=CONTRACT)
    think = "which way should a fake image's logit move to please the generator, and when should it be content?"
    name, actual = "the share of the pull that each logit gets", find_shares(values["gradient_of_fake"])
    assert_matches(name, actual, find_shares(-torch.ones(len(fake))), think=think, read=READ)
    think = "does any step drop a dimension, divide by a fixed number, or choose a dtype of its own?"
    others = observed(probes.on_other_shapes)
    actual = others["loss_of_a_column"]
    assert_matches("the loss of a column", actual, expected.float(), think=think, read=CONTRACT)
    actual = others["loss_of_one"]
    assert_matches("the loss of one image", actual, -fake[3], think=think, read=CONTRACT)
    actual = others.get("gradient_of_fake_of_one")
    assert_matches("the gradient of one logit", actual, -torch.ones(1), think=think, read=CONTRACT)
    actual = others["loss_far_out"]
    assert_matches("the loss of logits far out", actual, 1000 * expected.float(), think=think, read=CONTRACT)
    assert_matches("the loss in float64", others["loss_in_float64"], expected, think=think, read=CONTRACT)
    assert_untouched(others, fake, what="the logits", read=CONTRACT)


@points(1, asks=("device",))
def test_logits_may_lie_on_a_gpu(observed):
    """Logits on a GPU give the same loss and the same gradient, which stay there."""
    values, own = observed(probes.on_a_gpu), observed(probes.on_fake_logits)
    assert_same_on_gpu(values, own, "loss", "gradient_of_fake", read=CONTRACT)
