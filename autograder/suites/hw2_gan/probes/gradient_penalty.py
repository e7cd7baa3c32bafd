"""Probes of gradient_penalty: smooth critics, whose slope is above 1 at some places and below 1 at others."""

import torch
from torch import Tensor

from homework.on_gpu import on_gpu

from .inputs import draw, join
from .inputs_critics import FlatCritic, WatchedCritic, find_parameter_gradients
from .inputs_game import find_flags

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


def flat_pairs() -> Pairs:
    """Three pairs of points, of which two lie at 0, where FlatCritic is flat."""
    rest = torch.tensor([[0.0], [0.0], [1.0]])
    return rest * draw(543, 3, DIM), rest * draw(544, 3, DIM), torch.tensor([0.5, 0.25, 0.75])


def real_and_fake_ends() -> Pairs:
    """Two pairs of points; one is measured at its real point, m = 1, and one at its fake point, m = 0."""
    return draw(541, 2, DIM), draw(542, 2, DIM), torch.tensor([1.0, 0.0])


def scale_critic(factor: float) -> WatchedCritic:
    """`critic_of_images` with every parameter multiplied by this factor."""
    critic = critic_of_images()
    with torch.no_grad():
        for parameter in critic.parameters():
            parameter.mul_(factor)
    return critic


def on_images(student):
    """The penalty; then that of critics which are a little larger and a little smaller."""
    critic = critic_of_images()
    penalty = student.gradient_penalty(critic, *four_pairs())
    return {
        "penalty": penalty,
        "calls": len(critic.calls),
        "places": critic.find_places(*IMAGE),
        **find_parameter_gradients(penalty, critic),
        "penalty_of_larger": student.gradient_penalty(scale_critic(1 + NUDGE), *four_pairs()),
        "penalty_of_smaller": student.gradient_penalty(scale_critic(1 - NUDGE), *four_pairs()),
    }


def leave_inputs_alone(student):
    """What the call leaves of the pairs, and of a critic with a gradient of 2 on one of its parameters."""
    critic, pairs = critic_of_images().eval(), four_pairs()
    critic.last.weight.grad = torch.full_like(critic.last.weight, 2)
    penalty = student.gradient_penalty(critic, *pairs)
    left = [parameter.grad for parameter in (critic.last.weight, critic.first.weight, critic.first.bias)]
    return {
        "penalty": penalty,
        "inputs_after": join(*pairs),
        "flags_after": find_flags(*pairs),
        "gradient_after": torch.zeros(6) if left[0] is None else left[0].flatten(),
        "others_after": sum(gradient is not None for gradient in left[1:]),
        "training": critic.training,
    }


def on_a_flat_critic(student):
    """Two pairs at which the critic has no slope, and one at which it has."""
    critic = FlatCritic()
    penalty = student.gradient_penalty(critic, *flat_pairs())
    return {"penalty": penalty, **find_parameter_gradients(penalty, critic)}


def at_both_ends(student):
    critic = critic_of_points()
    penalty = student.gradient_penalty(critic, *real_and_fake_ends())
    return {"penalty": penalty, **find_parameter_gradients(penalty, critic)}


def on_points(student):
    critic = critic_of_points()
    penalty = student.gradient_penalty(critic, *three_pairs_of_points())
    return {"penalty": penalty, **find_parameter_gradients(penalty, critic)}


def on_one_pair(student):
    critic = critic_of_one()
    penalty = student.gradient_penalty(critic, *one_pair())
    return {"penalty": penalty, **find_parameter_gradients(penalty, critic)}


def on_points_on_a_gpu(student):
    return on_gpu(student, on_points)
