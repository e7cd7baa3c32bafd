"""Probes of wgan_generator_loss. Scores are any numbers."""

import torch
from torch import Tensor

from .inputs import call_on_logits, join


def five_fakes() -> Tensor:
    """Scores of five fake images, (5,)."""
    return torch.tensor([-4.5, -2.0, -0.5, 1.25, -1.75])


def one_fake() -> Tensor:
    """The score of one fake image as a column (1, 1): as good as the five are on the whole."""
    return torch.tensor([[-1.5]])


def far_apart() -> Tensor:
    """The same five, as far from 0 as float32 has no halves left, on both sides: their mean is what it was."""
    return five_fakes().double() + 2.0**30 * torch.tensor([1, -1, 2, -2, 0])


def on_fake_scores(student):
    fake = five_fakes()
    student.wgan_generator_loss(fake)
    return {"inputs_after": join([fake]), **call_on_logits(student.wgan_generator_loss, fake=five_fakes())}


def on_other_shapes(student):
    return {
        "loss_of_a_column": student.wgan_generator_loss(five_fakes()[:, None]),
        "loss_of_one": student.wgan_generator_loss(one_fake()),
        "loss_in_float64": student.wgan_generator_loss(far_apart()),
    }
