"""Probes of knn_predict."""

import torch
from torch import Tensor

from homework.on_gpu import on_gpu

from .inputs import draw_features, join
from .inputs_kept import is_kept, strided

K, TEMPERATURE, NUM_CLASSES = 9, 0.2, 14
VERY_LOW_TEMPERATURE, LOW_TEMPERATURE, HIGH_TEMPERATURE = 0.005, 0.1, 10.0

Case = tuple[Tensor, Tensor, Tensor]


def labelled_images() -> tuple[Tensor, Tensor]:
    """features (40, 5) and labels (40,): six of fourteen classes, the last one among them."""
    return draw_features(330, 40, 5), torch.tensor([5, 0, 13, 6, 1, 11])[torch.arange(40) * 7 % 6]


def queries() -> Tensor:
    """Features to classify, (30, 5)."""
    return draw_features(331, 30, 5)


def rescale(features: Tensor) -> Tensor:
    """Each row with another norm and in the same direction."""
    return features * torch.linspace(0.05, 1.0, len(features))[:, None]


def classify_thirty(student):
    given = features, labels, wanted = *labelled_images(), queries()
    predicted = student.knn_predict(*given, K, TEMPERATURE, NUM_CLASSES)
    after, kept = join(*given), is_kept((), given)
    others = rescale(features) / 20, labels, 20 * rescale(wanted)
    return {
        "predicted": predicted,
        "dtype": str(getattr(predicted, "dtype", "")),
        "inputs_after": after,
        "flags_kept": kept,
        "predicted_of_reversed": student.knn_predict(features, labels, queries().flip(0), K, TEMPERATURE, NUM_CLASSES),
        "predicted_of_rescaled": student.knn_predict(*others, K, TEMPERATURE, NUM_CLASSES),
    }


def classify_on_one_device(student):
    return {"predicted": student.knn_predict(*labelled_images(), queries(), K, TEMPERATURE, NUM_CLASSES)}


def on_a_gpu(student):
    return on_gpu(student, classify_on_one_device)


def classify_at_the_edges(student):
    features, labels = labelled_images()
    return {
        "one_neighbour": student.knn_predict(features, labels, queries(), 1, TEMPERATURE, NUM_CLASSES),
        "all_neighbours": student.knn_predict(features, labels, queries(), 40, TEMPERATURE, NUM_CLASSES),
        "one_query": student.knn_predict(features, labels, queries()[3:4], K, TEMPERATURE, NUM_CLASSES),
        "one_image": student.knn_predict(features[:1], labels[:1], queries(), 1, TEMPERATURE, NUM_CLASSES),
    }


def many() -> Case:
    """The labelled images, and 131 queries."""
    return *labelled_images(), draw_features(332, 131, 5)


def elsewhere() -> Case:
    """The labelled images and the queries, with gaps between their numbers in memory."""
    features, labels = labelled_images()
    return *strided(features, labels), *strided(queries())


def classify_others(student):
    return {
        "many": student.knn_predict(*many(), K, TEMPERATURE, NUM_CLASSES),
        "elsewhere": student.knn_predict(*elsewhere(), K, TEMPERATURE, NUM_CLASSES),
    }


def classify_in_float64(student):
    features, labels = labelled_images()
    return {
        "predicted": student.knn_predict(features.double(), labels, queries().double(), K, TEMPERATURE, NUM_CLASSES)
    }


def place(*degrees: float) -> Tensor:
    """Unit vectors (number of angles, 2); the query stands at 0 degrees."""
    angle = torch.tensor(degrees).deg2rad()
    return torch.stack([angle.cos(), angle.sin()], dim=1)


def _case(degrees: dict[int, tuple[float, ...]]) -> Case:
    """One query at 0 degrees, and labelled images of each class at the given angles from it."""
    labels = [label for label, angles in degrees.items() for _ in angles]
    return place(*(angle for angles in degrees.values() for angle in angles)), torch.tensor(labels), place(0)


def few_near_and_many_far() -> Case:
    """Two of class 1 near the query, four of class 0 far from it."""
    return _case({0: (60, 61, -62, 63), 1: (5, -6)})


def one_nearest_and_many_near() -> Case:
    """The nearest image is of class 0, the next three are of class 1."""
    return _case({0: (10,), 1: (20, -21, 22)})


def weigh(student):
    return {
        "few_near": student.knn_predict(*few_near_and_many_far(), 6, LOW_TEMPERATURE, 3),
        "few_near_at_high_temperature": student.knn_predict(*few_near_and_many_far(), 6, HIGH_TEMPERATURE, 3),
        "one_nearest": student.knn_predict(*one_nearest_and_many_near(), 4, LOW_TEMPERATURE, 3),
        "one_nearest_of_three": student.knn_predict(*one_nearest_and_many_near(), 3, LOW_TEMPERATURE, 3),
    }


def hard_cases() -> dict[str, Case]:
    """All neighbours near the query, all at right angles to it, all opposite to it."""
    return {
        "near": _case({0: (15, -16), 2: (3,)}),
        "at right angles": _case({0: (100, -101), 1: (80,)}),
        "opposite": _case({0: (175, -176), 1: (150,)}),
    }


def weigh_at_a_very_low_temperature(student):
    return {name: student.knn_predict(*case, 3, VERY_LOW_TEMPERATURE, 3) for name, case in hard_cases().items()}
