"""Probes of generator_step: tiny networks and plain SGD, looked at from outside."""

import torch
from torch import Tensor, nn

from homework.on_gpu import on_gpu

from .inputs import as_number, join, name_parameters
from .inputs_game import (
    draw_noise,
    find_flags,
    find_kind,
    leave_gradients,
    make_discriminator,
    make_generator,
    shrink,
    widen,
)

LEARNING_RATE, SGD_MOMENTUM, STEPS = 0.3, 0.9, 3


def two_networks() -> tuple[nn.Module, nn.Module]:
    """G and D without batch norm; D gives (B,)."""
    return make_generator(430, with_norm=False), make_discriminator(431)


def two_networks_with_norm() -> tuple[nn.Module, nn.Module]:
    """G and D, both with batch norm; D gives (B,)."""
    return make_generator(434), make_discriminator(435, with_norm=True)


def two_networks_for_one() -> tuple[nn.Module, nn.Module]:
    """G and D without batch norm, float64; D gives (B, 1)."""
    return make_generator(432, with_norm=False).double(), make_discriminator(433, column=True).double()


def two_networks_and_a_sure_d() -> tuple[nn.Module, nn.Module]:
    """G and D without batch norm; D gives (B,), and a logit of -150 on the average to what G makes of noise(0)."""
    G, D = make_generator(436, with_norm=False), make_discriminator(437)
    with torch.no_grad():
        return G, widen(D, D(G(noise(0))).mean().item() + 150, 1)


def good_networks_and_noise() -> tuple[tuple[nn.Module, nn.Module], Tensor]:
    """G, a D that takes all its images for real, and noise for four of them."""
    (G, D), z = two_networks(), draw_noise(438, 60)
    with torch.no_grad():
        z = z[D(G(z)).topk(4).indices]
        lower = D(G(z)).amin().item()
    return (G, widen(D, lower - 4, 1)), z


def noise(step: int) -> Tensor:
    """The noise of one step, (5, 3), or (2, 3) in step 2."""
    return draw_noise(440 + step, 2 if step == 2 else 5)


def noise_for_one() -> Tensor:
    """Noise for one image, float64."""
    return draw_noise(449, 1).double()


def move(student, networks: tuple[nn.Module, nn.Module], *given: Tensor) -> object:
    """One step with plain SGD; what it gives back."""
    G, D = networks
    optimizer = torch.optim.SGD(G.parameters(), lr=LEARNING_RATE)
    return student.generator_step(G, D, optimizer, *given)


def take_a_step(student):
    """One step from a clean start."""
    (G, D), z = two_networks(), noise(0)
    loss = move(student, (G, D), z)
    return {
        "loss": as_number(loss),
        "kind_of_loss": find_kind(loss),
        **name_parameters("G", G),
        "D_after": join(*D.parameters()),
        "D_trainable": all(parameter.requires_grad for parameter in D.parameters()),
    }


def leave_inputs_alone(student):
    """What the step leaves of what it was given, and of the mode of both networks."""
    (G, D), z = two_networks(), noise(0)
    move(student, (G, D), z)
    modes = ", ".join("training" if part.training else "evaluation" for part in (*G.modules(), *D.modules()))
    return {"inputs_after": join(z), "flags_after": find_flags(z), "modes_after": modes, **name_parameters("G", G)}


def take_a_step_on_a_gpu(student):
    return on_gpu(student, take_a_step)


def take_a_step_with_norm(student):
    """One step from a clean start, where the images of a batch depend on each other, in G and in D."""
    G, D = two_networks_with_norm()
    move(student, (G, D), noise(4))
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
    move(student, (G, D), noise_for_one())
    return name_parameters("G", G)


def take_a_step_with_a_row_of_one(student):
    """The same with a D that gives (B,)."""
    G, D = (network.double() for network in two_networks())
    move(student, (G, D), noise_for_one())
    return name_parameters("G", G)


def take_a_step_with_a_sure_d(student):
    G, D = two_networks_and_a_sure_d()
    loss = move(student, (G, D), noise(0))
    return {"loss": as_number(loss), **name_parameters("G", G)}


def take_a_step_with_a_good_g(student):
    """One step where the loss is nearly 0."""
    (G, D), z = good_networks_and_noise()
    return {"loss": as_number(move(student, (G, D), z)), **name_parameters("G", G)}
