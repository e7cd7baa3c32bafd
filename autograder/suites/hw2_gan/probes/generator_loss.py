"""Probes of generator_loss. Logits are far from 0: at 0 many a wrong formula gives log 2 as well."""

from torch import Tensor

from homework.on_gpu import on_gpu

from .inputs import join, varied
from .inputs_game import call_around_zero, call_on_large_logits, call_on_logits, find_flags


def five_fakes() -> Tensor:
    """Logits of five fake images, (5,), from one that D sees through to one that D takes for real."""
    return varied(905, [-4.5, -2.0, -0.5, 1.25, 3.0])


def on_fake_logits(student):
    return call_on_logits(student.generator_loss, fake=five_fakes())


def on_a_gpu(student):
    return on_gpu(student, on_fake_logits)


def on_large_logits(student):
    return call_on_large_logits(student.generator_loss, "fake")


def around_zero(student):
    return call_around_zero(student.generator_loss, "fake")


def on_other_shapes(student):
    fake = five_fakes()
    alone = call_on_logits(student.generator_loss, fake=fake[1:2])
    return {
        "loss_of_a_row": student.generator_loss(fake),
        "loss_of_a_column": student.generator_loss(fake[:, None]),
        **{f"{name}_of_one": value for name, value in alone.items()},
        "loss_of_one_in_a_column": student.generator_loss(fake[3:4, None]),
        "loss_in_float64": student.generator_loss(fake.double()),
        "inputs_after": join(fake),
        "flags_after": find_flags(fake),
    }
