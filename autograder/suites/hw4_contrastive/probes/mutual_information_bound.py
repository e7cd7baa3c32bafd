"""Probes of mutual_information_bound."""

import torch


def bound_single_losses(student):
    return {
        "of_nine": float(student.mutual_information_bound(torch.tensor(1.5), 9)),
        "of_many": float(student.mutual_information_bound(5.25, 4097)),
    }


def bound_a_history(student):
    """Three losses of one training with four candidates, of which the first is worse than guessing."""
    bounds = student.mutual_information_bound(torch.tensor([3.0, 1.0, 0.5]), 4)
    return {"bounds": torch.as_tensor(bounds).float()}
