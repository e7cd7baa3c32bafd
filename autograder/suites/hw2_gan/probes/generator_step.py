"""Probes of generator_step: tiny networks and plain SGD, looked at from outside."""

import torch
from torch import Tensor, nn

from .inputs import (
    as_number,
    draw_noise,
    join,
    leave_gradients,
    make_discriminator,
    make_generator,
    name_parameters,
    shrink,
)

LEARNING_RATE, SGD_MOMENTUM, STEPS = 0.3, 0.9, 3


def two_networks() -> tuple[nn.Module, nn.Module]:
    """G and D without batch norm; D gives (B,)."""
    return make_generator(430, with_norm=False), make_discriminator(431)


def two_networks_with_norm() -> tuple[nn.Module, nn.Module]:
    """G and D, both with batch norm; D gives (B,)."""
    return make_generator(434), make_discriminator(435, with_norm=True)


def two_networks_for_one() -> tuple[nn.Module, nn.Module]:
    """G and D without batch norm, float64, D gives (B, 1)."""
    generator = make_generator(432, with_norm=False).double()
    return generator, make_discriminator(433, column=True).double()


def noise(step: int) -> Tensor:
    """The noise of one step, (5, 3)."""
    return draw_noise(440 + step, 5)


def noise_for_one() -> Tensor:
    """Noise for one image, float64."""
    return draw_noise(449, 1).double()


def take_a_step(student):
    """One step from a clean start."""
    G, D = two_networks()
    optimizer = torch.optim.SGD(G.parameters(), lr=LEARNING_RATE)
    loss = student.generator_step(G, D, optimizer, noise(0))
    return {
        "loss": as_number(loss),
        "kind_of_loss": type(loss).__name__,
        "loss_is_float": isinstance(loss, float),
        **name_parameters("G", G),
        "D_after": join(D.parameters()),
        "D_trainable": all(parameter.requires_grad for parameter in D.parameters()),
    }


def take_a_step_with_norm(student):
    """One step from a clean start, where the images of a batch depend on each other, in G and in D."""
    G, D = two_networks_with_norm()
    optimizer = torch.optim.SGD(G.parameters(), lr=LEARNING_RATE)
    student.generator_step(G, D, optimizer, noise(4))
    return name_parameters("G", G)


def take_steps_in_turn(student):
    """Three steps; before each D has moved; before the first and the last, others left gradients on both networks."""
    G, D = two_networks()
    optimizer = torch.optim.SGD(G.parameters(), lr=LEARNING_RATE, momentum=SGD_MOMENTUM)
    seen = {}
    for step in range(1, STEPS + 1):
        shrink(D)
        if step != 2:
            leave_gradients(G, D)
        student.generator_step(G, D, optimizer, noise(step))
        seen |= name_parameters(f"G_{step}", G)
    return seen


def take_a_step_with_one_image(student):
    G, D = two_networks_for_one()
    optimizer = torch.optim.SGD(G.parameters(), lr=LEARNING_RATE)
    student.generator_step(G, D, optimizer, noise_for_one())
    return name_parameters("G", G)
