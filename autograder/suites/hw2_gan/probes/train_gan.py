"""Probes of train_gan: whole trainings of a few steps, with batches of unequal size so that an exchange shows."""

import torch
from torch import Tensor, nn

from homework.on_gpu import on_gpu

from .inputs import as_number, name_parameters
from .inputs_game import draw_images, draw_noise, find_kind, make_discriminator, make_generator

LEARNING_RATE, SGD_MOMENTUM = 0.2, 0.5

Data = tuple[list[Tensor], list[Tensor]]


def two_networks(*, with_norm: bool = True) -> tuple[nn.Module, nn.Module]:
    """G with batch norm or without, and D without."""
    return make_generator(450, with_norm=with_norm), make_discriminator(451)


def two_rounds_of_three() -> Data:
    """k = 3: six batches of 3 to 5 images, and noise for eight steps."""
    sizes = (4, 3, 5, 3, 4, 5)
    batches = [draw_images(460 + step, size) for step, size in enumerate(sizes)]
    return batches, [draw_noise(470 + step, 3 + step % 4) for step in range(8)]


def three_rounds_of_one() -> tuple[tuple[Tensor, ...], Tensor]:
    """k = 1: three batches of 4, 1 and 3 images in a tuple, and noise for six steps of two images in one tensor."""
    return tuple(draw_images(480 + step, size) for step, size in enumerate((4, 1, 3))), draw_noise(490, 12).reshape(
        6, 2, 3
    )


def one_round_of_two() -> Data:
    """k = 2: two batches and three noises, each for a single image."""
    return [draw_images(484 + step, 1) for step in range(2)], [draw_noise(497 + step, 1) for step in range(3)]


def numbers(losses) -> Tensor:
    """A history as a tensor, float64."""
    return torch.tensor([as_number(loss) for loss in losses], dtype=torch.float64)


def train(student, networks: tuple[nn.Module, nn.Module], data, k: int) -> dict:
    """Both histories, where both networks ended, and how many batches and noises are left."""
    G, D = networks
    optimizer_g, optimizer_d = (
        torch.optim.SGD(player.parameters(), lr=LEARNING_RATE, momentum=SGD_MOMENTUM) for player in (G, D)
    )
    losses_d, losses_g = student.train_gan(G, D, optimizer_g, optimizer_d, *data, k)
    return {
        "losses_d": numbers(losses_d),
        "losses_g": numbers(losses_g),
        "kinds": ", ".join(sorted({find_kind(loss) for loss in [*losses_d, *losses_g]})),
        "left": torch.tensor([len(given) for given in data]),
        **name_parameters("G", G),
        **name_parameters("D", D),
    }


def train_two_rounds_of_three(student):
    return train(student, two_networks(), two_rounds_of_three(), k=3)


def train_three_rounds_of_one(student):
    return train(student, two_networks(with_norm=False), three_rounds_of_one(), k=1)


def train_one_round_of_two(student):
    return train(student, two_networks(with_norm=False), one_round_of_two(), k=2)


def train_on_a_gpu(student):
    return on_gpu(student, train_one_round_of_two)
