"""Hidden tests of hinge_discriminator_loss: 3 points."""

import torch
from torch import Tensor

from autograder.suites.assertions import assert_matches, assert_that, points, to_number
from autograder.suites.hw2_gan.assertions import assert_reached, assert_same_on_gpu, assert_untouched, to_numbers
from autograder.suites.hw2_gan.equations.biggan import find_hinge_discriminator_loss
from autograder.suites.hw2_gan.equations.shares import find_shares
from autograder.suites.hw2_gan.probes import hinge_discriminator_loss as probes

READ = "BigGAN (Brock et al., 2019), section 3; notebook section 7.1"
CONTRACT = "the docstring of hinge_discriminator_loss; notebook section 7.1"
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


@points(1, asks=("special", "ends"))
def test_the_loss_is_the_sum_of_both_hinges(observed):
    """The loss is E max(0, 1 - D(x)) + E max(0, 1 + D(G(z))): short of a margin all are pulled alike, beyond none."""
    values, (real, fake) = observed(probes.on_equal_batches), probes.four_and_four()
    think = "on which side of which margin does an image of each kind cost nothing, and what does it cost elsewhere?"
    expected = find_hinge_discriminator_loss(real, fake).float()
    assert_matches("the loss", values["loss"], expected, think=think, read=READ)
    assert_reached(values, "real", "fake", read=CONTRACT)
    think = "where is the margin of real images, where that of fake ones, and what is the slope on each side of it?"
    for kind, pull in (("real", -(real < 1).double()), ("fake", (fake > -1).double())):
        name, actual = f"the share of the pull that each {kind} logit gets", find_shares(values[f"gradient_of_{kind}"])
        assert_matches(name, actual, find_shares(pull), think=think, read=READ)
    values, think = observed(probes.on_the_margins), "what does an image on a margin cost, and one far on either side?"
    edges, far = torch.tensor([-1.0, 0.0, 1.0]), torch.tensor([10000.0, -10000.0])
    expected = find_hinge_discriminator_loss(edges, edges).float()
    assert_matches("the loss on the margins", values["loss"], expected, think=think, read=READ)
    expected = find_hinge_discriminator_loss(far, far).float()
    assert_matches("the loss far out", values["loss_far_out"], expected, think=think, read=READ)


@points(1, asks=("one", "unequal", "ragged", "dtypes", "inputs"))
def test_each_expectation_is_a_mean_over_its_own_batch(observed):
    """Images that come twice change nothing; rows (B,), columns (B, 1), one image each and float64 work."""
    values = observed(probes.on_other_shapes)
    think = "over how many images does each of the two terms take its mean, whatever shape they come in?"
    change = to_number(values["loss_of_other_logits"]) - to_number(values["loss"])
    saw = "the loss does not change with the logits of the real images, or is no number"
    assert_that(abs(change) > 0, saw=saw, think=think, read=READ)
    for name in (
        "with_each_real_image_twice",
        "with_each_fake_image_twice",
        "of_columns",
        "of_row_and_column",
        "of_column_and_row",
    ):
        label = f"the loss {name.replace('_', ' ')}"
        assert_matches(label, values[f"loss_{name}"], values["loss"], think=think, read=READ)
    alone, repeated = values["loss_of_one_and_one"], values["loss_of_three_equal_pairs"]
    assert_matches("the loss of one image each", alone, repeated, think=think, read=CONTRACT)
    think = "does any step choose a dtype of its own?"
    in_float64 = values["loss"].double() if isinstance(values["loss"], Tensor) else values["loss"]
    assert_matches("the loss in float64", values["loss_in_float64"], in_float64, think=think, read=CONTRACT)
    for kind in ("real", "fake"):
        saw = f"no gradient reaches the logit of a single {kind} image"
        is_pulled = len(to_numbers(values.get(f"gradient_of_{kind}_of_one"))) == 1
        assert_that(is_pulled, saw=saw, think="what becomes of a batch of one?", read=CONTRACT)
    assert_untouched(values, *probes.three_and_five(), what="the logits", read=CONTRACT)


@points(1, asks=("device",))
def test_logits_may_lie_on_a_gpu(observed):
    """Logits on a GPU give the same loss and the same gradients, which stay there."""
    values, own = observed(probes.on_a_gpu), observed(probes.on_equal_batches)
    assert_same_on_gpu(values, own, "loss", "gradient_of_real", "gradient_of_fake", read=CONTRACT)
