"""Probes of began_losses: errors of three real images and of five fake ones."""

import torch
from torch import Tensor

from homework.on_gpu import on_gpu

from .inputs import join, varied
from .inputs_game import call_on_logits, find_flags

K = 0.3


def three_and_five() -> tuple[Tensor, Tensor]:
    """Reconstruction errors of three real images and of five fake ones."""
    return varied(917, [0.7, 0.4, 1.6]), varied(918, [0.25, 2.0, 0.5, 1.25, 0.9])


def one_and_two() -> tuple[Tensor, Tensor]:
    """Reconstruction errors of one real image and of two fake ones, float64; at k = 1 D's loss is below 0."""
    return torch.tensor([0.9], dtype=torch.float64), torch.tensor([0.3, 2.4], dtype=torch.float64)


def call_for(student, player: int) -> dict:
    """The loss of one player, and the gradients that lead from it to the errors."""
    real, fake = three_and_five()
    return call_on_logits(lambda real, fake: student.began_losses(real, fake, K)[player], real=real, fake=fake)


def call_for_both(student):
    """D's loss and gradients as d_NAME, G's as g_NAME."""
    return {f"{name}_{key}": value for i, name in enumerate("dg") for key, value in call_for(student, i).items()}


def call_on_a_gpu(student):
    return on_gpu(student, call_for_both)


def call_on_other_batches(student):
    """Each real error twice, each fake error twice, larger real errors; one real image, float64, both ends of k."""
    real, fake = three_and_five()
    calls = {
        "": (real, fake, K),
        "_with_each_real_twice": (real.repeat(2), fake, K),
        "_with_each_fake_twice": (real, fake.repeat(2), K),
        "_at_other_errors": (real + 1, fake + 2, K),
        "_of_one_at_0": (*one_and_two(), 0.0),
        "_of_one_at_1": (*one_and_two(), 1.0),
        "_without_errors": (torch.zeros(2), torch.zeros(3), K),
    }
    seen = {}
    for name, inputs in calls.items():
        seen[f"d{name}"], seen[f"g{name}"] = student.began_losses(*inputs)
    return {**seen, "inputs_after": join(real, fake), "flags_after": find_flags(real, fake)}
