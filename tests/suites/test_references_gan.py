"""The solution of hw2_gan agrees with torch's cross-entropy, and with closed forms in float64 that owe us nothing."""

import math
import types
from contextlib import suppress

import pytest
import torch
import torch.nn.functional as F
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor, nn
from torch.distributions import Categorical, kl_divergence

from autograder.authoring.record import solution_harvest

LOGITS = st.lists(st.floats(-200, 200), min_size=1, max_size=6)
LEARNING_RATE = 0.3


@pytest.fixture(scope="module")
def solution(root):
    """The functions of our own solution notebook."""
    module = types.ModuleType("solution")
    for source, place in solution_harvest(root, "hw2_gan").statements:
        with suppress(NameError):  # values that need a training cell
            exec(compile(source, place, "exec"), vars(module))
    return module


def column(values: list[float], dtype: torch.dtype = torch.float64) -> Tensor:
    """Logits (B, 1) that ask for gradients."""
    return torch.tensor(values, dtype=dtype)[:, None].requires_grad_()


def cross_entropy(logits: Tensor, target: float) -> Tensor:
    return F.binary_cross_entropy_with_logits(logits, torch.full_like(logits, target))


def assert_same(loss: Tensor, expected: Tensor, *logits: Tensor) -> None:
    """Value and gradients are those of the reference."""
    torch.testing.assert_close(loss, expected)
    torch.testing.assert_close(torch.autograd.grad(loss, logits), torch.autograd.grad(expected, logits))


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
@settings(max_examples=50)
@given(real=LOGITS, fake=LOGITS)
def test_the_discriminator_loss_is_two_cross_entropies(solution, dtype, real, fake):
    real, fake = column(real, dtype), column(fake, dtype)
    expected = cross_entropy(real, 1.0) + cross_entropy(fake, 0.0)
    assert_same(solution.discriminator_loss(real, fake), expected, real, fake)


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
@settings(max_examples=50)
@given(fake=LOGITS)
def test_the_generator_losses_are_cross_entropies_with_either_target(solution, dtype, fake):
    fake = column(fake, dtype)
    assert_same(solution.generator_loss(fake), cross_entropy(fake, 1.0), fake)
    assert_same(solution.saturating_generator_loss(fake), -cross_entropy(fake, 0.0), fake)


@settings(max_examples=50)
@given(fake=LOGITS)
def test_the_generator_losses_add_up_to_minus_the_logit(solution, fake):
    """-log D + log(1 - D) = -l: what WGAN's generator minimises."""
    fake = column(fake)
    torch.testing.assert_close(solution.generator_loss(fake) + solution.saturating_generator_loss(fake), -fake.mean())


@settings(max_examples=30)
@given(counts=st.lists(st.tuples(st.integers(1, 9), st.integers(1, 9)), min_size=2, max_size=5))
def test_the_best_discriminator_pays_log_4_less_twice_the_jensen_shannon_divergence(solution, counts):
    """Goodfellow et al., 2014, theorem 1, where both densities are counts of a few images and D* = p / (p + q)."""
    real, fake = (torch.tensor(each) for each in zip(*counts, strict=True))
    p, q = (each.double() / each.sum() for each in (real, fake))
    logits = (p / q).log()
    loss = solution.discriminator_loss(logits.repeat_interleave(real), logits.repeat_interleave(fake))
    p, q, middle = (Categorical(probs=each) for each in (p, q, (p + q) / 2))
    torch.testing.assert_close(loss, math.log(4) - kl_divergence(p, middle) - kl_divergence(q, middle))


class Scale(nn.Module):
    """Multiplies by one number."""

    def __init__(self, weight: float):
        super().__init__()
        self.weight = nn.Parameter(torch.tensor(weight, dtype=torch.float64))

    def forward(self, x: Tensor) -> Tensor:
        return self.weight * x


def sigmoid(logit: float) -> float:
    return 1 / (1 + math.exp(-logit))


def mean(values) -> float:
    values = list(values)
    return sum(values) / len(values)


def play(g: float, d: float, batches: list[list[float]], noises: list[list[float]], k: int) -> tuple[float, float]:
    """Algorithm 1 for G(z) = g z and D(x) = sigmoid(d x), with the derivatives worked out on paper."""
    noise = iter(noises)
    for number, real in enumerate(batches, start=1):
        fake = [g * z for z in next(noise)]
        d -= LEARNING_RATE * (mean(sigmoid(d * x) * x for x in fake) - mean(sigmoid(-d * x) * x for x in real))
        if number % k == 0:
            g += LEARNING_RATE * mean(sigmoid(-d * g * z) * d * z for z in next(noise))
    return g, d


@settings(max_examples=30)
@given(data=st.data(), k=st.integers(1, 3), rounds=st.integers(1, 3))
def test_the_game_of_two_numbers_goes_as_worked_out_on_paper(solution, data, k, rounds):
    batch = st.lists(st.floats(-2, 2), min_size=1, max_size=4)
    batches = data.draw(st.lists(batch, min_size=rounds * k, max_size=rounds * k))
    noises = data.draw(st.lists(batch, min_size=rounds * (k + 1), max_size=rounds * (k + 1)))
    G, D = Scale(1.5), Scale(-0.5)
    optimizer_g, optimizer_d = (torch.optim.SGD(player.parameters(), lr=LEARNING_RATE) for player in (G, D))
    tensors = ([torch.tensor(each, dtype=torch.float64) for each in given] for given in (batches, noises))
    losses_d, losses_g = solution.train_gan(G, D, optimizer_g, optimizer_d, *tensors, k)
    assert (G.weight.item(), D.weight.item()) == pytest.approx(play(1.5, -0.5, batches, noises, k), rel=1e-9, abs=1e-12)
    assert (len(losses_d), len(losses_g)) == (rounds * k, rounds)
