"""Probes of split_brain_loss."""

import torch
from torch import Tensor

from .inputs import draw

NAMES = ("predicted_ab", "ab", "predicted_l", "l")
Case = dict[str, Tensor]


def two_images() -> Case:
    """All four for two images (2, …, 3, 4); the colour is painted worse than the lightness."""
    shapes = {"predicted_ab": 2, "ab": 2, "predicted_l": 1, "l": 1}
    scale = {"predicted_ab": 2.0, "predicted_l": 0.5}
    numbers = {name: draw(80 + seed, 2, channels, 3, 4) for seed, (name, channels) in enumerate(shapes.items())}
    return {name: scale.get(name, 1.0) * tensor for name, tensor in numbers.items()}


def lightness_right() -> Case:
    """L is predicted rightly."""
    case = two_images()
    return case | {"predicted_l": case["l"].clone()}


def colour_right() -> Case:
    """The colour is predicted rightly."""
    case = two_images()
    return case | {"predicted_ab": case["ab"].clone()}


def one_pixel() -> Case:
    """One image of a single pixel, in float64."""
    return {name: tensor[:1, :, :1, :1].double() for name, tensor in two_images().items()}


def measure(student, case: Case) -> dict:
    """The loss, the gradients of both predictions where there are any, and what the inputs hold after it, in a row."""
    given = {name: tensor.clone().requires_grad_(name.startswith("predicted")) for name, tensor in case.items()}
    loss = student.split_brain_loss(*(given[name] for name in NAMES))
    seen = {"loss": loss, "inputs after": torch.cat([given[name].detach().flatten() for name in NAMES])}
    if isinstance(loss, Tensor) and loss.requires_grad:
        loss.sum().backward()
    gradients = {f"gradient of {name}": leaf.grad for name, leaf in given.items() if leaf.grad is not None}
    return seen | gradients


def on_two_images(student):
    seen = measure(student, two_images())
    for name, case in (("lightness", lightness_right()), ("colour", colour_right())):
        seen[f"loss with the {name} right"] = student.split_brain_loss(*(case[key] for key in NAMES))
    one = [one_pixel()[key] for key in NAMES]
    seen["loss of one pixel"] = student.split_brain_loss(*(tensor.float() for tensor in one))
    return seen | {"loss of one pixel in float64": student.split_brain_loss(*one)}
