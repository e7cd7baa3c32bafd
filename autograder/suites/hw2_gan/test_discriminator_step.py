"""Hidden tests of discriminator_step: 8 points."""

from functools import cache

import torch

from autograder.checks import assert_matches, assert_that, points
from autograder.suites.hw2_gan.assertions import assert_moved, assert_parameters
from autograder.suites.hw2_gan.equations.minimax import Game, is_unchanged
from autograder.suites.hw2_gan.probes import discriminator_step as probes
from autograder.suites.hw2_gan.probes.inputs import shrink

READ = "GAN (Goodfellow et al., 2014), algorithm 1; notebook section 2.1"
CONTRACT = "the docstring of discriminator_step; notebook section 2.1"


@cache
def _one_step() -> tuple[Game, torch.Tensor]:
    game = Game(*probes.two_networks(), learning_rate=probes.LEARNING_RATE)
    return game, game.step_discriminator(*probes.batch(0)).float()


@points(1)
def test_the_discriminator_takes_one_step(observed):
    """D moves by one step of the given optimizer against the gradient of its loss on these images and this noise."""
    think = "which images enter the loss, which gradient does the optimizer find, and how often is it asked to step?"
    game, _ = _one_step()
    assert_parameters(observed(probes.take_a_step), "D", game.D, "after the step", think=think, read=READ)


@points(1)
def test_the_loss_is_that_before_the_update(observed):
    """The loss that comes back is the one that was minimised: of these images, this noise, and D as it was."""
    think = "which noise made the fake images, and had D moved when the loss was computed?"
    assert_matches("the loss", observed(probes.take_a_step)["loss"], _one_step()[1], think=think, read=READ)


@points(1)
def test_the_loss_is_returned_as_a_float(observed):
    """The step returns its loss as a Python float, which keeps no graph alive."""
    values = observed(probes.take_a_step)
    assert_moved(probes.two_networks()[1], values, "D", READ)
    saw = f"discriminator_step returned a {values['kind_of_loss']}"
    think = "a training loop collects thousands of these; what would hang on each?"
    assert_that(values["loss_is_float"] is True, saw=saw, think=think, read=CONTRACT)


@points(1)
def test_the_generator_stays_as_it_is(observed):
    """D moves, and G's parameters are bit for bit what they were, and still trainable."""
    values, (G, D) = observed(probes.take_a_step), probes.two_networks()
    assert_moved(D, values, "D", READ)
    think = "whose step is this, and what does G's next step need?"
    still = is_unchanged(values["G_after"], *G.parameters())
    assert_that(still, saw="a parameter of G has moved", think=think, read=READ)
    saw = "a parameter of G asks for no gradient any more"
    assert_that(values["G_trainable"] is True, saw=saw, think=think, read=CONTRACT)


@points(2)
def test_earlier_gradients_play_no_part(observed):
    """In three steps, with G moved and old gradients left in between, D goes where its own losses lead."""
    values = observed(probes.take_steps_in_turn)
    think = "what does backward do with a gradient that is there already, and who left it on D?"
    game = Game(*probes.two_networks(), learning_rate=probes.LEARNING_RATE, sgd_momentum=probes.SGD_MOMENTUM)
    for step in range(1, probes.STEPS + 1):
        shrink(game.G)
        game.step_discriminator(*probes.batch(step))
        assert_parameters(values, f"D_{step}", game.D, f"after step {step}", think=think, read=READ)


@points(1)
def test_batch_norm_sees_one_kind_of_image(observed):
    """D is called on real and on fake images apart: its batch norm never mixes the two."""
    game = Game(*probes.two_networks_with_norm(), learning_rate=probes.LEARNING_RATE)
    game.step_discriminator(*probes.batch(1))
    think = "over which images does batch norm take its mean when D is called, and is it in the mode it came in?"
    values = observed(probes.take_a_step_with_norm)
    assert_parameters(values, "D", game.D, "after a step with batch norm", think=think, read=CONTRACT)


@points(1)
def test_single_images_and_float64_work(observed):
    """One real image, noise for one fake one, and float64 give the right step as well."""
    game = Game(*probes.two_networks_for_one(), learning_rate=probes.LEARNING_RATE)
    game.step_discriminator(*probes.one_pair())
    think = "does any step drop a dimension of size 1, or make a tensor with a dtype of its own?"
    values = observed(probes.take_a_step_with_one_image)
    when = "after the step with one image each"
    assert_parameters(values, "D", game.D, when, think=think, read=CONTRACT, dtype=torch.float64)
