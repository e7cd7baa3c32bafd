"""Probes of saturating_generator_loss. Logits are far from 0: at 0 many a wrong formula gives log 2 as well."""

import torch
from torch import Tensor

from .inputs import call_on_large_logits, call_on_logits, join


def five_fakes() -> Tensor:
    """Logits of five fake images, (5,), from one that D sees through to one that D takes for real."""
    return torch.tensor([-3.5, -1.75, -0.25, 1.5, 3.0])


def on_fake_logits(student):
    fake = five_fakes()
    student.saturating_generator_loss(fake)
    return {
        "inputs_after": join([fake]),
        **call_on_logits(student.saturating_generator_loss, fake=five_fakes()),
        **call_on_large_logits(student.saturating_generator_loss, "fake"),
    }


def on_other_shapes(student):
    fake = five_fakes()
    return {
        "loss_of_a_column": student.saturating_generator_loss(fake[:, None]),
        "loss_of_one": student.saturating_generator_loss(fake[1:2]),
        "loss_of_one_in_a_column": student.saturating_generator_loss(fake[3:4, None]),
        "loss_in_float64": student.saturating_generator_loss(fake.double()),
    }
