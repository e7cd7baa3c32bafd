"""Probes of hinge_generator_loss."""

from torch import Tensor

from homework.on_gpu import on_gpu

from .inputs import join, varied
from .inputs_game import call_on_logits, find_flags


def five_fakes() -> Tensor:
    """Logits of five fake images, (5,), some beyond each margin."""
    return varied(916, [-3.25, -0.5, 0.75, 1.5, 4.0])


def on_fake_logits(student):
    return call_on_logits(student.hinge_generator_loss, fake=five_fakes())


def on_a_gpu(student):
    return on_gpu(student, on_fake_logits)


def on_other_shapes(student):
    """A column, one alone, logits far out and float64; and what is left of the logits."""
    fake = five_fakes()
    alone = call_on_logits(student.hinge_generator_loss, fake=fake[3:4])
    return {
        "loss_of_a_row": student.hinge_generator_loss(fake),
        "loss_of_a_column": student.hinge_generator_loss(fake[:, None]),
        **{f"{name}_of_one": value for name, value in alone.items()},
        "loss_far_out": student.hinge_generator_loss(1000 * fake),
        "loss_in_float64": student.hinge_generator_loss(fake.double()),
        "inputs_after": join(fake),
        "flags_after": find_flags(fake),
    }
