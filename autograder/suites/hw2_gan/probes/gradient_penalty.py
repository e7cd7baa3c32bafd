"""Probes of gradient_penalty: smooth critics, whose slope is above 1 at some places and below 1 at others."""

import torch
from torch import Tensor

from .inputs import draw, join
from .inputs_critics import WatchedCritic, find_parameter_gradients

IMAGE, DIM = (2, 3, 5), 3  # channels, height, width; numbers in a point
NUDGE = 0.01

Pairs = tuple[Tensor, Tensor, Tensor]


def critic_of_images() -> WatchedCritic:
    """Images (B, 2, 3, 5) -> scores (B,)."""
    return WatchedCritic(610, inputs=30, scale=0.5)


def four_pairs() -> Pairs:
    """Real and fake images (4, 2, 3, 5), and where between the two, (4,)."""
    return draw(511, 4, *IMAGE), draw(512, 4, *IMAGE), torch.tensor([0.125, 0.875, 0.25, 0.625])


def critic_of_points() -> WatchedCritic:
    """Points (B, 3) -> scores as a column (B, 1)."""
    return WatchedCritic(520, inputs=DIM, scale=0.8, column=True)


def three_pairs_of_points() -> Pairs:
    """Real and fake points (3, 3), as many as each has numbers, and where between the two, (3,)."""
    return draw(521, 3, DIM), draw(522, 3, DIM), torch.tensor([0.75, 0.125, 0.375])


def critic_of_one() -> WatchedCritic:
    """`critic_of_images` with other weights, float64."""
    return WatchedCritic(530, inputs=30, scale=0.35).double()


def one_pair() -> Pairs:
    """One real image, one fake one that still hangs on the generator that made it, and where between; float64."""
    weight = torch.tensor(0.5, dtype=torch.float64, requires_grad=True)
    return draw(531, 1, *IMAGE).double(), weight * draw(532, 1, *IMAGE).double(), torch.tensor([0.3]).double()


def scale_critic(factor: float) -> WatchedCritic:
    """`critic_of_images` with every parameter multiplied by this factor."""
    critic = critic_of_images()
    with torch.no_grad():
        for parameter in critic.parameters():
            parameter.mul_(factor)
    return critic


def on_images(student):
    """The penalty; then that of critics which are a little larger and a little smaller."""
    critic, pairs = critic_of_images(), four_pairs()
    penalty = student.gradient_penalty(critic, *pairs)
    return {
        "penalty": penalty,
        "calls": len(critic.calls),
        "places": critic.find_places(*IMAGE),
        "inputs_after": join(pairs),
        **find_parameter_gradients(penalty, critic),
        "penalty_of_larger": student.gradient_penalty(scale_critic(1 + NUDGE), *four_pairs()),
        "penalty_of_smaller": student.gradient_penalty(scale_critic(1 - NUDGE), *four_pairs()),
    }


def on_points(student):
    critic = critic_of_points()
    penalty = student.gradient_penalty(critic, *three_pairs_of_points())
    return {"penalty": penalty, **find_parameter_gradients(penalty, critic)}


def on_one_pair(student):
    critic = critic_of_one()
    penalty = student.gradient_penalty(critic, *one_pair())
    return {"penalty": penalty, **find_parameter_gradients(penalty, critic)}
