"""Probes of split_brain_loss."""

from torch import Tensor

from homework.on_gpu import on_gpu

from .inputs import draw
from .inputs_handed import as_parameter, in_other_memory, look_at

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


def color_right() -> Case:
    """The colour is predicted rightly."""
    case = two_images()
    return case | {"predicted_ab": case["ab"].clone()}


def one_pixel() -> Case:
    """One image of a single pixel, in float64."""
    return {name: tensor[:1, :, :1, :1].double() for name, tensor in two_images().items()}


def prepared(case: Case) -> Case:
    """The predictions ask for gradients, and hold old ones."""
    return {name: as_parameter(tensor) if name.startswith("predicted") else tensor for name, tensor in case.items()}


def measure(student, case: Case) -> dict:
    """The loss, the gradients of both predictions where there are any, and what the inputs hold after it, in a row."""
    given = prepared(case)
    loss = student.split_brain_loss(*(given[name] for name in NAMES))
    seen = {"loss": loss, "inputs after": look_at(*(given[name] for name in NAMES))}
    for tensor in given.values():
        tensor.grad = None
    if isinstance(loss, Tensor) and loss.requires_grad:
        loss.sum().backward()
    gradients = {f"gradient of {name}": leaf.grad for name, leaf in given.items() if leaf.grad is not None}
    return seen | gradients


def on_two_images(student):
    seen = measure(student, two_images())
    for name, case in (("lightness", lightness_right()), ("colour", color_right())):
        seen[f"loss with the {name} right"] = student.split_brain_loss(*(case[key] for key in NAMES))
    one = [one_pixel()[key] for key in NAMES]
    seen["loss of one pixel"] = student.split_brain_loss(*(tensor.float() for tensor in one))
    return seen | {"loss of one pixel in float64": student.split_brain_loss(*one)}


def all_right() -> Case:
    """Both are predicted rightly, of one image of 1 x 5 pixels."""
    case = {name: draw(84, 1, 2 if name.endswith("ab") else 1, 1, 5) for name in NAMES}
    return case | {"predicted_ab": case["ab"].clone(), "predicted_l": case["l"].clone()}


def in_other_memories() -> Case:
    return {name: in_other_memory(tensor) for name, tensor in two_images().items()}


def on_other_kinds(student):
    seen = measure(student, all_right())
    return seen | {"loss in other memory": student.split_brain_loss(*(in_other_memories()[key] for key in NAMES))}


def on_the_color_alone(student):
    return measure(student, lightness_right())


def on_a_gpu(student):
    return on_gpu(student, on_the_color_alone)
