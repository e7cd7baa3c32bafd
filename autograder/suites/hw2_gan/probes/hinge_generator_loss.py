"""Probes of hinge_generator_loss."""

import torch
from torch import Tensor

from .inputs import call_on_logits, join


def five_fakes() -> Tensor:
    """Logits of five fake images, (5,), some beyond each margin."""
    return torch.tensor([-3.25, -0.5, 0.75, 1.5, 4.0])


def on_fake_logits(student):
    """A row of five with gradients; the same as a column, one alone, and float64."""
    fake = five_fakes()
    student.hinge_generator_loss(fake)
    return {
        "inputs_after": join([fake]),
        **call_on_logits(student.hinge_generator_loss, fake=five_fakes()),
        "loss_of_a_column": student.hinge_generator_loss(five_fakes()[:, None]),
        "loss_of_one": student.hinge_generator_loss(five_fakes()[3:4]),
        "loss_in_float64": student.hinge_generator_loss(five_fakes().double()),
    }
