"""Probes of mutual_information_bound."""

import torch


def bound_three_losses(student):
    return {
        "of_nine": float(student.mutual_information_bound(torch.tensor(1.5), 9)),
        "of_four": float(student.mutual_information_bound(torch.tensor(3.0), 4)),
        "of_many": float(student.mutual_information_bound(torch.tensor(5.25), 4097)),
    }
