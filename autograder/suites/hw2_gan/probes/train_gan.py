"""Probes of train_gan: whole trainings of a few steps, with batches of unequal size so that an exchange shows."""

import torch
from torch import Tensor, nn

from .inputs import as_number, draw_images, draw_noise, make_discriminator, make_generator, name_parameters

LEARNING_RATE, SGD_MOMENTUM = 0.2, 0.5

Data = tuple[list[Tensor], list[Tensor]]


def two_networks() -> tuple[nn.Module, nn.Module]:
    """G with batch norm, and D without."""
    return make_generator(450), make_discriminator(451)


def two_rounds_of_three() -> Data:
    """k = 3: six batches of 3 to 5 images, and noise for eight steps."""
    sizes = (4, 3, 5, 3, 4, 5)
    batches = [draw_images(460 + step, size) for step, size in enumerate(sizes)]
    return batches, [draw_noise(470 + step, 3 + step % 4) for step in range(8)]


def three_rounds_of_one() -> Data:
    """k = 1: three batches, and noise for six steps."""
    batches = [draw_images(480 + step, 4) for step in range(3)]
    return batches, [draw_noise(490 + step, 5) for step in range(6)]


def numbers(losses) -> Tensor:
    """A history as a tensor, float64."""
    return torch.tensor([as_number(loss) for loss in losses], dtype=torch.float64)


def train(student, data: Data, k: int) -> dict:
    """Both histories, and where both networks ended."""
    G, D = two_networks()
    optimizer_g, optimizer_d = (
        torch.optim.SGD(player.parameters(), lr=LEARNING_RATE, momentum=SGD_MOMENTUM) for player in (G, D)
    )
    losses_d, losses_g = student.train_gan(G, D, optimizer_g, optimizer_d, *data, k)
    return {
        "losses_d": numbers(losses_d),
        "losses_g": numbers(losses_g),
        "are_floats": all(isinstance(loss, float) for loss in [*losses_d, *losses_g]),
        **name_parameters("G", G),
        **name_parameters("D", D),
    }


def train_two_rounds_of_three(student):
    return train(student, two_rounds_of_three(), k=3)


def train_three_rounds_of_one(student):
    return train(student, three_rounds_of_one(), k=1)
