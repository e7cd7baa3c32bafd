"""Probes of critic_loss. Scores are any numbers: a critic may be right, or have it the wrong way round."""

from torch import Tensor

from homework.on_gpu import on_gpu

from .inputs import join, varied
from .inputs_game import call_on_logits, find_flags

FAR = 2.0**30  # so far from 0 float32 has no halves left, and float64 has plenty


def four_and_four() -> tuple[Tensor, Tensor]:
    """Scores of real and of fake images, (4,) each, from a critic that is right on the whole."""
    return varied(907, [2.5, -0.5, 4.0, 1.0]), varied(908, [-3.0, 0.5, 1.25, -0.25])


def three_and_five() -> tuple[Tensor, Tensor]:
    """Scores of three real and of five fake images."""
    return varied(909, [2.0, -1.5, 3.25]), varied(910, [-4.0, 1.5, 0.5, -0.75, 2.0])


def on_equal_batches(student):
    real, fake = four_and_four()
    return {
        "loss": student.critic_loss(real, fake),
        "loss_of_a_critic_that_is_wrong": student.critic_loss(*reversed(four_and_four())),
    }


def on_unequal_batches(student):
    real, fake = three_and_five()
    return call_on_logits(student.critic_loss, real=real, fake=fake)


def on_a_gpu(student):
    return on_gpu(student, on_unequal_batches)


def on_other_shapes(student):
    real, fake = four_and_four()
    one_each = call_on_logits(student.critic_loss, real=real[1:2], fake=fake[1:2])
    return {
        "loss_of_columns": student.critic_loss(real[:, None], fake[:, None]),
        "loss_of_row_and_column": student.critic_loss(real, fake[:, None]),
        "loss_of_column_and_row": student.critic_loss(real[:, None], fake),
        **{f"{name}_of_one_and_one": value for name, value in one_each.items()},
        "loss_of_one_column_each": student.critic_loss(real[1:2, None], fake[1:2, None]),
        "loss_in_float64": student.critic_loss(real.double() + FAR, fake.double() + FAR),
        "inputs_after": join(real, fake),
        "flags_after": find_flags(real, fake),
    }
