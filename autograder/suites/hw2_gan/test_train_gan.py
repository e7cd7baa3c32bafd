"""Hidden tests of train_gan: 6 points."""

from functools import cache

import torch
from torch import Tensor

from autograder.checks import assert_matches, assert_that, points
from autograder.suites.hw2_gan.assertions import assert_parameters
from autograder.suites.hw2_gan.equations.minimax import Game
from autograder.suites.hw2_gan.probes import train_gan as probes

READ = "GAN (Goodfellow et al., 2014), algorithm 1; notebook section 2.3"
CONTRACT = "the docstring of train_gan; notebook section 2.3"


@cache
def _trained(k: int) -> tuple[Game, Tensor, Tensor]:
    """The game after training with k = 3 or k = 1, and both histories."""
    data = probes.two_rounds_of_three() if k == 3 else probes.three_rounds_of_one()
    game = Game(*probes.two_networks(), learning_rate=probes.LEARNING_RATE, sgd_momentum=probes.SGD_MOMENTUM)
    return game, *game.train(*data, k)


def _history(values: dict, player: str) -> Tensor:
    """A player's losses, (number of steps,); none where something else came back."""
    losses = values[f"losses_{player}"]
    return losses if isinstance(losses, Tensor) and losses.dim() == 1 else torch.zeros(0)


@points(1)
def test_each_round_has_k_steps_of_d_and_one_of_g(observed):
    """With six batches and k = 3 there are six losses of the discriminator and two of the generator, all floats."""
    values = observed(probes.train_two_rounds_of_three)
    think = "how many batches does one round use up, and how many steps of each player are in it?"
    for player, expected in zip("dg", _trained(3)[1:], strict=True):
        count = len(_history(values, player))
        saw = f"the losses of {player.upper()} are {count} numbers"
        assert_that(count == len(expected), saw=saw, think=think, read=READ)
    think = "what should a list of thousands of losses keep in memory?"
    assert_that(values["are_floats"] is True, saw="a loss is no Python float", think=think, read=CONTRACT)
    name, actual = "the loss of the first step of D", _history(values, "d")[0]
    assert_matches(name, actual, _trained(3)[1][0], think="who begins a round?", read=READ)


@points(1)
def test_d_takes_the_batches_and_its_noise_in_order(observed):
    """With k = 3, D's losses in the first round are those of the first three batches and noises, G still unmoved."""
    think = "which batch and which noise does each step of D take, and has G moved before the round is over?"
    actual = _history(observed(probes.train_two_rounds_of_three), "d")[:3]
    assert_matches("the discriminator's first three losses", actual, _trained(3)[1][:3], think=think, read=READ)


@points(1)
def test_g_takes_the_noise_that_follows(observed):
    """With k = 3, G's first loss is that of the fourth noise, and of D after its three steps."""
    think = "how many steps has D taken by then, and which noise comes after those that they used?"
    actual = _history(observed(probes.train_two_rounds_of_three), "g")[:1]
    assert_matches("the generator's first loss", actual, _trained(3)[2][:1], think=think, read=READ)


@points(1)
def test_the_next_round_goes_on_from_there(observed):
    """With k = 3, the losses of the second round are those of the next batches, the next noises, and a G that moved."""
    values, (_, losses_d, losses_g) = observed(probes.train_two_rounds_of_three), _trained(3)
    think = "which batches and noises are used up by then, and what has each player learnt?"
    name, actual = "the discriminator's losses in the second round", _history(values, "d")[3:]
    assert_matches(name, actual, losses_d[3:], think=think, read=READ)
    name, actual = "the generator's loss in the second round", _history(values, "g")[1:]
    assert_matches(name, actual, losses_g[1:], think=think, read=READ)


@points(1)
def test_both_players_end_where_the_rounds_lead(observed):
    """With k = 3, both networks end where six steps of D and two of G lead, each with its own optimizer."""
    values, (game, *_) = observed(probes.train_two_rounds_of_three), _trained(3)
    think = "which optimizer goes with which player, and does the last round end with a step of G?"
    assert_parameters(values, "D", game.D, "after the training", think=think, read=READ)
    assert_parameters(values, "G", game.G, "after the training", think=think, read=READ)


@points(1)
def test_one_step_each_works(observed):
    """With k = 1 the players take turns, three times."""
    values, (game, losses_d, losses_g) = observed(probes.train_three_rounds_of_one), _trained(1)
    think = "does the loop use the k it is given?"
    assert_matches("the discriminator's losses with k = 1", values["losses_d"], losses_d, think=think, read=READ)
    assert_matches("the generator's losses with k = 1", values["losses_g"], losses_g, think=think, read=READ)
    assert_parameters(values, "D", game.D, "after the training with k = 1", think=think, read=READ)
    assert_parameters(values, "G", game.G, "after the training with k = 1", think=think, read=READ)
