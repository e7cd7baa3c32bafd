"""Probes of discriminator_loss. Logits are far from 0: at 0 many a wrong formula gives log 2 as well."""

from torch import Tensor

from homework.on_gpu import on_gpu

from .inputs import join, varied
from .inputs_game import call_around_zero, call_on_large_logits, call_on_logits, find_flags

Logits = tuple[Tensor, Tensor]


def four_and_four() -> Logits:
    """Logits of real and of fake images, (4,) each; D is sometimes right and sometimes wrong."""
    return varied(901, [3.0, -1.5, 0.75, 5.0]), varied(902, [-2.0, 1.25, -4.0, 2.5])


def three_and_five() -> Logits:
    """Logits of three real and of five fake images."""
    return varied(903, [2.5, -1.0, 4.0]), varied(904, [-3.0, 1.5, 0.5, -0.25, 2.0])


def on_equal_batches(student):
    real, fake = four_and_four()
    return call_on_logits(student.discriminator_loss, real=real, fake=fake)


def on_a_gpu(student):
    return on_gpu(student, on_equal_batches)


def on_large_logits(student):
    return call_on_large_logits(student.discriminator_loss, "real", "fake")


def around_zero(student):
    return call_around_zero(student.discriminator_loss, "real", "fake")


def on_unequal_batches(student):
    """Three real and five fake images; then each real one twice, which are six, and each fake one, which are ten."""

    def loss(real_times: int = 1, fake_times: int = 1, shift: float = 0.0) -> Tensor:
        real, fake = three_and_five()
        return student.discriminator_loss(real.repeat(real_times) + shift, fake.repeat(fake_times))

    return {
        "loss": loss(),
        "loss_with_each_real_image_twice": loss(real_times=2),
        "loss_with_each_fake_image_twice": loss(fake_times=2),
        "loss_of_other_logits": loss(shift=1.0),
    }


def on_other_shapes(student):
    real, fake = four_and_four()
    one_each = call_on_logits(student.discriminator_loss, real=real[1:2], fake=fake[1:2])
    return {
        "loss_of_columns": student.discriminator_loss(real[:, None], fake[:, None]),
        "loss_of_row_and_column": student.discriminator_loss(real, fake[:, None]),
        "loss_of_column_and_row": student.discriminator_loss(real[:, None], fake),
        **{f"{name}_of_one_and_one": value for name, value in one_each.items()},
        "loss_of_one_column_each": student.discriminator_loss(real[1:2, None], fake[1:2, None]),
        "loss_in_float64": student.discriminator_loss(real.double(), fake.double()),
        "inputs_after": join(real, fake),
        "flags_after": find_flags(real, fake),
    }
