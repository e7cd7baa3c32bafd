"""Probes of linear_probe. The sum of the biases is free, so they come back with it taken out."""

import torch
from torch import Tensor

from .inputs import draw_features, join

DECAY = 0.05
SCALED_DECAY = 0.2

Data = tuple[Tensor, Tensor]


def three_classes() -> Data:
    """60 features (60, 5) of unequal norms that overlap, away from the origin, and labels: 33, 18 and 9 of a class."""
    labels = torch.tensor([0] * 33 + [1] * 18 + [2] * 9)
    centres = torch.tensor([[1.0, 1, 0, 0, 1.5], [1, 0, 1, 0, 2], [1, 0, 0, 1, 1]])
    order = torch.arange(60) * 7 % 60
    return (draw_features(330, 60, 5) / 2 + centres[labels])[order], labels[order]


def badly_scaled() -> Data:
    """The same in float64, with the second feature 12 times as large."""
    features, labels = three_classes()
    return features.double() * torch.tensor([1.0, 12, 1, 1, 1]), labels


def one_feature() -> Data:
    """Two overlapping classes and one feature, (40, 1)."""
    labels = (torch.arange(40) % 4 == 0).long()
    return draw_features(331, 40, 1) / 2 + labels[:, None], labels


def twelve_classes() -> Data:
    """37 features (37, 2) around a circle, and labels of twelve classes, three or four of each."""
    labels = torch.arange(37) * 5 % 12
    angle = 2 * torch.pi * labels / 12
    centres = torch.stack([angle.cos(), angle.sin()], dim=1)
    return 2 * centres + draw_features(332, 37, 2) / 4, labels


def fit(student, features: Tensor, labels: Tensor, weight_decay: float) -> tuple[Tensor, Tensor]:
    """The student's weight and bias, the latter with mean 0."""
    weight, bias = student.linear_probe(features, labels, int(labels.max()) + 1, weight_decay)
    return weight, bias - bias.mean()


def fit_three_classes(student):
    weight, bias = fit(student, *three_classes(), DECAY)
    return {"weight": weight, "bias": bias}


def fit_in_float64(student):
    features, labels = three_classes()
    weight, bias = fit(student, features.double(), labels, DECAY)
    return {"weight": weight, "bias": bias}


def fit_badly_scaled_features(student):
    weight, bias = fit(student, *badly_scaled(), SCALED_DECAY)
    return {"weight": weight, "bias": bias}


def fit_one_feature(student):
    weight, bias = fit(student, *one_feature(), DECAY)
    return {"weight": weight, "bias": bias}


def fit_twelve_classes(student):
    weight, bias = fit(student, *twelve_classes(), SCALED_DECAY)
    return {"weight": weight, "bias": bias}


def fit_an_encoders_output(student):
    """The result of an operation on a leaf, as of a frozen encoder without no_grad; column by column in memory."""
    features, labels = three_classes()
    leaf = features.T.contiguous().T.requires_grad_()
    output = leaf + 0.0
    weight, bias = student.linear_probe(output, labels, 3, DECAY)
    return {
        "weight": weight,
        "bias": bias - bias.mean(),
        "without_graph": not (weight.requires_grad or bias.requires_grad),
        "encoder_got_gradient": leaf.grad is not None,
        "still_with_graph": output.requires_grad and leaf.requires_grad and not labels.requires_grad,
        "inputs_after": join(output, labels),
    }
