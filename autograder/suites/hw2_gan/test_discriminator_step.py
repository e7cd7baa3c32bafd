"""Hidden tests of discriminator_step: 8 points."""

from functools import cache

import torch

from autograder.suites.assertions import assert_matches, assert_moved, assert_that, is_unchanged, points
from autograder.suites.hw2_gan.assertions import (
    assert_kind,
    assert_parameters,
    assert_same_on_gpu,
    assert_untouched,
)
from autograder.suites.hw2_gan.equations.minimax import Game
from autograder.suites.hw2_gan.probes import discriminator_step as probes
from autograder.suites.hw2_gan.probes.inputs_game import shrink

READ = "GAN (Goodfellow et al., 2014), algorithm 1; notebook section 2.1"
CONTRACT = "the docstring of discriminator_step; notebook section 2.1"
PLAYER = "the player whose step it is"
UNASKED = {
    "odd": "batches of 1 to 6 are cut into nothing",
    "special": "the loss has its own: 1.1 and 1.2",
    "ties": "nothing is ordered or chosen",
    "layout": "images and noise go into the networks as they come",
    "long": "there is no sequence",
    "kinds": "there is no sequence",
    "empty": "an empty batch need not work",
}


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
    networks, given = probes.good_networks_and_batch()
    game = Game(*networks, learning_rate=probes.LEARNING_RATE)
    game.step_discriminator(*given)
    think, values = "when does the optimizer take its step?", observed(probes.take_a_step_with_a_good_d)
    assert_parameters(values, "D", game.D, "after a step with a small loss", think=think, read=CONTRACT)


@points(1)
def test_the_loss_is_that_before_the_update(observed):
    """The loss that comes back is the one that was minimised: of these images, this noise, and D as it was."""
    think = "which noise made the fake images, and had D moved when the loss was computed?"
    assert_matches("the loss", observed(probes.take_a_step)["loss"], _one_step()[1], think=think, read=READ)


@points(1, asks=("dtypes",))
def test_the_loss_has_no_graph(observed):
    """The step moves D, and returns its loss without a graph: a 0-d tensor or a Python float."""
    values = observed(probes.take_a_step)
    assert_moved(probes.two_networks()[1], values, "D", who=PLAYER, read=READ)
    assert_kind(values["kind_of_loss"], "discriminator_step", read=CONTRACT)


@points(1, asks=("inputs", "modules"))
def test_the_generator_stays_as_it_is(observed):
    """D moves; G's parameters are bit for bit what they were and still trainable; modes and inputs stay."""
    values, (G, D) = observed(probes.take_a_step), probes.two_networks()
    assert_moved(D, values, "D", who=PLAYER, read=READ)
    think = "whose step is this, and what does G's next step need?"
    still = is_unchanged(values["G_after"], *G.parameters())
    assert_that(still, saw="a parameter of G has moved", think=think, read=READ)
    saw = "a parameter of G asks for no gradient any more"
    assert_that(values["G_trainable"] is True, saw=saw, think=think, read=CONTRACT)
    values = observed(probes.leave_inputs_alone)
    assert_moved(D, values, "D", who=PLAYER, read=READ)
    assert_untouched(values, *probes.batch(0), what="the images or the noise", read=CONTRACT)
    saw = "a network, or a layer of it, comes back in evaluation mode"
    think = "in which mode does the next step find both networks?"
    assert_that("evaluation" not in str(values["modes_after"]), saw=saw, think=think, read=CONTRACT)


@points(1, asks=("again", "options", "ragged", "unequal"))
def test_earlier_gradients_play_no_part(observed):
    """In three steps, with G moved and old gradients left in between, D goes where its own losses lead."""
    values = observed(probes.take_steps_in_turn)
    think = "what does backward do with a gradient that is there already, and who left it on D?"
    game = Game(*probes.two_networks(), learning_rate=probes.LEARNING_RATE, sgd_momentum=probes.SGD_MOMENTUM)
    for step in range(1, probes.STEPS + 1):
        shrink(game.G)
        game.step_discriminator(*probes.batch(step))
        assert_parameters(values, f"D_{step}", game.D, f"after step {step}", think=think, read=READ)


@points(1, asks=("modules",))
def test_batch_norm_sees_one_kind_of_image(observed):
    """D is called on real and on fake images apart, and both networks are in training mode."""
    think = "over which images does batch norm take its mean when D is called, and in which mode is it?"
    game = Game(*probes.two_networks_with_norm(), learning_rate=probes.LEARNING_RATE)
    game.step_discriminator(*probes.batch(1))
    values = observed(probes.take_a_step_with_norm)
    assert_parameters(values, "D", game.D, "after a step with batch norm", think=think, read=CONTRACT)


@points(1, asks=("one", "dtypes", "ends"))
def test_single_images_and_float64_work(observed):
    """One real image and noise for one fake one, float64, and logits of 150 give the right step as well."""
    think = "does any step drop a dimension of size 1, or make a tensor with a dtype of its own?"
    game = Game(*probes.two_networks_for_one(), learning_rate=probes.LEARNING_RATE)
    game.step_discriminator(*probes.one_pair())
    values, when = observed(probes.take_a_step_with_one_image), "after the step with one image each"
    assert_parameters(values, "D", game.D, when, think=think, read=CONTRACT, dtype=torch.float64)
    game = Game(*probes.two_networks(), learning_rate=probes.LEARNING_RATE)
    game.step_discriminator(*probes.one_pair())
    values = observed(probes.take_a_step_with_a_row_of_one)
    assert_parameters(values, "D", game.D, when, think=think, read=CONTRACT, dtype=torch.float64)
    think = "what becomes of a loss, and of its gradient, where D is as sure as can be?"
    game = Game(*probes.two_networks_and_a_sure_d(), learning_rate=probes.LEARNING_RATE)
    loss = game.step_discriminator(*probes.batch(0)).float()
    values = observed(probes.take_a_step_with_a_sure_d)
    assert_matches("the loss with a sure D", values["loss"], loss, think=think, read=CONTRACT)
    assert_parameters(values, "D", game.D, "after the step with a sure D", think=think, read=CONTRACT)


@points(1, asks=("device",))
def test_networks_and_tensors_may_lie_on_a_gpu(observed):
    """With networks, images and noise on a GPU, the step and its loss are the same."""
    values, own = observed(probes.take_a_step_on_a_gpu), observed(probes.take_a_step)
    names = [f"D.{name}" for name, _ in probes.two_networks()[1].named_parameters()]
    assert_same_on_gpu(values, own, "loss", *names, read=CONTRACT)
    assert_moved(probes.two_networks()[1], values, "D", who=PLAYER, read=READ)
