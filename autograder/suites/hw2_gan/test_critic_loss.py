"""Hidden tests of critic_loss: 3 points."""

import torch
from torch import Tensor

from autograder.checks import assert_matches, assert_that, points
from autograder.suites.hw2_gan.equations.wasserstein import find_critic_loss, is_unchanged
from autograder.suites.hw2_gan.probes import critic_loss as probes

READ = "WGAN (Arjovsky et al., 2017), algorithm 1; notebook section 5.1"
CONTRACT = "the docstring of critic_loss; notebook section 5.1"
EXPECTED = find_critic_loss(*probes.four_and_four())


@points(1)
def test_the_loss_is_fake_minus_real(observed):
    """The loss is E f(G(z)) - E f(x) for four real and four fake images, whether the critic is right or wrong."""
    values = observed(probes.on_equal_batches)
    think = "which images should a critic score high, is a loss large or small then, and what is done to a score first?"
    assert_matches("the loss", values["loss"], EXPECTED.float(), think=think, read=READ)
    name = "the loss of a critic that scores fake images higher"
    actual = values["loss_of_a_critic_that_is_wrong"]
    expected = find_critic_loss(*reversed(probes.four_and_four())).float()
    assert_matches(name, actual, expected, think=think, read=READ)


@points(1)
def test_each_expectation_is_a_mean_over_its_own_batch(observed):
    """With three real and five fake images, a real score weighs a third and a fake one a fifth, whatever the sign."""
    values = observed(probes.on_unequal_batches)
    think = "over how many scores does each mean go, and does a path lead from each of them to the loss?"
    for kind, scores in zip(("real", "fake"), probes.three_and_five(), strict=True):
        gradient = values.get(f"gradient_of_{kind}")
        saw = f"no gradient reaches the scores of {kind} images"
        assert_that(isinstance(gradient, Tensor), saw=saw, think=think, read=CONTRACT)
        name, expected = f"the size of the gradient of {kind} scores", torch.full_like(scores, 1 / len(scores)).double()
        assert_matches(name, gradient.double().abs(), expected, think=think, read=READ)


@points(1)
def test_any_shape_and_float64_work(observed):
    """Scores as a row (B,) or a column (B, 1), of one image or many, in float64 too; they are left unchanged."""
    values, (real, fake) = observed(probes.on_other_shapes), probes.four_and_four()
    think = "over which dimensions do you take each mean, and does any step choose a dtype of its own?"
    for name in ("columns", "row_and_column"):
        actual = values[f"loss_of_{name}"]
        assert_matches(f"the loss of {name.replace('_', ' ')}", actual, EXPECTED.float(), think=think, read=CONTRACT)
    single = find_critic_loss(real[1:2], fake[1:2]).float()
    for name in ("one_and_one", "one_column_each"):
        assert_matches("the loss of one image each", values[f"loss_of_{name}"], single, think=think, read=CONTRACT)
    name = "the loss in float64, of scores near a billion,"
    assert_matches(name, values["loss_in_float64"], EXPECTED, think=think, read=CONTRACT)
    unchanged = is_unchanged(observed(probes.on_equal_batches)["inputs_after"], real, fake)
    think = "which of your operations writes into the tensor it is given?"
    saw = "the scores hold other numbers after the call than before it"
    assert_that(unchanged, saw=saw, think=think, read=CONTRACT)
