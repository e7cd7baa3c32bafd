"""Probes of mutual_information_bound. A bound comes back as a tensor, so that a float and a 0-d tensor are alike."""

import torch
from torch import Tensor

from .inputs import varied


def as_tensor(bound: object) -> Tensor:
    return torch.as_tensor(bound).detach().float()


def bound_single_losses(student):
    loss = torch.tensor(1.5)
    return {
        "of_nine": as_tensor(student.mutual_information_bound(loss, 9)),
        "of_many": as_tensor(student.mutual_information_bound(5.25, 4097)),
        "of_one": as_tensor(student.mutual_information_bound(0.75, 1)),
        "of_loss_0": as_tensor(student.mutual_information_bound(torch.tensor(0.0), 12)),
        "loss_after": loss,
    }


def history() -> Tensor:
    """Three losses of one training with four candidates, of which the first two are worse than guessing."""
    return varied(290, [30.0, 3.0, 0.5])


def bound_a_history(student):
    return {
        "tensors": torch.stack([as_tensor(student.mutual_information_bound(loss.clone(), 4)) for loss in history()]),
        "floats": torch.stack([as_tensor(student.mutual_information_bound(loss, 4)) for loss in history().tolist()]),
    }
