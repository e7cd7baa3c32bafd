"""Probes of hinge_discriminator_loss. No logit lies on a margin, where a hinge has no derivative."""

import torch
from torch import Tensor

from .inputs import call_on_logits, join

Logits = tuple[Tensor, Tensor]


def four_and_four() -> Logits:
    """Logits of real and of fake images, (4,) each: two of each kind beyond their margin, two not."""
    return torch.tensor([2.5, -1.75, 0.25, 4.0]), torch.tensor([-3.5, 0.75, -1.5, -0.5])


def three_and_five() -> Logits:
    """Logits of three real and of five fake images."""
    return torch.tensor([0.5, -1.25, 3.0]), torch.tensor([-2.0, 1.5, 0.25, -0.75, 2.5])


def on_equal_batches(student):
    real, fake = four_and_four()
    student.hinge_discriminator_loss(real, fake)
    after = join((real, fake))
    real, fake = four_and_four()
    return {**call_on_logits(student.hinge_discriminator_loss, real=real, fake=fake), "inputs_after": after}


def on_other_shapes(student):
    """Three real and five fake images, each kind twice; other logits; columns, one image each, and float64."""
    real, fake = three_and_five()
    calls = {
        "": (real, fake),
        "_with_each_real_image_twice": (real.repeat(2), fake),
        "_with_each_fake_image_twice": (real, fake.repeat(2)),
        "_of_other_logits": (real - 1, fake),
        "_of_columns": (real[:, None], fake[:, None]),
        "_of_row_and_column": (real, fake[:, None]),
        "_of_three_equal_pairs": (real[:1].repeat(3), fake[:1].repeat(3)),
        "_of_one_and_one": (real[:1], fake[:1]),
        "_in_float64": (real.double(), fake.double()),
    }
    return {f"loss{name}": student.hinge_discriminator_loss(*logits) for name, logits in calls.items()}
