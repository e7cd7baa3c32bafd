"""Hidden tests of discriminator_loss: 8 points."""

from autograder.suites.assertions import assert_matches, assert_shape, assert_that, points, to_number
from autograder.suites.hw2_gan.assertions import (
    assert_even_at_zero,
    assert_reached,
    assert_same_on_gpu,
    assert_stable,
    assert_untouched,
)
from autograder.suites.hw2_gan.equations.minimax import find_discriminator_loss, find_gradients
from autograder.suites.hw2_gan.probes import discriminator_loss as probes

READ = "GAN (Goodfellow et al., 2014), eq. 1; notebook section 1.1"
CONTRACT = "the docstring of discriminator_loss; notebook section 1.1"
EXPECTED = find_discriminator_loss(*probes.four_and_four())
UNASKED = {
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


@points(1)
def test_the_loss_is_the_sum_of_both_terms(observed):
    """The loss is -E log D(x) - E log(1 - D(G(z))) for four real and four fake images."""
    assert_matches(
        "loss",
        observed(probes.on_equal_batches)["loss"],
        EXPECTED.float(),
        think="which images should D call real, how do the two terms enter, and what turns a logit into D(x)?",
        read=READ,
    )


@points(1, asks=("unequal", "ragged"))
def test_each_expectation_is_a_mean_over_its_own_batch(observed):
    """With three real and five fake images, it makes no difference if all of one kind come twice."""
    values = observed(probes.on_unequal_batches)
    think = "over how many images does each of the two terms take its mean?"
    saw = "the loss does not change with the logits of the real images, or is no number"
    change = to_number(values["loss_of_other_logits"]) - to_number(values["loss"])
    assert_that(abs(change) > 0, saw=saw, think=think, read=READ)
    for kind in ("real", "fake"):
        name = f"the loss with each {kind} image twice"
        actual = values[f"loss_with_each_{kind}_image_twice"]
        assert_matches(name, actual, values["loss"], think=think, read=READ)


@points(1)
def test_real_logits_are_pulled_up_and_fake_ones_down(observed):
    """Minimising the loss raises every real logit and lowers every fake one."""
    values = observed(probes.on_equal_batches)
    assert_reached(values, "real", "fake", read=CONTRACT)
    for kind, logits in zip(("real", "fake"), probes.four_and_four(), strict=True):
        name = f"the gradient of the {kind} logits"
        assert_shape(name, values[f"gradient_of_{kind}"], *logits.shape, read=CONTRACT)
    think = "what should D answer to a real image, what to a fake one, and which loss is smaller then?"
    rises = bool((values["gradient_of_real"] < 0).all())
    assert_that(rises, saw="a descent step does not raise every logit of a real image", think=think, read=READ)
    falls = bool((values["gradient_of_fake"] > 0).all())
    assert_that(falls, saw="a descent step does not lower every logit of a fake image", think=think, read=READ)


@points(1, asks=("special",))
def test_each_logit_has_the_right_gradient(observed):
    """Each logit is pulled as hard as D is wrong about its image, a logit of exactly 0 too."""
    values = observed(probes.on_equal_batches)
    assert_reached(values, "real", "fake", read=CONTRACT)
    think = "what is the derivative of -log sigmoid, and is each logit pulled by its own image alone?"
    expected = find_gradients(find_discriminator_loss, *probes.four_and_four())
    for kind, gradient in zip(("real", "fake"), expected, strict=True):
        name, actual = f"the gradient of the {kind} logits", values[f"gradient_of_{kind}"]
        assert_matches(name, actual, gradient.float(), think=think, read=READ)
    assert_even_at_zero(observed(probes.around_zero), "real", "fake", read=CONTRACT)


@points(1, asks=("ends",))
def test_logits_of_20(observed):
    """At logits of 20 in size the loss is finite, and pulls on what D has wrong."""
    assert_stable(observed(probes.on_large_logits), 20, "real", "fake", read="notebook section 1.1")


@points(1, asks=("ends",))
def test_logits_of_200(observed):
    """At logits of 200 in size the loss is finite, and pulls on what D has wrong."""
    assert_stable(observed(probes.on_large_logits), 200, "real", "fake", read="notebook section 1.1")


@points(1, asks=("one", "dtypes", "inputs"))
def test_any_shape_and_float64_work(observed):
    """Logits as a row (B,) or a column (B, 1), of one image or many, in float64 too; they are left as they were."""
    values, (real, fake) = observed(probes.on_other_shapes), probes.four_and_four()
    think = "does any step pair each real logit with each fake one, drop a dimension, or choose a dtype of its own?"
    for name in ("columns", "row_and_column", "column_and_row"):
        actual = values[f"loss_of_{name}"]
        assert_matches(f"the loss of {name.replace('_', ' ')}", actual, EXPECTED.float(), think=think, read=CONTRACT)
    single = find_discriminator_loss(real[1:2], fake[1:2]).float()
    for name in ("one_and_one", "one_column_each"):
        assert_matches("the loss of one image each", values[f"loss_of_{name}"], single, think=think, read=CONTRACT)
    for kind, gradient in zip(
        ("real", "fake"), find_gradients(find_discriminator_loss, real[1:2], fake[1:2]), strict=True
    ):
        name, actual = f"the gradient of one {kind} logit", values.get(f"gradient_of_{kind}_of_one_and_one")
        assert_matches(name, actual, gradient.float(), think=think, read=CONTRACT)
    assert_matches("the loss in float64", values["loss_in_float64"], EXPECTED, think=think, read=CONTRACT)
    assert_untouched(values, real, fake, what="the logits", read=CONTRACT)


@points(1, asks=("device",))
def test_logits_may_lie_on_a_gpu(observed):
    """Logits on a GPU give the same loss and the same gradients, which stay there."""
    values, own = observed(probes.on_a_gpu), observed(probes.on_equal_batches)
    assert_same_on_gpu(values, own, "loss", "gradient_of_real", "gradient_of_fake", read=CONTRACT)
