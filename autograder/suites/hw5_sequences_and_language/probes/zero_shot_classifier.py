"""Probes of zero_shot_classifier."""

import torch
from torch import Tensor

from homework.on_gpu import on_gpu

from .inputs import draw_features
from .inputs_given import look_after, prepare, strided


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
    """Every text with another norm, from about 0.05 to 500, and in the same direction."""
    return features * torch.logspace(-0.8, 2.1, features.shape[1])[None, :, None]


def on_three_classes(student):
    return {
        "classifier": student.zero_shot_classifier(three_classes()),
        "classifier_of_lengthened": student.zero_shot_classifier(lengthen(three_classes())),
        "classifier_of_others": student.zero_shot_classifier(three_other_classes()),
    }


def leave_inputs(student):
    given = prepare(three_classes(), learn=False)
    return {"classifier": student.zero_shot_classifier(*given).detach(), **look_after(given)}


def in_another_order(student):
    """The numbers lie in memory in another order; then all texts of a class are equal."""
    (features,) = strided(three_classes())
    return {
        "classifier": student.zero_shot_classifier(features),
        "classifier_of_expanded": student.zero_shot_classifier(features[:, :1].expand(3, 4, 5)),
    }


def of_all_sizes() -> dict[str, Tensor]:
    """As many classes as texts as dimensions; one text a class; one class; one text; one number each; many classes."""
    return {
        "three_of_all": draw_texts(430, 3, 3, 3),
        "one_text_a_class": draw_texts(435, 4, 1, 3),
        "one_class": draw_texts(440, 1, 3, 4),
        "one_text": draw_texts(445, 1, 1, 3),
        "one_number_each": 0.1 + draw_texts(448, 3, 2, 1).abs(),
        "many_classes": draw_texts(455, 13, 37, 3),
        "a_text_twice": draw_texts(458, 2, 2, 3)[:, [0, 0, 1]],
    }


def on_other_sizes(student):
    return {name: student.zero_shot_classifier(features) for name, features in of_all_sizes().items()}


def in_float64(student):
    return {"classifier": student.zero_shot_classifier(three_classes().double())}


def on_a_gpu(student):
    return on_gpu(student, on_three_classes)
