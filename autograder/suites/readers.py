"""How much simple readers get out of frozen features; the grader's own, and labels never enter the sandbox.

The images stand class by class, as data_scripts/prepare_probe_images.py has put them: 100 of each class whose labels
the readers know, and 200 of each that they are asked about. Least squares has a closed form, so that no optimiser, seed
or learning rate has a say in a score.
"""

import torch
import torch.nn.functional as F
from torch import Tensor

CLASSES, KNOWN_PER_CLASS, ASKED_PER_CLASS = 10, 100, 200
FEW = 10  # labels of each class
NEIGHBOURS = 20
RIDGE = 0.3


def read_with_few_labels(known: Tensor, asked: Tensor) -> float:
    """The share of `asked` that a linear classifier gets right which knows ten labels of each class.

    Args:
        known, asked: features (1000, F) and (2000, F), class by class.

    Returns:
        in [0, 1], the mean over ten classifiers; no two of them know the same image.
    """
    batches = known.reshape(CLASSES, -1, FEW, known.shape[1]).transpose(0, 1)  # (10, CLASSES, FEW, F)
    return sum(_share_right(batch.flatten(0, 1), asked) for batch in batches) / len(batches)


def read_with_all_labels(known: Tensor, asked: Tensor) -> float:
    """The same with one classifier that knows all labels of `known`."""
    return _share_right(known, asked)


def _share_right(known: Tensor, asked: Tensor) -> float:
    """Ridge regression on the classes as one-hot vectors, in float64; features get mean 0 and deviation 1 first."""
    known, asked = known.double(), asked.double()
    mean, deviation = known.mean(dim=0), known.std(dim=0) + 1e-6
    known, asked = (known - mean) / deviation, (asked - mean) / deviation
    targets = F.one_hot(_labels_of(known), CLASSES).double() - 1 / CLASSES  # (N, CLASSES), mean 0
    kernel = known @ known.T + RIDGE * known.shape[1] * torch.eye(len(known), dtype=torch.double)
    logits = asked @ (known.T @ torch.linalg.solve(kernel, targets))  # (Q, CLASSES)
    return (logits.argmax(dim=1) == _labels_of(asked)).double().mean().item()


def share_of_neighbours(known: Tensor, asked: Tensor) -> float:
    """Of the 20 images of `known` with the highest cosines, how many show the same class; the mean over `asked`."""
    cosines = F.normalize(asked.double(), dim=1) @ F.normalize(known.double(), dim=1).T  # (2000, 1000)
    nearest = cosines.topk(NEIGHBOURS, dim=1).indices
    return (_labels_of(known)[nearest] == _labels_of(asked)[:, None]).double().mean().item()


def _labels_of(images: Tensor) -> Tensor:
    """(N,): 0 ... 9, each as often as the others, in this order."""
    return torch.arange(CLASSES).repeat_interleave(len(images) // CLASSES)
