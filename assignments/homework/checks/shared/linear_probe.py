"""Public checks of the linear classifier on frozen features."""

import torch
import torch.nn.functional as F
from torch import Tensor

from homework.checks import Student, public_check
from homework.checks.features import rows

PROBE = {
    "think": "which sum or mean do you minimise, what is decayed in it, and how large is its gradient when you stop?",
    "read": "SimCLR (Chen et al., 2020), appendix B.8; the docstring of linear_probe, notebook section 4.2",
}


def fitted(student: Student, features: Tensor, labels: list[int], weight_decay: float) -> dict[str, Tensor]:
    """The student's classifier in hundredths, which any minimiser agrees on; the sum of the biases is free."""
    weight, bias = student.linear_probe(features, torch.tensor(labels), max(labels) + 1, weight_decay)
    return {"weight": (100 * weight).round() / 100, "bias less its mean": (100 * (bias - bias.mean())).round() / 100}


@public_check("linear_probe", **PROBE)
def fit_two_points(student: Student) -> dict:
    """Features -1 and 1 of two classes: with this decay, 1 / (1 + e^2), the weights are -1 and 1."""
    return fitted(student, rows((-1,), (1,)), [0, 1], 0.11920292)


@public_check("linear_probe", **PROBE)
def fit_twelve_classes(student: Student) -> dict:
    """Twelve classes, one feature for each in a circle of twelve; in float64."""
    angle = 2 * torch.pi * torch.arange(12, dtype=torch.float64) / 12
    return fitted(student, torch.stack([angle.cos(), 2 * angle.sin()], dim=1), list(range(12)), 0.1)


@public_check("linear_probe", **PROBE)
def fit_three_classes(student: Student) -> dict:
    """Three classes of unequal size, in features away from the origin; in float64, where the gradient is below 1e-4."""
    features = rows((2, 0), (1, 1), (2, 1), (0, 2), (1, 3), (1, 2), (2, 3)).double()
    return fitted(student, features, [0, 1, 0, 0, 1, 0, 2], 0.6)


@public_check("linear_probe", **PROBE)
def stop_where_the_gradient_is_gone(student: Student) -> dict:
    """No entry of the loss's gradient is larger than 1e-4 in float64, also where one feature is large."""
    features = rows((20, 0), (10, 1), (22, 1), (0, 2), (11, 3), (9, 2), (19, 3)).double()
    labels, decay = torch.tensor([0, 1, 0, 0, 1, 0, 2]), 0.2
    weight, bias = student.linear_probe(features, labels, 3, decay)
    leaves = [weight.detach().double().requires_grad_(), bias.detach().double().requires_grad_()]
    loss = F.cross_entropy(features @ leaves[0].T + leaves[1], labels) + decay / 2 * leaves[0].square().sum()
    largest = max(gradient.abs().max().item() for gradient in torch.autograd.grad(loss, leaves))
    return {"the largest entry of the gradient": "at most 1e-4" if largest <= 1.1e-4 else f"{largest:.1g}, above 1e-4"}


@public_check("linear_probe", **PROBE)
def fit_features_with_a_graph(student: Student) -> dict:
    """Features are data: no gradient goes back to what made them, and weight and bias come without a graph."""
    source = rows((0, 2), (1, 1), (3, 1), (2, 0)).double().requires_grad_()
    features, labels = source + 0.0, torch.tensor([0, 0, 1, 1])  # like an encoder's output
    weight, bias = student.linear_probe(features, labels, 2, 0.5)
    with_graph = weight.requires_grad or bias.requires_grad
    kept = torch.equal(features, source) and features.requires_grad
    return {
        "weight": (100 * weight.detach()).round() / 100,
        "the gradient of the encoder's output": "none" if source.grad is None else "there: features are data",
        "what comes back": "weight or bias with a graph" if with_graph else "weight and bias without a graph",
        "features after the call": "as they were" if kept else "changed: other numbers, or without their graph",
    }
