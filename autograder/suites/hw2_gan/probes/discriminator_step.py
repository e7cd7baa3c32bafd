"""Probes of discriminator_step: tiny networks and plain SGD, looked at from outside."""

import torch
from torch import Tensor, nn

from homework.on_gpu import on_gpu

from .inputs import as_number, join, name_parameters
from .inputs_game import (
    draw_images,
    draw_noise,
    find_flags,
    find_kind,
    leave_gradients,
    make_discriminator,
    make_generator,
    make_sure,
    shrink,
    widen,
)

LEARNING_RATE, SGD_MOMENTUM, STEPS = 0.2, 0.9, 3


def two_networks() -> tuple[nn.Module, nn.Module]:
    """G and D without batch norm; D gives (B,)."""
    return make_generator(400, with_norm=False), make_discriminator(401)


def two_networks_with_norm() -> tuple[nn.Module, nn.Module]:
    """G and D, both with batch norm; D gives (B,)."""
    return make_generator(402), make_discriminator(403, with_norm=True)


def two_networks_for_one() -> tuple[nn.Module, nn.Module]:
    """G and D without batch norm, float64; D gives (B, 1)."""
    return make_generator(404, with_norm=False).double(), make_discriminator(405, column=True).double()


def two_networks_and_a_sure_d() -> tuple[nn.Module, nn.Module]:
    """G and D without batch norm; D gives (B,), logits of 30 to 150 in size."""
    return make_generator(406, with_norm=False), make_sure(make_discriminator(407))


def good_networks_and_batch() -> tuple[tuple[nn.Module, nn.Module], tuple[Tensor, Tensor]]:
    """G, a D that is right about all images, and these: three real ones, and noise for four fake ones."""
    (G, D), real, z = two_networks(), draw_images(408, 60), draw_noise(409, 60)
    with torch.no_grad():
        real, z = real[D(real).topk(3).indices], z[(-D(G(z))).topk(4).indices]
        lower, upper = D(G(z)).amax().item(), D(real).amin().item()
    return (G, widen(D, (lower + upper) / 2, 9 / (upper - lower))), (real, z)


def batch(step: int) -> tuple[Tensor, Tensor]:
    """Real images and noise of one step: 4 and 5, 6 and 3 in step 2, 1 and 1 in step 9."""
    real, fake = {2: (6, 3), 9: (1, 1)}.get(step, (4, 5))
    return draw_images(410 + step, real), draw_noise(420 + step, fake)


def one_pair() -> tuple[Tensor, Tensor]:
    """One real image and noise for one fake one, float64."""
    real, z = batch(9)
    return real.double(), z.double()


def move(student, networks: tuple[nn.Module, nn.Module], *given: Tensor) -> object:
    """One step with plain SGD; what it gives back."""
    G, D = networks
    optimizer = torch.optim.SGD(D.parameters(), lr=LEARNING_RATE)
    return student.discriminator_step(G, D, optimizer, *given)


def take_a_step(student):
    """One step from a clean start."""
    (G, D), (real, z) = two_networks(), batch(0)
    loss = move(student, (G, D), real, z)
    return {
        "loss": as_number(loss),
        "kind_of_loss": find_kind(loss),
        **name_parameters("D", D),
        "G_after": join(*G.parameters()),
        "G_trainable": all(parameter.requires_grad for parameter in G.parameters()),
    }


def leave_inputs_alone(student):
    """What the step leaves of what it was given, and of the mode of both networks."""
    (G, D), (real, z) = two_networks(), batch(0)
    move(student, (G, D), real, z)
    modes = ", ".join("training" if part.training else "evaluation" for part in (*G.modules(), *D.modules()))
    return {
        "inputs_after": join(real, z),
        "flags_after": find_flags(real, z),
        "modes_after": modes,
        **name_parameters("D", D),
    }


def take_a_step_on_a_gpu(student):
    return on_gpu(student, take_a_step)


def take_a_step_with_norm(student):
    """One step from a clean start, where the images that D sees together depend on each other."""
    G, D = two_networks_with_norm()
    move(student, (G, D), *batch(1))
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
    move(student, (G, D), *one_pair())
    return name_parameters("D", D)


def take_a_step_with_a_row_of_one(student):
    """The same with a D that gives (B,)."""
    G, D = (network.double() for network in two_networks())
    move(student, (G, D), *one_pair())
    return name_parameters("D", D)


def take_a_step_with_a_sure_d(student):
    G, D = two_networks_and_a_sure_d()
    loss = move(student, (G, D), *batch(0))
    return {"loss": as_number(loss), **name_parameters("D", D)}


def take_a_step_with_a_good_d(student):
    """One step where the loss is nearly 0."""
    (G, D), given = good_networks_and_batch()
    return {"loss": as_number(move(student, (G, D), *given)), **name_parameters("D", D)}
