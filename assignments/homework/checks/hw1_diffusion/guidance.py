"""Public checks of part 4, guidance."""

import torch

from homework.checks import Student, public_check
from homework.checks.hw1_diffusion.tensors import filled

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
    labels = torch.tensor([4, 8, 3, 3, 6])
    dropped = student.drop_labels(labels, torch.tensor([0.7, 0.1, 0.5, 0.4, 0.9]), 0.5, 10)
    kind = str(getattr(dropped, "dtype", type(dropped).__name__))
    return {"labels": dropped, "kind": kind, "labels_unchanged": bool(labels[1] == 8)}


@public_check("drop_labels", **DROP)
def on_the_extreme_probabilities(student: Student) -> dict:
    """Probability 0 keeps every label, a coin of 0 too; probability 1 drops them all."""
    labels, coins = torch.tensor([2, 7]), torch.tensor([0.0, 0.75])
    return {
        "labels for probability 0": student.drop_labels(labels.clone(), coins, 0.0, 5),
        "labels for probability 1": student.drop_labels(labels.clone(), coins, 1.0, 5),
    }


@public_check("guided_noise", **GUIDANCE)
def at_three_weights(student: Student) -> dict:
    """w = 0 is the conditional guess, w = -1 the unconditional one, and w = 2 goes beyond."""
    cond, uncond = torch.tensor([[1.0, 2.0]]), torch.tensor([[0.0, 3.0]])
    values = {f"the guess at w = {w}": student.guided_noise(cond.clone(), uncond.clone(), w) for w in (0.0, -1.0, 2.0)}
    student.guided_noise(cond, uncond, 1.0)
    return {**values, "inputs_unchanged": bool(cond[0, 0] == 1 and uncond[0, 1] == 3)}


@public_check("guided_noise", **GUIDANCE)
def on_images(student: Student) -> dict:
    """Images in float64 stay images in float64."""
    return {"the guess at w = 0.5": student.guided_noise(filled(1, 0.5).double(), filled(0.25, 1).double(), 0.5)}
