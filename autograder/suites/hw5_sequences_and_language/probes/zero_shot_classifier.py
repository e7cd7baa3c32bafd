"""Probes of zero_shot_classifier."""

import torch
from torch import Tensor

from .inputs_language import draw_features, join


def draw_texts(seed: int, classes: int, texts: int, dim: int) -> Tensor:
    """(Q, T, D): the texts of a class point roughly where the class does, with norms of their own."""
    directions = draw_features(seed, classes, 1, dim)
    texts = directions / directions.norm(dim=2, keepdim=True) + 0.4 * draw_features(seed + 1, classes, texts, dim)
    return texts * draw_features(seed + 2, *texts.shape[:2], 1).abs().clamp(0.2, 4)


def three_classes() -> Tensor:
    """Three classes, four texts for each, five dimensions."""
    return draw_texts(420, 3, 4, 5)


def three_other_classes() -> Tensor:
    """The same shape."""
    return draw_texts(425, 3, 4, 5)


def lengthen(features: Tensor) -> Tensor:
    """Every text with another norm and in the same direction."""
    return features * torch.linspace(0.2, 6, features.shape[1])[None, :, None]


def on_three_classes(student):
    features = three_classes()
    classifier = student.zero_shot_classifier(features)
    return {
        "classifier": classifier,
        "input_after": join(features),
        "classifier_of_lengthened": student.zero_shot_classifier(lengthen(three_classes())),
        "classifier_of_others": student.zero_shot_classifier(three_other_classes()),
    }


def of_all_sizes() -> dict[str, Tensor]:
    """As many classes as texts as dimensions; one text a class; one class; one class with one text."""
    return {
        "three_of_all": draw_texts(430, 3, 3, 3),
        "one_text_a_class": draw_texts(435, 4, 1, 3),
        "one_class": draw_texts(440, 1, 3, 4),
        "one_text": draw_texts(445, 1, 1, 3),
    }


def on_other_sizes(student):
    values = {name: student.zero_shot_classifier(features) for name, features in of_all_sizes().items()}
    return {**values, "in_float64": student.zero_shot_classifier(three_classes().double())}
