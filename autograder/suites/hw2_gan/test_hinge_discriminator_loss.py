"""Hidden tests of hinge_discriminator_loss: 3 points."""

from torch import Tensor

from autograder.checks import assert_matches, assert_that, points
from autograder.suites.hw2_gan.assertions import assert_reached, assert_unchanged, to_number
from autograder.suites.hw2_gan.equations.biggan import find_hinge_discriminator_loss
from autograder.suites.hw2_gan.equations.shares import find_shares
from autograder.suites.hw2_gan.probes import hinge_discriminator_loss as probes

READ = "BigGAN (Brock et al., 2019), section 3; notebook section 7.1"
CONTRACT = "the docstring of hinge_discriminator_loss; notebook section 7.1"


@points(1)
def test_the_loss_is_the_sum_of_both_hinges(observed):
    """The loss is E max(0, 1 - D(x)) + E max(0, 1 + D(G(z))) for four real and four fake images."""
    think = "on which side of which margin does an image of each kind cost nothing, and what does it cost elsewhere?"
    actual, expected = observed(probes.on_equal_batches)["loss"], find_hinge_discriminator_loss(*probes.four_and_four())
    assert_matches("the loss", actual, expected.float(), think=think, read=READ)


@points(1)
def test_beyond_the_margin_nothing_pulls(observed):
    """Short of their margin, real logits are pulled up and fake ones down, all equally hard; beyond it none is."""
    values, (real, fake) = observed(probes.on_equal_batches), probes.four_and_four()
    assert_reached(values, "real", "fake", read=CONTRACT)
    think = "where is the margin of real images, where that of fake ones, and what is the slope on each side of it?"
    for kind, pull in (("real", -(real < 1).double()), ("fake", (fake > -1).double())):
        name, actual = f"the share of the pull that each {kind} logit gets", find_shares(values[f"gradient_of_{kind}"])
        assert_matches(name, actual, find_shares(pull), think=think, read=READ)


@points(1)
def test_each_expectation_is_a_mean_over_its_own_batch(observed):
    """Images that come twice change nothing; rows (B,), columns (B, 1), one image each and float64 work."""
    values = observed(probes.on_other_shapes)
    think = "over how many images does each of the two terms take its mean, whatever shape they come in?"
    change = to_number(values["loss_of_other_logits"]) - to_number(values["loss"])
    saw = "the loss does not change with the logits of the real images, or is no number"
    assert_that(abs(change) > 0, saw=saw, think=think, read=READ)
    for name in ("with_each_real_image_twice", "with_each_fake_image_twice", "of_columns", "of_row_and_column"):
        label = f"the loss {name.replace('_', ' ')}"
        assert_matches(label, values[f"loss_{name}"], values["loss"], think=think, read=READ)
    alone, repeated = values["loss_of_one_and_one"], values["loss_of_three_equal_pairs"]
    assert_matches("the loss of one image each", alone, repeated, think=think, read=CONTRACT)
    think = "does any step choose a dtype of its own?"
    in_float64 = values["loss"].double() if isinstance(values["loss"], Tensor) else values["loss"]
    assert_matches("the loss in float64", values["loss_in_float64"], in_float64, think=think, read=CONTRACT)
    after = observed(probes.on_equal_batches)["inputs_after"]
    assert_unchanged(after, *probes.four_and_four(), what="the logits hold", read=CONTRACT)
