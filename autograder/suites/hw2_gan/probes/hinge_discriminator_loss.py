"""Probes of hinge_discriminator_loss. On a margin, where a hinge has no derivative, values alone are looked at."""

import torch
from torch import Tensor

from homework.on_gpu import on_gpu

from .inputs import join, varied
from .inputs_game import call_on_logits, find_flags

Logits = tuple[Tensor, Tensor]


def four_and_four() -> Logits:
    """Logits of real and of fake images, (4,) each: two of each kind beyond their margin, two not."""
    return varied(912, [2.5, -1.75, 0.25, 4.0]), varied(913, [-3.5, 0.75, -1.5, -0.5])


def three_and_five() -> Logits:
    """Logits of three real and of five fake images."""
    return varied(914, [0.5, -1.25, 3.0]), varied(915, [-2.0, 1.5, 0.25, -0.75, 2.5])


def on_equal_batches(student):
    real, fake = four_and_four()
    return call_on_logits(student.hinge_discriminator_loss, real=real, fake=fake)


def on_a_gpu(student):
    return on_gpu(student, on_equal_batches)


def on_the_margins(student):
    """Both kinds at -1, 0 and 1: on their own margin, between and on the other one; then far beyond, 10,000 each."""
    edges, far = torch.tensor([-1.0, 0.0, 1.0]), torch.tensor([10000.0, -10000.0])
    loss = student.hinge_discriminator_loss
    return {"loss": loss(edges, edges), "loss_far_out": loss(far, far)}


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
        "_of_column_and_row": (real[:, None], fake),
        "_of_three_equal_pairs": (real[:1].repeat(3), fake[:1].repeat(3)),
        "_of_one_and_one": (real[:1], fake[:1]),
        "_in_float64": (real.double(), fake.double()),
    }
    seen = {f"loss{name}": student.hinge_discriminator_loss(*logits) for name, logits in calls.items()}
    one_each = call_on_logits(student.hinge_discriminator_loss, real=real[:1], fake=fake[1:2])
    gradients = {f"{name}_of_one": value for name, value in one_each.items() if name != "loss"}
    return {**seen, **gradients, "inputs_after": join(real, fake), "flags_after": find_flags(real, fake)}
