"""Public checks of part 4, guidance."""

import torch
from torch import Tensor

from homework.checks import Student, public_check
from homework.checks.hw1_diffusion.tensors import after, beginning, filled, table, turned

DROP = {
    "think": "which coin decides about which label, and what does a dropped one become?",
    "read": "Classifier-free guidance (Ho and Salimans, 2022), algorithm 1; notebook section 4.1",
}
GUIDANCE = {
    "think": "what should come out at w = 0, and in which direction does a larger w push?",
    "read": "Classifier-free guidance (Ho and Salimans, 2022), eq. 6; notebook section 4.2",
}


@public_check("drop_labels", **DROP)
def on_five_labels(student: Student) -> dict:
    """A label is dropped where its own coin is below the probability."""
    labels, coins = torch.tensor([4, 8, 3, 3, 6]), torch.tensor([0.502, 0.1, 0.499, 0.4, 0.3])
    with beginning():
        dropped = student.drop_labels(labels, coins, 0.5, 10)
    kind = str(getattr(dropped, "dtype", type(dropped).__name__))
    return {"labels": dropped, "the dtype of the labels": kind, **after(labels=labels, coins=coins)}


@public_check("drop_labels", **DROP)
def on_the_extreme_probabilities(student: Student) -> dict:
    """Probability 0 keeps every label, a coin of 0 too; probability 1 drops them all."""
    labels, coins = torch.tensor([2, 7]), torch.tensor([0.0, 0.75])
    with beginning():
        return {
            "labels for probability 0": student.drop_labels(labels.clone(), coins, 0.0, 5),
            "labels for probability 1": student.drop_labels(labels.clone(), coins, 1.0, 5),
        }


@public_check("drop_labels", **DROP)
def on_other_labels(student: Student) -> dict:
    """One label is enough, a thousand classes are not too many, and the null label may be 0."""
    labels, coins = torch.tensor([[700, 0], [44, 0]])[:, 0], torch.tensor([0.1, 0.9]).double()
    with beginning():
        return {
            "labels of a thousand classes": student.drop_labels(labels, coins, 0.25, 1000),
            "labels where the null label is 0": student.drop_labels(torch.tensor([3, 4]), coins, 0.25, 0),
            "the label of a batch of one": student.drop_labels(torch.tensor([3]), torch.tensor([0.5]), 0.25, 9),
        }


@public_check("guided_noise", **GUIDANCE)
def at_three_weights(student: Student) -> dict:
    """w = 0 is the conditional guess, w = -1 the unconditional one, and w = 2 goes beyond."""
    cond, uncond = table((1, 2)), table((0, 3))
    with beginning():
        values = {
            f"the guess at w = {w}": student.guided_noise(cond.clone(), uncond.clone(), w)
            for w in (0.0, -1.0, 2.0, -2.0)
        }
        student.guided_noise(cond, uncond, 3.0)
    return {**values, **after(noise_cond=cond, noise_uncond=uncond)}


def four_channels(*values: float) -> Tensor:
    """An image (1, 4, 2, 3), each channel filled with one number."""
    return filled(*values).movedim(0, 1)


@public_check("guided_noise", **GUIDANCE)
def on_images(student: Student) -> dict:
    """Images in float64 stay images in float64, all channels are guided, and large numbers are not clipped."""
    cond, uncond = four_channels(1, 0.5, 0, -1), four_channels(0.25, 1, 1, 1)
    with beginning():
        in_float64 = student.guided_noise(filled(1, 0.5).double(), filled(0.25, 1).double(), 0.5)
        return {
            "the guess at w = 0.5": in_float64,
            "the guess for four channels": student.guided_noise(turned(cond), uncond, 1),
            "the guess for large numbers": student.guided_noise(200 * cond, 100 * uncond, 30.0),
            "the guess where both are equal": student.guided_noise(cond, cond.clone(), 4.0),
        }
