"""Hidden tests of generator_loss: 5 points."""

from autograder.checks import assert_matches, assert_that, points
from autograder.suites.hw2_gan.assertions import assert_reached, assert_stable
from autograder.suites.hw2_gan.equations.minimax import find_generator_loss, is_unchanged
from autograder.suites.hw2_gan.probes import generator_loss as probes

READ = "GAN (Goodfellow et al., 2014), section 3; notebook section 1.2"
CONTRACT = "the docstring of generator_loss; notebook section 1.2"
EXPECTED = find_generator_loss(probes.five_fakes())


@points(1)
def test_the_loss_is_minus_log_d(observed):
    """The loss is -E log D(G(z)), a mean over five fake images."""
    assert_matches(
        "loss",
        observed(probes.on_fake_logits)["loss"],
        EXPECTED.float(),
        think="what does the generator want D to say, and what does it pay when D says it with probability D(G(z))?",
        read=READ,
    )


@points(1)
def test_a_fake_is_pulled_hardest_where_d_sees_through_it(observed):
    """Every logit is pulled up, and the lower it is, the harder: the loss does not saturate."""
    values = observed(probes.on_fake_logits)
    assert_reached(values, "fake", read=CONTRACT)
    gradient = values["gradient_of_fake"].flatten()  # the logits rise from first to last
    saw = "a descent step does not raise every logit"
    think = "which way should a fake image's logit move to please the generator?"
    assert_that(bool((gradient < 0).all()), saw=saw, think=think, read=READ)
    saw = "a fake that D takes for real is pulled as hard as one that D sees through, or harder"
    think = "at the start of training D sees through every fake: which of the generator's two losses is flat there?"
    assert_that(bool((gradient.diff() > 0).all()), saw=saw, think=think, read=READ)


@points(1)
def test_logits_of_20(observed):
    """At logits of 20 in size the loss is finite, and pulls on a fake that D sees through."""
    assert_stable(observed(probes.on_fake_logits), 20, "fake", read="notebook section 1.2")


@points(1)
def test_logits_of_200(observed):
    """At logits of 200 in size the loss is finite, and pulls on a fake that D sees through."""
    assert_stable(observed(probes.on_fake_logits), 200, "fake", read="notebook section 1.2")


@points(1)
def test_any_shape_and_float64_work(observed):
    """Logits as a row (B,) or a column (B, 1), of one image or many, in float64 too; they are left unchanged."""
    values, fake = observed(probes.on_other_shapes), probes.five_fakes()
    think = "does any step drop a dimension, bring in a shape of its own, or choose a dtype of its own?"
    assert_matches("the loss of a column", values["loss_of_a_column"], EXPECTED.float(), think=think, read=CONTRACT)
    for name, index in (("loss_of_one", 1), ("loss_of_one_in_a_column", 3)):
        single = find_generator_loss(fake[index]).float()
        assert_matches("the loss of one image", values[name], single, think=think, read=CONTRACT)
    assert_matches("the loss in float64", values["loss_in_float64"], EXPECTED, think=think, read=CONTRACT)
    unchanged = is_unchanged(observed(probes.on_fake_logits)["inputs_after"], fake)
    think = "which of your operations writes into the tensor it is given?"
    saw = "the logits hold other numbers after the call than before it"
    assert_that(unchanged, saw=saw, think=think, read=CONTRACT)
