"""Public checks of the homework on sequences and language: images and texts."""

import math

import torch
from torch import Tensor

from homework.checks import Student, public_check

LOSS = {
    "think": "who looks for whom among whom, and what becomes of norms and of log_scale before the logits are there?",
    "read": "CLIP (Radford et al., 2021), figure 3 and section 2.5; notebook section 2.1",
}
CLASSIFIER = {
    "think": "what is averaged over what, and which vectors have norm 1 before and after?",
    "read": "CLIP (Radford et al., 2021), section 3.1.4; notebook section 2.2",
}
PREDICT = {
    "think": "which numbers compete in the softmax, and what are they before it?",
    "read": "CLIP (Radford et al., 2021), section 3.1.2; notebook section 2.3",
}


def rows(*values: tuple[float, ...]) -> Tensor:
    """Features (number of values, D), one vector a row."""
    return torch.tensor(values, dtype=torch.float32)


def gradients(loss: Tensor, *inputs: Tensor) -> list[Tensor]:
    """What the loss says each input should do; zeros where no path leads to it."""
    if not loss.requires_grad:
        return [torch.zeros_like(each) for each in inputs]
    found = torch.autograd.grad(loss, inputs, allow_unused=True)
    return [torch.zeros_like(x) if gradient is None else gradient for x, gradient in zip(inputs, found, strict=True)]


def three_pairs() -> tuple[Tensor, Tensor]:
    """Images and texts (3, 2), whose norms are 5, 2, 1 and 1, 10, 3."""
    return rows((3, 4), (0, 2), (-1, 0)), rows((1, 0), (6, 8), (0, 3))


@public_check("clip_loss", **LOSS)
def guess(student: Student) -> dict:
    """Where all images are alike, each text's guess costs log 2 = 0.693, and where all texts are alike too, both do."""
    same, other = rows((0, 2), (0, 3)), rows((1, 0), (0, 1))
    zero = torch.tensor(0.0)
    return {
        "the loss of two guesses": student.clip_loss(same, rows((3, 4), (6, 8)), zero),
        "the loss with equal images": student.clip_loss(same, other, zero),
        "the loss with equal texts": student.clip_loss(other, same, zero),
        "the loss of one pair": student.clip_loss(same[:1], other[:1], zero),
    }


@public_check("clip_loss", **LOSS)
def on_three_pairs(student: Student) -> dict:
    """Only directions count, exp(log_scale) multiplies, and the mean is over pairs and over both directions."""
    images, texts = three_pairs()
    loss = student.clip_loss(images, texts, torch.tensor(math.log(5.0)))
    return {
        "the loss at the scale 5": loss,
        "inputs unchanged": bool(images[0, 1] == 4 and texts[1, 1] == 8),
        "the loss at the scale 1/4": student.clip_loss(*three_pairs(), torch.tensor(math.log(0.25))),
    }


@public_check("clip_loss", **LOSS)
def on_features_that_are_trained(student: Student) -> dict:
    """In float64 the gradients reach images, texts and log_scale."""
    images, texts = (features.double().requires_grad_() for features in three_pairs())
    log_scale = torch.tensor(1.0, dtype=torch.float64, requires_grad=True)
    loss = student.clip_loss(images, texts, log_scale)
    names = ("gradient of images", "gradient of texts", "gradient of log_scale")
    return {"the loss": loss, **dict(zip(names, gradients(loss, images, texts, log_scale), strict=True))}


@public_check("clip_loss", **LOSS)
def near_the_bound(student: Student) -> dict:
    """The scale stops at 100: two pairs whose texts are exchanged cost 124 there, 99.2 at 80, and never more."""
    one, other = rows((1, 0), (0, 1)), rows((-0.28, 0.96), (0.96, -0.28))  # own cosine -0.28, the other one 0.96
    scales = {"80": math.log(80), "100": math.log(100), "150": math.log(150), "e^12": 12.0}
    losses = {f"the loss at {name}": student.clip_loss(one, other, torch.tensor(at)) for name, at in scales.items()}
    log_scale = torch.tensor(12.0)
    student.clip_loss(one, other, log_scale)
    return {**losses, "log_scale unchanged": bool(log_scale == 12)}


def two_classes() -> Tensor:
    """(2, 2, 2): the norms of the first class's texts are 4 and 1, those of the second class's 5 and 10."""
    return torch.stack([rows((4, 0), (0, 1)), rows((3, 4), (-6, 8))])


@public_check("zero_shot_classifier", **CLASSIFIER)
def on_two_classes(student: Student) -> dict:
    """A long text and a short one at right angles give the direction half-way between them, of norm 1."""
    features = two_classes()
    return {"the classifier": student.zero_shot_classifier(features), "input unchanged": bool(features[0, 0, 0] == 4)}


@public_check("zero_shot_classifier", **CLASSIFIER)
def on_one_class(student: Student) -> dict:
    """Three texts of one class, and one text of each of three, in float64."""
    features = rows((2, 0, 0), (0, 0, 3), (0, 0, 1)).double()
    return {
        "the classifier of one class": student.zero_shot_classifier(features[None]),
        "the classifier of three": student.zero_shot_classifier(features[:, None]),
    }


@public_check("zero_shot_predict", **PREDICT)
def on_two_images(student: Student) -> dict:
    """An image half-way between two classes gives each 1/2; one at the scale log 9 that is one class gives it 9/10."""
    images, classifier = rows((5, 5), (4, 0), (0, 2)), rows((1, 0), (0, 1))
    log_scale = torch.tensor(math.log(math.log(9)))
    probabilities = student.zero_shot_predict(images, classifier, log_scale)
    return {"the probabilities": probabilities, "input unchanged": bool(images[0, 0] == 5)}


@public_check("zero_shot_predict", **PREDICT)
def at_the_bound(student: Student) -> dict:
    """The scale stops at 100, where cosines of 0.96 and 1 leave the lower one less than 2 percent."""
    image, classifier = rows((3, 4)), rows((0.6, 0.8), (0.8, 0.6))
    scales = {"1/2": math.log(0.5), "20": math.log(20), "100": math.log(100), "200": math.log(200), "e^12": 12.0}
    log_scales = {f"at {name}": torch.tensor(at) for name, at in scales.items()}
    values = {name: student.zero_shot_predict(image, classifier, at) for name, at in log_scales.items()}
    return {**values, "log_scale unchanged": bool(log_scales["at e^12"] == 12)}


@public_check("zero_shot_predict", **PREDICT)
def in_float64(student: Student) -> dict:
    """One image and three classes in float64."""
    image, classifier = rows((0, 3)).double(), rows((1, 0), (0.6, 0.8), (0, -1)).double()
    return {"the probabilities": student.zero_shot_predict(image, classifier, torch.tensor(0.5).double())}
