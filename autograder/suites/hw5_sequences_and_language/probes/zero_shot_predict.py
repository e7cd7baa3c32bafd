"""Probes of zero_shot_predict. The classifier comes with norm 1, as the exercise before gives it; images do not."""

import math

import torch
import torch.nn.functional as F
from torch import Tensor

from homework.on_gpu import on_gpu

from .inputs import draw_features
from .inputs_given import look_after, prepare, strided
from .inputs_language import turn

LOG_SCALE = 1.2
LOG_BOUND = math.log(100)

Batch = tuple[Tensor, Tensor, Tensor]


def four_images() -> Batch:
    """Images (4, 5) of very different norms, a classifier of three classes (3, 5), a log_scale below its bound."""
    norms = torch.tensor([[0.06], [1.0], [3.0], [60.0]])
    return norms * draw_features(450, 4, 5), F.normalize(draw_features(451, 3, 5), dim=1), torch.tensor(LOG_SCALE)


def on_four_images(student):
    return {"probabilities": student.zero_shot_predict(*four_images())}


def leave_inputs(student):
    given = prepare(*four_images(), learn=False)
    return {"probabilities": student.zero_shot_predict(*given).detach(), **look_after(given)}


def in_another_order(student):
    """The numbers lie in memory in another order; then all images are the same."""
    images, classifier, log_scale = strided(*four_images())
    return {
        "probabilities": student.zero_shot_predict(images, classifier, log_scale),
        "probabilities_of_expanded": student.zero_shot_predict(images[:1].expand(4, 5), classifier, log_scale),
    }


def close_directions() -> tuple[Tensor, Tensor]:
    """Images (2, 2) and a classifier (3, 2), all of norm 1, whose cosines differ by a few hundredths."""
    return turn(0.4, 1.0), turn(0.15, 0.6, 1.2)


SCALES = {"-7": -7.0, "-1": -1.0, "2": 2.0, "4.5": 4.5, "bound": LOG_BOUND, "4.7": 4.7, "9": 9.0, "95": 95.0}


def opposite_directions() -> tuple[Tensor, Tensor]:
    """Two images and a classifier (3, 2), of norm 1: each image is a class, the opposite of one, or at right angles."""
    return turn(0.0, math.pi / 2), turn(0.0, math.pi, math.pi / 2)


def at_many_scales(student):
    log_scale = torch.tensor(6.0)
    values = {"at_6": student.zero_shot_predict(*close_directions(), log_scale), "log_scale_after": log_scale}
    for name, value in SCALES.items():
        values[f"at_{name}"] = student.zero_shot_predict(*close_directions(), torch.tensor(value))
    values["of_opposites"] = student.zero_shot_predict(*opposite_directions(), torch.tensor(LOG_BOUND))
    return values


def three_of_all() -> Batch:
    """Three images, three classes, three dimensions."""
    return draw_features(452, 3, 3), F.normalize(draw_features(453, 3, 3), dim=1), torch.tensor(LOG_SCALE)


def other_sizes() -> dict[str, Batch]:
    """One class, one number each, two classes that are the same, and many images and classes."""
    one, many = torch.ones(1, 1), F.normalize(draw_features(454, 37, 3), dim=1)
    images, classifier, log_scale = three_of_all()
    return {
        "one_class": (images, classifier[:1], log_scale),
        "one_number_each": (torch.tensor([[2.0], [-0.5]]), torch.cat([one, -one]), log_scale),
        "equal_classes": (images, classifier[[0, 1, 1]], log_scale),
        "many_of_all": (draw_features(456, 131, 3), many, log_scale),
    }


def on_three_of_all(student):
    return {"probabilities": student.zero_shot_predict(*three_of_all())}


def on_one_image(student):
    images, classifier, log_scale = three_of_all()
    return {"probabilities": student.zero_shot_predict(images[:1], classifier, log_scale)}


def on_other_sizes(student):
    return {name: student.zero_shot_predict(*batch) for name, batch in other_sizes().items()}


def in_float64(student):
    return {"probabilities": student.zero_shot_predict(*(given.double() for given in four_images()))}


def on_a_gpu(student):
    return on_gpu(student, on_three_of_all)
