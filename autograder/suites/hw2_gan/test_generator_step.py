"""Hidden tests of generator_step: 7 points."""

from functools import cache

import torch

from autograder.checks import assert_matches, assert_that, points
from autograder.suites.hw2_gan.assertions import assert_moved, assert_parameters
from autograder.suites.hw2_gan.equations.minimax import Game, is_unchanged
from autograder.suites.hw2_gan.probes import generator_step as probes
from autograder.suites.hw2_gan.probes.inputs import shrink

READ = "GAN (Goodfellow et al., 2014), algorithm 1 and section 3; notebook section 2.2"
CONTRACT = "the docstring of generator_step; notebook section 2.2"


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


@points(1)
def test_the_loss_is_that_before_the_update(observed):
    """The loss that comes back is the one that was minimised: non-saturating, of this noise, and of G as it was."""
    think = "which of the generator's two losses is it, of which noise, and had G moved when it was computed?"
    assert_matches("the loss", observed(probes.take_a_step)["loss"], _one_step()[1], think=think, read=READ)


@points(1)
def test_the_loss_is_returned_as_a_float(observed):
    """The step returns its loss as a Python float, which keeps no graph alive."""
    values = observed(probes.take_a_step)
    assert_moved(probes.two_networks()[0], values, "G", READ)
    saw = f"generator_step returned a {values['kind_of_loss']}"
    think = "a training loop collects thousands of these; what would hang on each?"
    assert_that(values["loss_is_float"] is True, saw=saw, think=think, read=CONTRACT)


@points(1)
def test_the_discriminator_stays_as_it_is(observed):
    """G moves, and D's parameters are bit for bit what they were, and still trainable."""
    values, (G, D) = observed(probes.take_a_step), probes.two_networks()
    assert_moved(G, values, "G", READ)
    think = "whose step is this, and what does D's next step need?"
    still = is_unchanged(values["D_after"], *D.parameters())
    assert_that(still, saw="a parameter of D has moved", think=think, read=READ)
    saw = "a parameter of D asks for no gradient any more"
    assert_that(values["D_trainable"] is True, saw=saw, think=think, read=CONTRACT)


@points(1)
def test_earlier_gradients_play_no_part(observed):
    """In three steps, with D moved and old gradients left in between, G goes where its own losses lead."""
    values = observed(probes.take_steps_in_turn)
    think = "what does backward do with a gradient that is there already, and who left it on G?"
    game = Game(*probes.two_networks(), learning_rate=probes.LEARNING_RATE, sgd_momentum=probes.SGD_MOMENTUM)
    for step in range(1, probes.STEPS + 1):
        shrink(game.D)
        game.step_generator(probes.noise(step))
        assert_parameters(values, f"G_{step}", game.G, f"after step {step}", think=think, read=READ)


@points(1)
def test_batch_norm_sees_the_whole_batch(observed):
    """G and D work in the mode they come in: in training, batch norm takes its mean over this batch."""
    game = Game(*probes.two_networks_with_norm(), learning_rate=probes.LEARNING_RATE)
    game.step_generator(probes.noise(4))
    think = "which mean does batch norm take in training, and which one after eval()?"
    values = observed(probes.take_a_step_with_norm)
    read = "PyTorch's documentation of BatchNorm1d; notebook section 2.2"
    assert_parameters(values, "G", game.G, "after a step with batch norm", think=think, read=read)


@points(1)
def test_a_single_image_and_float64_work(observed):
    """Noise for one image, in float64, gives the right step as well."""
    game = Game(*probes.two_networks_for_one(), learning_rate=probes.LEARNING_RATE)
    game.step_generator(probes.noise_for_one())
    think = "does any step drop a dimension of size 1, or make a tensor with a dtype of its own?"
    values = observed(probes.take_a_step_with_one_image)
    when = "after the step with one image"
    assert_parameters(values, "G", game.G, when, think=think, read=CONTRACT, dtype=torch.float64)
