"""Public checks of the homework on sequences and language: images and texts."""

import math

import torch
from torch import Tensor

from homework.checks import Student, public_check
from homework.checks.features import rows
from homework.checks.hw5_sequences_and_language.given import changes, gradients, turned

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


def three_pairs() -> tuple[Tensor, Tensor]:
    """Images and texts (3, 2), whose norms are 5, 2, 1 and 1, 10, 3."""
    return rows((3, 4), (0, 2), (-1, 0)), rows((1, 0), (6, 8), (0, 3))


def three_pairs_of_other_norms() -> tuple[Tensor, Tensor]:
    """The same directions, with norms from 0.05 to 200."""
    images, texts = three_pairs()
    return images * torch.tensor([[0.01], [100.0], [1.0]]), texts * torch.tensor([[0.1], [0.1], [30.0]])


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
        "the loss of two texts that are equal": student.clip_loss(
            rows((1, 0), (0, 1), (-1, 0)), rows((2, 1), (2, 1), (0, 1)), zero
        ),
    }


@public_check("clip_loss", **LOSS)
def on_three_pairs(student: Student) -> dict:
    """Only directions count, exp(log_scale) multiplies, and the mean is over pairs and over both directions."""
    images, texts = three_pairs()
    log_scale = torch.tensor(math.log(5.0))
    loss = student.clip_loss(images, texts, log_scale)
    small, tiny = torch.tensor(math.log(0.25)), torch.tensor(-5.0).double()
    changed = changes((images, texts, log_scale), (*three_pairs(), torch.tensor(math.log(5.0))))
    short, long = (each.double() for each in three_pairs())
    return {
        "the loss at the scale 5": loss,
        **changed,
        "the loss at the scale 1/4": student.clip_loss(*three_pairs(), small),
        "the loss of very short and long features": student.clip_loss(*three_pairs_of_other_norms(), log_scale),
        "1,000 times what the loss is below log 3 at log_scale -5": 1000
        * (math.log(3) - student.clip_loss(short, long, tiny)),
        "the loss of inputs that lie in memory in another order": student.clip_loss(*map(turned, three_pairs()), small),
    }


@public_check("clip_loss", **LOSS)
def on_features_that_are_trained(student: Student) -> dict:
    """In float64 the gradients reach images, texts and log_scale."""
    images, texts = (features.double().requires_grad_() for features in three_pairs())
    log_scale = torch.tensor(1.0, dtype=torch.float64, requires_grad=True)
    loss = student.clip_loss(images, texts, log_scale)
    names = ("the gradient of images", "the gradient of texts", "the gradient of log_scale")
    return {"the loss": loss, **dict(zip(names, gradients(loss, images, texts, log_scale), strict=True))}


@public_check("clip_loss", **LOSS)
def near_the_bound(student: Student) -> dict:
    """The scale stops at 100: two pairs whose texts are exchanged cost 124 there, 99.2 at 80, and never more."""
    one, other = rows((1, 0), (0, 1)), rows((-0.28, 0.96), (0.96, -0.28))  # own cosine -0.28, the other one 0.96
    scales = {"80": math.log(80), "100": math.log(100), "150": math.log(150), "e^12": 12.0}
    losses = {f"the loss at {name}": student.clip_loss(one, other, torch.tensor(at)) for name, at in scales.items()}
    log_scale = torch.tensor(12.0)
    student.clip_loss(one, other, log_scale)
    return {**losses, "“your function wrote its bound into log_scale”": bool(log_scale != 12)}


def two_classes() -> Tensor:
    """(2, 2, 2): the norms of the first class's texts are 4 and 1, those of the second class's 5 and 10."""
    return torch.stack([rows((4, 0), (0, 1)), rows((3, 4), (-6, 8))])


@public_check("zero_shot_classifier", **CLASSIFIER)
def on_two_classes(student: Student) -> dict:
    """A long text and a short one at right angles give the direction half-way between them, of norm 1."""
    features, norms = two_classes(), torch.tensor([[0.01, 0.05], [100.0, 1.0]])[:, :, None]
    return {
        "the classifier": student.zero_shot_classifier(features),
        **changes((features,), (two_classes(),)),
        "the classifier of very short and long texts": student.zero_shot_classifier(norms * two_classes()),
        "the classifier of texts that lie in memory in another order": student.zero_shot_classifier(turned(features)),
    }


@public_check("zero_shot_classifier", **CLASSIFIER)
def on_one_class(student: Student) -> dict:
    """Three texts of one class, and one text of each of three, in float64."""
    features = rows((2, 0, 0), (0, 0, 3), (0, 0, 1)).double()
    return {
        "the classifier of one class": student.zero_shot_classifier(features[None]),
        "the classifier of three": student.zero_shot_classifier(features[:, None]),
        "the classifier of a text that comes twice": student.zero_shot_classifier(features[None, [0, 0, 1]]),
    }


@public_check("zero_shot_predict", **PREDICT)
def on_two_images(student: Student) -> dict:
    """An image half-way between two classes gives each 1/2; one at the scale log 9 that is one class gives it 9/10."""
    images, classifier = rows((5, 5), (4, 0), (0, 2)), rows((1, 0), (0, 1))
    log_scale = torch.tensor(math.log(math.log(9)))
    given, norms = (images.clone(), classifier.clone()), torch.tensor([[0.01], [50.0], [0.1]])
    return {
        "the table of probabilities": student.zero_shot_predict(*given, log_scale),
        **changes(given, (images, classifier)),
        "the table of probabilities of very short and long images": student.zero_shot_predict(
            norms * images, classifier, log_scale
        ),
        "the table of probabilities of inputs that lie in memory in another order": student.zero_shot_predict(
            turned(images), turned(classifier), log_scale
        ),
    }


@public_check("zero_shot_predict", **PREDICT)
def at_the_bound(student: Student) -> dict:
    """The scale stops at 100, where cosines of 0.96 and 1 leave the lower one less than 2 percent."""
    image, classifier = rows((3, 4)), rows((0.6, 0.8), (0.8, 0.6))
    scales = {
        "1/1000": math.log(0.001),
        "1/2": math.log(0.5),
        "20": math.log(20),
        "100": math.log(100),
        "200": math.log(200),
        "e^12": 12.0,
    }
    log_scales = {f"the table of probabilities at the scale {name}": torch.tensor(at) for name, at in scales.items()}
    values = {name: student.zero_shot_predict(image, classifier, at) for name, at in log_scales.items()}
    last = [*log_scales.values()][-1]
    return {**values, "“your function wrote its bound into log_scale”": bool(last != 12)}


@public_check("zero_shot_predict", **PREDICT)
def in_float64(student: Student) -> dict:
    """One image and three classes in float64."""
    image, classifier = rows((0, 3)).double(), rows((1, 0), (0.6, 0.8), (0, -1)).double()
    half = torch.tensor(0.5).double()
    return {
        "the table of probabilities": student.zero_shot_predict(image, classifier, half),
        "the table of one class": student.zero_shot_predict(image, classifier[:1], half),
        "the table of three images": student.zero_shot_predict(classifier * 2, classifier, half),
        "the table of opposites": student.zero_shot_predict(
            rows((2, 0)).double(), rows((1, 0), (-1, 0)).double(), 8 * half
        ),
    }
