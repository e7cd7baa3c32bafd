"""Hidden tests of critic_loss: 3 points."""

import torch
from torch import Tensor

from autograder.suites.assertions import assert_matches, assert_that, points
from autograder.suites.hw2_gan.assertions import assert_same_on_gpu, assert_untouched, to_numbers
from autograder.suites.hw2_gan.equations.wasserstein import find_critic_loss
from autograder.suites.hw2_gan.probes import critic_loss as probes

READ = "WGAN (Arjovsky et al., 2017), algorithm 1; notebook section 5.1"
CONTRACT = "the docstring of critic_loss; notebook section 5.1"
EXPECTED = find_critic_loss(*probes.four_and_four())
ONE = torch.ones(1).double()
UNASKED = {
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


@points(1, asks=("unequal", "ragged"))
def test_the_loss_is_fake_minus_real(observed):
    """The loss is E f(G(z)) - E f(x), whether the critic is right or wrong, each mean over its own batch."""
    values = observed(probes.on_equal_batches)
    think = "which images should a critic score high, is a loss large or small then, and what is done to a score first?"
    assert_matches("the loss", values["loss"], EXPECTED.float(), think=think, read=READ)
    name = "the loss of a critic that scores fake images higher"
    actual = values["loss_of_a_critic_that_is_wrong"]
    expected = find_critic_loss(*reversed(probes.four_and_four())).float()
    assert_matches(name, actual, expected, think=think, read=READ)
    think = "over how many scores does each mean go, and does a path lead from each of them to the loss?"
    values = observed(probes.on_unequal_batches)
    for kind, scores in zip(("real", "fake"), probes.three_and_five(), strict=True):
        gradient = values.get(f"gradient_of_{kind}")
        saw = f"no gradient reaches the scores of {kind} images"
        assert_that(isinstance(gradient, Tensor), saw=saw, think=think, read=CONTRACT)
        name, expected = f"the size of the gradient of {kind} scores", torch.full_like(scores, 1 / len(scores)).double()
        assert_matches(name, gradient.double().abs(), expected, think=think, read=READ)


@points(1, asks=("one", "ends", "dtypes", "inputs"))
def test_any_shape_and_float64_work(observed):
    """Scores as a row (B,) or a column (B, 1), of one image or many, in float64 too; they are left as they were."""
    values, (real, fake) = observed(probes.on_other_shapes), probes.four_and_four()
    think = "over which dimensions do you take each mean, and does any step choose a dtype of its own?"
    for name in ("columns", "row_and_column", "column_and_row"):
        actual = values[f"loss_of_{name}"]
        assert_matches(f"the loss of {name.replace('_', ' ')}", actual, EXPECTED.float(), think=think, read=CONTRACT)
    single = find_critic_loss(real[1:2], fake[1:2]).float()
    for name in ("one_and_one", "one_column_each"):
        assert_matches("the loss of one image each", values[f"loss_of_{name}"], single, think=think, read=CONTRACT)
    for kind in ("real", "fake"):
        pull = to_numbers(values.get(f"gradient_of_{kind}_of_one_and_one")).abs()
        assert_matches(f"the size of the gradient of one {kind} score", pull, ONE, think=think, read=CONTRACT)
    name = "the loss in float64, of scores near a billion,"
    assert_matches(name, values["loss_in_float64"], EXPECTED, think=think, read=CONTRACT)
    assert_untouched(values, real, fake, what="the scores", read=CONTRACT)


@points(1, asks=("device",))
def test_scores_may_lie_on_a_gpu(observed):
    """Scores on a GPU give the same loss and the same gradients, which stay there."""
    values, own = observed(probes.on_a_gpu), observed(probes.on_unequal_batches)
    assert_same_on_gpu(values, own, "loss", "gradient_of_real", "gradient_of_fake", read=CONTRACT)
