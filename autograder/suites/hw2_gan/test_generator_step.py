"""Hidden tests of generator_step: 7 points."""

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
from autograder.suites.hw2_gan.probes import generator_step as probes
from autograder.suites.hw2_gan.probes.inputs_game import shrink

READ = "GAN (Goodfellow et al., 2014), algorithm 1 and section 3; notebook section 2.2"
CONTRACT = "the docstring of generator_step; notebook section 2.2"
PLAYER = "the player whose step it is"
UNASKED = {
    "odd": "batches of 1 to 6 are cut into nothing",
    "special": "the loss has its own: 1.1 and 1.2",
    "ties": "nothing is ordered or chosen",
    "layout": "images and noise go into the networks as they come",
    "long": "there is no sequence",
    "kinds": "there is no sequence",
    "empty": "an empty batch need not work",
    "unequal": "there is one batch",
    "ragged": "there is one batch",
}


@cache
def _one_step() -> tuple[Game, torch.Tensor]:
    game = Game(*probes.two_networks(), learning_rate=probes.LEARNING_RATE)
    return game, game.step_generator(probes.noise(0)).float()


@points(1)
def test_the_generator_takes_one_step(observed):
    """G moves by one step of the given optimizer against the gradient of the non-saturating loss on this noise."""
    think = "which path does the gradient take from the loss back to G, and how often is the optimizer asked to step?"
    game, _ = _one_step()
    assert_parameters(observed(probes.take_a_step), "G", game.G, "after the step", think=think, read=READ)
    networks, z = probes.good_networks_and_noise()
    game = Game(*networks, learning_rate=probes.LEARNING_RATE)
    game.step_generator(z)
    think, values = "when does the optimizer take its step?", observed(probes.take_a_step_with_a_good_g)
    assert_parameters(values, "G", game.G, "after a step with a small loss", think=think, read=CONTRACT)


@points(1, asks=("dtypes",))
def test_the_loss_is_that_before_the_update(observed):
    """What comes back is the loss that was minimised, of this noise and of G as it was; it has no graph."""
    think = "which of the generator's two losses is it, of which noise, and had G moved when it was computed?"
    values = observed(probes.take_a_step)
    assert_matches("the loss", values["loss"], _one_step()[1], think=think, read=READ)
    assert_moved(probes.two_networks()[0], values, "G", who=PLAYER, read=READ)
    assert_kind(values["kind_of_loss"], "generator_step", read=CONTRACT)


@points(1, asks=("inputs", "modules"))
def test_the_discriminator_stays_as_it_is(observed):
    """G moves; D's parameters are bit for bit what they were and still trainable; modes and inputs stay."""
    values, (G, D) = observed(probes.take_a_step), probes.two_networks()
    assert_moved(G, values, "G", who=PLAYER, read=READ)
    think = "whose step is this, and what does D's next step need?"
    still = is_unchanged(values["D_after"], *D.parameters())
    assert_that(still, saw="a parameter of D has moved", think=think, read=READ)
    saw = "a parameter of D asks for no gradient any more"
    assert_that(values["D_trainable"] is True, saw=saw, think=think, read=CONTRACT)
    values = observed(probes.leave_inputs_alone)
    assert_moved(G, values, "G", who=PLAYER, read=READ)
    assert_untouched(values, probes.noise(0), what="the noise", read=CONTRACT)
    saw = "a network, or a layer of it, comes back in evaluation mode"
    think = "in which mode does the next step find both networks?"
    assert_that("evaluation" not in str(values["modes_after"]), saw=saw, think=think, read=CONTRACT)


@points(1, asks=("again", "options"))
def test_earlier_gradients_play_no_part(observed):
    """In three steps, with D moved and old gradients left in between, G goes where its own losses lead."""
    values = observed(probes.take_steps_in_turn)
    think = "what does backward do with a gradient that is there already, and who left it on G?"
    game = Game(*probes.two_networks(), learning_rate=probes.LEARNING_RATE, sgd_momentum=probes.SGD_MOMENTUM)
    for step in range(1, probes.STEPS + 1):
        shrink(game.D)
        game.step_generator(probes.noise(step))
        assert_parameters(values, f"G_{step}", game.G, f"after step {step}", think=think, read=READ)


@points(1, asks=("modules",))
def test_batch_norm_sees_the_whole_batch(observed):
    """G and D are in training mode: batch norm takes its mean over this batch."""
    think = "which mean does batch norm take in training, and which one after eval()?"
    read = "PyTorch's documentation of BatchNorm1d; notebook section 2.2"
    game = Game(*probes.two_networks_with_norm(), learning_rate=probes.LEARNING_RATE)
    game.step_generator(probes.noise(4))
    values = observed(probes.take_a_step_with_norm)
    assert_parameters(values, "G", game.G, "after a step with batch norm", think=think, read=read)


@points(1, asks=("one", "dtypes", "ends"))
def test_a_single_image_and_float64_work(observed):
    """Noise for one image, float64, and logits of 150 give the right step as well."""
    think = "does any step drop a dimension of size 1, or make a tensor with a dtype of its own?"
    game = Game(*probes.two_networks_for_one(), learning_rate=probes.LEARNING_RATE)
    game.step_generator(probes.noise_for_one())
    values, when = observed(probes.take_a_step_with_one_image), "after the step with one image"
    assert_parameters(values, "G", game.G, when, think=think, read=CONTRACT, dtype=torch.float64)
    game = Game(*probes.two_networks(), learning_rate=probes.LEARNING_RATE)
    game.step_generator(probes.noise_for_one())
    values = observed(probes.take_a_step_with_a_row_of_one)
    assert_parameters(values, "G", game.G, when, think=think, read=CONTRACT, dtype=torch.float64)
    think = "what becomes of a loss, and of its gradient, where D is as sure as can be?"
    game = Game(*probes.two_networks_and_a_sure_d(), learning_rate=probes.LEARNING_RATE)
    loss = game.step_generator(probes.noise(0)).float()
    values = observed(probes.take_a_step_with_a_sure_d)
    assert_matches("the loss with a sure D", values["loss"], loss, think=think, read=CONTRACT)
    assert_parameters(values, "G", game.G, "after the step with a sure D", think=think, read=CONTRACT)


@points(1, asks=("device",))
def test_networks_and_tensors_may_lie_on_a_gpu(observed):
    """With networks, noise on a GPU, the step and its loss are the same."""
    values, own = observed(probes.take_a_step_on_a_gpu), observed(probes.take_a_step)
    names = [f"G.{name}" for name, _ in probes.two_networks()[0].named_parameters()]
    assert_same_on_gpu(values, own, "loss", *names, read=CONTRACT)
    assert_moved(probes.two_networks()[0], values, "G", who=PLAYER, read=READ)
