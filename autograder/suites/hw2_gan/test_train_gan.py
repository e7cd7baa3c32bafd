"""Hidden tests of train_gan: 6 points."""

from functools import cache
from typing import Any

import torch
from torch import Tensor

from autograder.suites.assertions import assert_matches, assert_moved, assert_that, points
from autograder.suites.hw2_gan.assertions import assert_kind, assert_parameters, assert_same_on_gpu
from autograder.suites.hw2_gan.equations.minimax import Game
from autograder.suites.hw2_gan.probes import train_gan as probes

READ = "GAN (Goodfellow et al., 2014), algorithm 1; notebook section 2.3"
CONTRACT = "the docstring of train_gan; notebook section 2.3"
UNASKED = {
    "odd": "batches are used as they come",
    "ends": "the loss has its own: 1.1 and 1.2",
    "special": "the loss has its own: 1.1 and 1.2",
    "ties": "nothing is ordered or chosen",
    "dtypes": "the steps have their own: 2.1 and 2.2",
    "layout": "batches and noises go into the steps as they come",
    "modules": "the steps have their own: 2.1 and 2.2",
    "long": "after the second round comes nothing new",
    "empty": "there is at least one round",
}


@cache
def _trained(k: int) -> tuple[Game, Tensor, Tensor]:
    """The game after training with k = 3, 2 or 1, and both histories."""
    plans: dict[int, Any] = {
        1: probes.three_rounds_of_one,
        2: probes.one_round_of_two,
        3: probes.two_rounds_of_three,
    }
    batches, noises = plans[k]()
    networks = probes.two_networks(with_norm=k == 3)
    game = Game(*networks, learning_rate=probes.LEARNING_RATE, sgd_momentum=probes.SGD_MOMENTUM)
    return game, *game.train(batches, noises, k)


def _history(values: dict, player: str) -> Tensor:
    """A player's losses, (number of steps,); none where something else came back."""
    losses = values[f"losses_{player}"]
    return losses if isinstance(losses, Tensor) and losses.dim() == 1 else torch.zeros(0)


@points(1, asks=("options",))
def test_each_round_has_k_steps_of_d_and_one_of_g(observed):
    """With six batches and k = 3 there are six losses of D and two of G, none with a graph."""
    values = observed(probes.train_two_rounds_of_three)
    think = "how many batches does one round use up, and how many steps of each player are in it?"
    for player, expected in zip("dg", _trained(3)[1:], strict=True):
        count = len(_history(values, player))
        saw = f"the losses of {player.upper()} are {count} numbers"
        assert_that(count == len(expected), saw=saw, think=think, read=READ)
    assert_kind(values["kinds"], "a step of train_gan", read=CONTRACT)
    name, actual = "the loss of the first step of D", _history(values, "d")[0]
    assert_matches(name, actual, _trained(3)[1][0], think="who begins a round?", read=READ)


@points(1, asks=("unequal", "ragged"))
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


@points(1, asks=("again",))
def test_the_next_round_goes_on_from_there(observed):
    """With k = 3, the second round takes the next batches and noises, and both networks end where it leads."""
    values, (game, losses_d, losses_g) = observed(probes.train_two_rounds_of_three), _trained(3)
    think = "which batches and noises are used up by then, and what has each player learnt?"
    name, actual = "the discriminator's losses in the second round", _history(values, "d")[3:]
    assert_matches(name, actual, losses_d[3:], think=think, read=READ)
    name, actual = "the generator's loss in the second round", _history(values, "g")[1:]
    assert_matches(name, actual, losses_g[1:], think=think, read=READ)
    think = "which optimizer goes with which player, and does the last round end with a step of G?"
    assert_parameters(values, "D", game.D, "after the training", think=think, read=READ)
    assert_parameters(values, "G", game.G, "after the training", think=think, read=READ)


@points(1, asks=("one", "options", "kinds", "inputs"))
def test_other_k_and_any_sequence_work(observed):
    """With k = 1 the players take turns, with k = 2 a single round works; lists, tuples and tensors stay whole."""
    think = "does the loop use the k it is given, and what does it ask of batches and noises beside their order?"
    for k, probe in ((1, probes.train_three_rounds_of_one), (2, probes.train_one_round_of_two)):
        values, (game, losses_d, losses_g) = observed(probe), _trained(k)
        assert_matches(f"D's losses with k = {k}", values["losses_d"], losses_d, think=think, read=READ)
        assert_matches(f"G's losses with k = {k}", values["losses_g"], losses_g, think=think, read=READ)
        assert_parameters(values, "D", game.D, f"after the training with k = {k}", think=think, read=READ)
        assert_parameters(values, "G", game.G, f"after the training with k = {k}", think=think, read=READ)
    left = observed(probes.train_one_round_of_two)["left"]
    saw = "the lists of batches and noises are shorter or longer after the call than before it"
    is_whole = isinstance(left, Tensor) and left.tolist() == [2, 3]
    assert_that(is_whole, saw=saw, think="whose lists are these?", read=CONTRACT)


@points(1, asks=("device",))
def test_networks_and_data_may_lie_on_a_gpu(observed):
    """With networks, batches and noises on a GPU, the training is the same."""
    values, own = observed(probes.train_on_a_gpu), observed(probes.train_one_round_of_two)
    G, D = probes.two_networks(with_norm=False)
    names = [f"G.{name}" for name, _ in G.named_parameters()] + [f"D.{name}" for name, _ in D.named_parameters()]
    assert_same_on_gpu(values, own, "losses_d", "losses_g", *names, read=CONTRACT)
    assert_moved(G, values, "G", who="the generator", read=READ)
