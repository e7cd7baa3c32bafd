"""Hidden tests of saturating_generator_loss: 4 points."""

from autograder.suites.assertions import assert_matches, assert_shape, assert_that, points
from autograder.suites.hw2_gan.assertions import (
    assert_even_at_zero,
    assert_reached,
    assert_same_on_gpu,
    assert_stable,
    assert_untouched,
)
from autograder.suites.hw2_gan.equations.minimax import find_gradients, find_saturating_generator_loss
from autograder.suites.hw2_gan.probes import saturating_generator_loss as probes

READ = "GAN (Goodfellow et al., 2014), eq. 1; notebook section 1.3"
CONTRACT = "the docstring of saturating_generator_loss; notebook section 1.3"
EXPECTED = find_saturating_generator_loss(probes.five_fakes())
UNASKED = {
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


@points(1, asks=("special",))
def test_the_loss_is_log_of_1_minus_d(observed):
    """The loss is E log(1 - D(G(z))), below 0; every logit is pulled up, and the lower it is, the less."""
    values = observed(probes.on_fake_logits)
    think = "which term of the game's value depends on the generator, and which sign does it have there?"
    assert_matches("loss", values["loss"], EXPECTED.float(), think=think, read=READ)
    assert_reached(values, "fake", read=CONTRACT)
    gradient = values["gradient_of_fake"]  # the logits rise from first to last
    assert_shape("the gradient of the logits", gradient, *probes.five_fakes().shape, read=CONTRACT)
    saw = "a descent step does not raise every logit"
    think = "the generator minimises here what D maximises: which way should a fake image's logit move?"
    assert_that(bool((gradient < 0).all()), saw=saw, think=think, read=READ)
    saw = "a fake that D sees through is pulled as hard as one that D takes for real, or harder"
    think = "what does log(1 - D) look like near D = 0, and what is its slope there?"
    assert_that(bool((gradient.diff() < 0).all()), saw=saw, think=think, read=READ)
    assert_even_at_zero(observed(probes.around_zero), "fake", read=CONTRACT)


@points(1, asks=("ends",))
def test_logits_of_20_and_200(observed):
    """At logits of 20 and 200 in size the loss is finite, and pulls on a fake that D takes for real."""
    for size in (20, 200):
        assert_stable(observed(probes.on_large_logits), size, "fake", read="notebook section 1.3")


@points(1, asks=("one", "dtypes", "inputs"))
def test_any_shape_and_float64_work(observed):
    """Logits as a row (B,) or a column (B, 1), of one image or many, in float64 too; they are left as they were."""
    values, fake = observed(probes.on_other_shapes), probes.five_fakes()
    think = "does any step drop a dimension, bring in a shape of its own, or choose a dtype of its own?"
    assert_matches("the loss of a column", values["loss_of_a_column"], EXPECTED.float(), think=think, read=CONTRACT)
    for name, index in (("loss_of_one", 1), ("loss_of_one_in_a_column", 3)):
        single = find_saturating_generator_loss(fake[index]).float()
        assert_matches("the loss of one image", values[name], single, think=think, read=CONTRACT)
    (expected,), actual = (
        find_gradients(find_saturating_generator_loss, fake[1:2]),
        values.get("gradient_of_fake_of_one"),
    )
    assert_matches("the gradient of one logit", actual, expected.float(), think=think, read=CONTRACT)
    assert_matches("the loss in float64", values["loss_in_float64"], EXPECTED, think=think, read=CONTRACT)
    assert_untouched(values, fake, what="the logits", read=CONTRACT)


@points(1, asks=("device",))
def test_logits_may_lie_on_a_gpu(observed):
    """Logits on a GPU give the same loss and the same gradient, which stay there."""
    values, own = observed(probes.on_a_gpu), observed(probes.on_fake_logits)
    assert_same_on_gpu(values, own, "loss", "gradient_of_fake", read=CONTRACT)
