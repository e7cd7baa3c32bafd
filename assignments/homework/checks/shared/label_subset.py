"""Public checks of subsets of the labels."""

import numpy as np
import torch
from torch import Tensor

from homework.checks import Student, public_check

SUBSET = {
    "think": "of what is the fraction taken, from which images do you choose, and whose random numbers are these?",
    "read": "SimCLR (Chen et al., 2020), section 6; notebook section 4.3",
}


def chosen_of_each_class(labels: Tensor, chosen: object) -> str:
    """How many different images of each class there are, in the order of the classes."""
    if not isinstance(chosen, Tensor):
        return f"a {type(chosen).__name__}, not a tensor of indices"
    if chosen.dim() != 1 or chosen.dtype != torch.int64:
        return f"a tensor {tuple(chosen.shape)} of {chosen.dtype}, not long indices (n,)"
    found = labels[chosen.unique().clamp(0, len(labels) - 1).long()].tolist()
    counts = ", ".join(f"{found.count(label)} of class {label}" for label in labels.unique().tolist())
    return counts + (", some of them twice" if len(chosen) > len(found) else "")


@public_check("label_subset", **SUBSET)
def choose_of_three_classes(student: Student) -> dict:
    """Of 12, 6 and 1 images a fraction of 0.3 is 4, 2 and at least 1; a fraction of 1 is all, of 0.05 one of each."""
    numbers = [5, 2, 5, 5, 2, 5, 5, 17, 5, 2, 5, 5, 2, 5, 5, 2, 5, 5, 2]
    labels = torch.tensor(numbers)
    kept = {
        f"what fraction {fraction} keeps": chosen_of_each_class(
            labels, student.label_subset(labels, fraction, np.random.default_rng(1))
        )
        for fraction in (0.05, 0.3, 0.65, 1.0)
    }
    after = "as they were" if labels.tolist() == numbers else "changed: other numbers stand there than before the call"
    return {**kept, "labels after the call": after}


@public_check("label_subset", **SUBSET)
def choose_four_times(student: Student) -> dict:
    """The generator decides, and nothing else: the same seed gives the same images, every draw gives others."""
    labels, rng, before = torch.arange(60) % 2, np.random.default_rng(2), torch.get_rng_state()
    of_numpy = str(np.random.get_state())
    generators = rng, rng, np.random.default_rng(2), np.random.default_rng(3)
    first, second, again, other = (sorted(student.label_subset(labels, 0.5, each).tolist()) for each in generators)

    def compared(one: object, two: object) -> str:
        return "the same" if one == two else "another one"

    return {
        "the next draw of the same generator": compared(first, second),
        "the first draw of a generator with the same seed": compared(first, again),
        "the first draw of a generator with another seed": compared(first, other),
        "torch's global generator after the draws": compared(before.tolist(), torch.get_rng_state().tolist()),
        "numpy's global generator after the draws": compared(of_numpy, str(np.random.get_state())),
    }
