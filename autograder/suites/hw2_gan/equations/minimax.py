"""The minimax game in float64: losses, gradients and alternating steps (Goodfellow et al., 2014)."""

from collections.abc import Sequence
from copy import deepcopy

import torch
from torch import Tensor, nn


def _surprise(logits: Tensor) -> Tensor:
    """-log sigmoid(logits); in float64 exp(200) is an ordinary number."""
    return torch.log1p(torch.exp(-logits.double()))


def find_discriminator_loss(logits_real: Tensor, logits_fake: Tensor) -> Tensor:
    """-E log D(x) - E log(1 - D(G(z))), where 1 - sigmoid(l) = sigmoid(-l) (eq. 1), float64, 0-d."""
    return _surprise(logits_real).mean() + _surprise(-logits_fake).mean()


def find_generator_loss(logits_fake: Tensor) -> Tensor:
    """-E log D(G(z)) (section 3), float64, 0-d."""
    return _surprise(logits_fake).mean()


def find_saturating_generator_loss(logits_fake: Tensor) -> Tensor:
    """E log(1 - D(G(z))) (eq. 1), float64, 0-d."""
    return -_surprise(-logits_fake).mean()


def find_gradients(loss, *logits: Tensor) -> tuple[Tensor, ...]:
    """Gradients of one of the losses above with respect to each of its inputs, float64."""
    leaves = [given.detach().double().requires_grad_() for given in logits]
    return torch.autograd.grad(loss(*leaves), leaves)


class Game:
    """Both players in float64, each with SGD of its own; a step moves one player and knows no earlier gradient."""

    def __init__(self, G: nn.Module, D: nn.Module, *, learning_rate: float, sgd_momentum: float = 0.0):
        self.G, self.D = deepcopy(G).double(), deepcopy(D).double()
        self._optimizers = {
            player: torch.optim.SGD(player.parameters(), lr=learning_rate, momentum=sgd_momentum)
            for player in (self.G, self.D)
        }

    def step_discriminator(self, real: Tensor, z: Tensor) -> Tensor:
        """Algorithm 1's inner step; the loss before it, 0-d."""
        return self._move(self.D, find_discriminator_loss(self.D(real.double()), self.D(self.G(z.double()))))

    def step_generator(self, z: Tensor) -> Tensor:
        """Algorithm 1's outer step with the non-saturating loss; the loss before it, 0-d."""
        return self._move(self.G, find_generator_loss(self.D(self.G(z.double()))))

    def train(self, batches: Sequence[Tensor], noises: Sequence[Tensor], k: int) -> tuple[Tensor, Tensor]:
        """Algorithm 1: rounds of k steps of D and one of G; both players' losses, in order."""
        losses_d, losses_g, noise = [], [], iter(noises)
        for start in range(0, len(batches), k):
            losses_d += [self.step_discriminator(real, next(noise)) for real in batches[start : start + k]]
            losses_g.append(self.step_generator(next(noise)))
        return torch.stack(losses_d), torch.stack(losses_g)

    def _move(self, player: nn.Module, loss: Tensor) -> Tensor:
        parameters = list(player.parameters())
        for parameter, gradient in zip(parameters, torch.autograd.grad(loss, parameters), strict=True):
            parameter.grad = gradient
        self._optimizers[player].step()
        return loss.detach()
