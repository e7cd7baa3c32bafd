"""Probes of wgan_generator_loss. Scores are any numbers."""

import torch
from torch import Tensor

from homework.on_gpu import on_gpu

from .inputs import join, varied
from .inputs_game import call_on_logits, find_flags


def five_fakes() -> Tensor:
    """Scores of five fake images, (5,)."""
    return varied(911, [-4.5, -2.0, -0.5, 1.25, -1.75])


def one_fake() -> Tensor:
    """The score of one fake image as a column (1, 1): as good as the five are on the whole."""
    return five_fakes().mean()[None, None]


def far_apart() -> Tensor:
    """The same five, as far from 0 as float32 has no halves left, on both sides: their mean is what it was."""
    return five_fakes().double() + 2.0**30 * torch.tensor([1, -1, 2, -2, 0])


def on_fake_scores(student):
    return call_on_logits(student.wgan_generator_loss, fake=five_fakes())


def on_a_gpu(student):
    return on_gpu(student, on_fake_scores)


def on_other_shapes(student):
    fake, alone = five_fakes(), call_on_logits(student.wgan_generator_loss, fake=one_fake())
    return {
        "loss_of_a_row": student.wgan_generator_loss(fake),
        "loss_of_a_column": student.wgan_generator_loss(fake[:, None]),
        **{f"{name}_of_one": value for name, value in alone.items()},
        "loss_in_float64": student.wgan_generator_loss(far_apart()),
        "inputs_after": join(fake),
        "flags_after": find_flags(fake),
    }
