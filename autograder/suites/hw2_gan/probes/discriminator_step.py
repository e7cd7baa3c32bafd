"""Probes of discriminator_step: tiny networks and plain SGD, looked at from outside."""

import torch
from torch import Tensor, nn

from .inputs import (
    as_number,
    draw_images,
    draw_noise,
    join,
    leave_gradients,
    make_discriminator,
    make_generator,
    name_parameters,
    shrink,
)

LEARNING_RATE, SGD_MOMENTUM, STEPS = 0.2, 0.9, 3


def two_networks() -> tuple[nn.Module, nn.Module]:
    """G and D without batch norm; D gives (B,)."""
    return make_generator(400, with_norm=False), make_discriminator(401)


def two_networks_with_norm() -> tuple[nn.Module, nn.Module]:
    """G and D, both with batch norm; D gives (B,)."""
    return make_generator(402), make_discriminator(403, with_norm=True)


def two_networks_for_one() -> tuple[nn.Module, nn.Module]:
    """G and D without batch norm, float64, D gives (B, 1)."""
    generator = make_generator(404, with_norm=False).double()
    return generator, make_discriminator(405, column=True).double()


def batch(step: int, real: int = 4, fake: int = 5) -> tuple[Tensor, Tensor]:
    """Real images and noise of one step; there are more of the one than of the other."""
    return draw_images(410 + step, real), draw_noise(420 + step, fake)


def one_pair() -> tuple[Tensor, Tensor]:
    """One real image and noise for one fake one, float64."""
    real, z = batch(9, real=1, fake=1)
    return real.double(), z.double()


def take_a_step(student):
    """One step from a clean start."""
    G, D = two_networks()
    optimizer = torch.optim.SGD(D.parameters(), lr=LEARNING_RATE)
    loss = student.discriminator_step(G, D, optimizer, *batch(0))
    return {
        "loss": as_number(loss),
        "kind_of_loss": type(loss).__name__,
        "loss_is_float": isinstance(loss, float),
        **name_parameters("D", D),
        "G_after": join(G.parameters()),
        "G_trainable": all(parameter.requires_grad for parameter in G.parameters()),
    }


def take_a_step_with_norm(student):
    """One step from a clean start, where the images that D sees together depend on each other."""
    G, D = two_networks_with_norm()
    optimizer = torch.optim.SGD(D.parameters(), lr=LEARNING_RATE)
    student.discriminator_step(G, D, optimizer, *batch(1))
    return name_parameters("D", D)


def take_steps_in_turn(student):
    """Three steps; before each G has moved; before the first and the last, others left gradients on both networks."""
    G, D = two_networks()
    optimizer = torch.optim.SGD(D.parameters(), lr=LEARNING_RATE, momentum=SGD_MOMENTUM)
    seen = {}
    for step in range(1, STEPS + 1):
        shrink(G)
        if step != 2:
            leave_gradients(G, D)
        student.discriminator_step(G, D, optimizer, *batch(step))
        seen |= name_parameters(f"D_{step}", D)
    return seen


def take_a_step_with_one_image(student):
    G, D = two_networks_for_one()
    optimizer = torch.optim.SGD(D.parameters(), lr=LEARNING_RATE)
    student.discriminator_step(G, D, optimizer, *one_pair())
    return name_parameters("D", D)
