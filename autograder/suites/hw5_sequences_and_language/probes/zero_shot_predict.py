"""Probes of zero_shot_predict. The classifier comes with norm 1, as the exercise before gives it; images do not."""

import math

import torch
import torch.nn.functional as F
from torch import Tensor

from .inputs_language import draw_features, join, turn

LOG_SCALE = 1.2
LOG_BOUND = math.log(100)

Batch = tuple[Tensor, Tensor, Tensor]


def four_images() -> Batch:
    """Images (4, 5), a classifier of three classes (3, 5), and a log_scale well below its bound."""
    return draw_features(450, 4, 5), F.normalize(draw_features(451, 3, 5), dim=1), torch.tensor(LOG_SCALE)


def on_four_images(student):
    batch = four_images()
    probabilities = student.zero_shot_predict(*batch)
    return {"probabilities": probabilities, "inputs_after": join(*batch)}


def close_directions() -> tuple[Tensor, Tensor]:
    """Images (2, 2) and a classifier (3, 2), all of norm 1, whose cosines differ by a few hundredths."""
    return turn(0.4, 1.0), turn(0.15, 0.6, 1.2)


def at_many_scales(student):
    log_scale = torch.tensor(6.0)
    values = {"at_6": student.zero_shot_predict(*close_directions(), log_scale), "log_scale_after": log_scale}
    for name, value in {"-1": -1.0, "2": 2.0, "4.5": 4.5, "bound": LOG_BOUND, "4.7": 4.7, "9": 9.0}.items():
        values[f"at_{name}"] = student.zero_shot_predict(*close_directions(), torch.tensor(value))
    return values


def three_of_all() -> Batch:
    """Three images, three classes, three dimensions."""
    return draw_features(452, 3, 3), F.normalize(draw_features(453, 3, 3), dim=1), torch.tensor(LOG_SCALE)


def on_other_sizes(student):
    images, classifier, log_scale = three_of_all()
    return {
        "of_three_of_all": student.zero_shot_predict(images, classifier, log_scale),
        "of_one_image": student.zero_shot_predict(images[:1], classifier, log_scale),
        "in_float64": student.zero_shot_predict(*(given.double() for given in four_images())),
    }
