"""Public checks of the homework on contrastive learning: random views, and the linear probe."""

from dataclasses import replace

import torch
from torch import Tensor

from homework.augmentation import Draws
from homework.checks import Student, public_check
from homework.checks.hw4_contrastive.moco import gradients, rows

CROP = {
    "think": "where in the image does each output pixel look, and which four pixel centres lie around that place?",
    "read": "the formula in the docstring of crop_and_flip; notebook section 3.3",
}
VIEWS = {
    "think": "what does each step get to see, whose draw does it use, and what does a factor of 0 leave of an image?",
    "read": "SimCLR (Chen et al., 2020), appendix A; the docstring of simclr_augment, notebook section 3.4",
}
PROBE = {
    "think": "which sum or mean do you minimise, what is decayed in it, and how large is its gradient when you stop?",
    "read": "SimCLR (Chen et al., 2020), appendix B.8; the docstring of linear_probe, notebook section 4.2",
}


def numbered_pixels(batch: int) -> Tensor:
    """Images (B, 1, 4, 6): pixel (row, column) of image b holds 100 (b + 1) + 10 row + column."""
    image, row, column = torch.meshgrid(*(torch.arange(float(n)) for n in (batch, 4, 6)), indexing="ij")
    return (100 * (image + 1) + 10 * row + column)[:, None]


@public_check("crop_and_flip", **CROP)
def cut_boxes_of_2_by_2_pixels(student: Student) -> dict:
    """Boxes of 2 x 2 whole pixels come out pixel for pixel, the second one mirrored."""
    images, boxes = numbered_pixels(3), rows((1, 3, 2, 2), (2, 0, 2, 2), (0, 4, 2, 2))
    views = student.crop_and_flip(images, boxes, torch.tensor([False, True, False]), 2)
    return {"the views": views, "images unchanged": bool(torch.equal(images, numbered_pixels(3)))}


@public_check("crop_and_flip", **CROP)
def look_between_pixels(student: Student) -> dict:
    """Boxes of any size are resized: between centres the values go on evenly, and beyond the border they stop."""
    boxes = rows((1, 1, 2, 4), (0.5, 1.5, 2, 3), (0, 0, 4, 6), (3, 5, 1, 1))
    return {"the views": student.crop_and_flip(numbered_pixels(4), boxes, torch.tensor([True, False, False, True]), 3)}


@public_check("crop_and_flip", **CROP)
def look_at_an_edge(student: Student) -> dict:
    """Next to the box's border a pixel outside of it counts, a single place has four neighbours; in float64."""
    images = torch.zeros(1, 1, 4, 4, dtype=torch.float64)
    images[..., 2:] = 8
    box, no = rows((1, 2, 2, 2)).double(), torch.tensor([False])
    one = student.crop_and_flip(images, box, no, 1)
    images.requires_grad_()  # not before: a backward pass through places that are NaN would end this process
    view = student.crop_and_flip(images, box, no, 4)
    return {"the view of 4 x 4": view, "the view of 1 x 1": one, "the gradient": gradients(view.sum(), images)[0]}


def undrawn(images: Tensor) -> Draws:
    """Draws that leave a batch of 2 x 2 images as it is."""
    one, no = torch.ones(len(images), dtype=images.dtype), torch.zeros(len(images), dtype=torch.bool)
    return Draws(rows(*[(0, 0, 2, 2)] * len(images)).to(images.dtype), no, one, one, one, no)


def four_colours() -> Tensor:
    """An image (3, 2, 2): dark red, green, a pale blue, and a grey."""
    colours = rows((0.5, 0, 0), (0, 0.5, 0), (0.5, 0.5, 0.75), (0.25, 0.25, 0.25))  # (4, 3)
    return colours.T.reshape(3, 2, 2).contiguous()


@public_check("simclr_augment", **VIEWS)
def draw_one_thing_for_each_image(student: Student) -> dict:
    """Twice as bright, half the contrast, half the saturation, and grey: each image by what was drawn for it."""
    images = four_colours().repeat(4, 1, 1, 1)
    draws = replace(
        undrawn(images),
        brightness=torch.tensor([2.0, 1, 1, 1]),
        contrast=torch.tensor([1.0, 0.5, 1, 1]),
        saturation=torch.tensor([1.0, 1, 0.5, 1]),
        grey=torch.tensor([False, False, False, True]),
    )
    views = student.simclr_augment(images, draws, 2)
    names = ("twice as bright", "half the contrast", "half the saturation", "grey")
    unchanged = {"images unchanged": bool(torch.equal(images[0], four_colours()))}
    return dict(zip(names, views, strict=True)) | unchanged


@public_check("simclr_augment", **VIEWS)
def draw_everything(student: Student) -> dict:
    """Crop, flip, brightness, contrast, saturation, grey, in this order, and in [0, 1] after each mix."""
    images = torch.stack([four_colours(), four_colours().flip(1)])
    draws = Draws(
        rows((0.5, 0, 1.5, 2), (0, 0.25, 1.5, 1.5)),
        torch.tensor([True, False]),
        torch.tensor([1.75, 2.5]),
        torch.tensor([2.0, 1.5]),
        torch.tensor([2.0, 1.5]),
        torch.tensor([False, True]),
    )
    return {"the views": student.simclr_augment(images, draws, 2)}


@public_check("simclr_augment", **VIEWS)
def draw_for_one_channel(student: Student) -> dict:
    """An image with one channel is its own grey: only brightness and contrast change it; in float64."""
    image = rows((0, 0.25), (0.5, 0.75)).double()[None, None]
    two = torch.tensor([2.0], dtype=torch.float64)
    draws = replace(undrawn(image), brightness=two / 4, contrast=two, saturation=two / 4, grey=torch.tensor([True]))
    return {"the view": student.simclr_augment(image, draws, 2)}


def fitted(student: Student, features: Tensor, labels: list[int], weight_decay: float) -> dict[str, Tensor]:
    """The student's classifier in hundredths, which any minimiser agrees on; the sum of the biases is free."""
    weight, bias = student.linear_probe(features, torch.tensor(labels), max(labels) + 1, weight_decay)
    return {"weight": (100 * weight).round() / 100, "bias less its mean": (100 * (bias - bias.mean())).round() / 100}


@public_check("linear_probe", **PROBE)
def fit_two_points(student: Student) -> dict:
    """Features -1 and 1 of two classes: with this decay, 1 / (1 + e^2), the weights are -1 and 1."""
    return fitted(student, rows((-1,), (1,)), [0, 1], 0.11920292)


@public_check("linear_probe", **PROBE)
def fit_three_classes(student: Student) -> dict:
    """Three classes of unequal size, in features away from the origin; in float64."""
    features = rows((2, 0), (1, 1), (2, 1), (0, 2), (1, 3), (1, 2), (2, 3)).double()
    return fitted(student, features, [0, 1, 0, 0, 1, 0, 2], 0.6)


@public_check("linear_probe", **PROBE)
def fit_features_with_a_graph(student: Student) -> dict:
    """Features are data: no gradient goes back to what made them, and weight and bias come without a graph."""
    source = rows((0, 2), (1, 1), (3, 1), (2, 0)).double().requires_grad_()
    features, labels = source + 0.0, torch.tensor([0, 0, 1, 1])  # like an encoder's output
    weight, bias = student.linear_probe(features, labels, 2, 0.5)
    return {
        "weight": (100 * weight.detach()).round() / 100,
        "no gradient to the encoder": source.grad is None,
        "no graph": not (weight.requires_grad or bias.requires_grad),
        "features unchanged": bool(torch.equal(features, source)),
    }
