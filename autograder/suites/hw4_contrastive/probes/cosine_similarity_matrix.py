"""Probes of cosine_similarity_matrix."""

import torch
import torch.nn.functional as F
from torch import Tensor

from homework.on_gpu import on_gpu

from .inputs import draw_features, find_gradients, join
from .inputs_kept import is_kept, strided


def four_and_three() -> tuple[Tensor, Tensor]:
    """a (4, 5) and b (3, 5)."""
    return draw_features(110, 4, 5), draw_features(111, 3, 5)


def compare_four_with_three(student):
    a, b = four_and_three()
    similarity = student.cosine_similarity_matrix(a, b)
    return {"similarity": similarity, "inputs_after": join(a, b), "flags_kept": is_kept((), (a, b))}


def compare_other_sizes(student):
    a, b = four_and_three()
    square = draw_features(112, 4, 4), draw_features(113, 4, 4)
    return {
        "one_with_three": student.cosine_similarity_matrix(a[:1], b),
        "four_with_one": student.cosine_similarity_matrix(a, b[:1]),
        "one_with_one": student.cosine_similarity_matrix(a[:1], b[:1]),
        "three_with_four": student.cosine_similarity_matrix(b, a),
        "of_one_number": student.cosine_similarity_matrix(a[:, :1], b[:, :1]),
        "square": student.cosine_similarity_matrix(*square),
    }


def in_float64(student):
    a, b = four_and_three()
    return {"float64": student.cosine_similarity_matrix(a.double(), b.double())}


def many() -> tuple[Tensor, Tensor]:
    """a (131, 7) and b (67, 7), the same in other places of the memory."""
    return strided(draw_features(115, 131, 7), draw_features(116, 67, 7))


def compare_many(student):
    return {"means": student.cosine_similarity_matrix(*many()).mean(dim=1)}


def other_norms() -> tuple[Tensor, Tensor]:
    """a (4, 5) and b (3, 5) with norms from 0.001 to 1000."""
    a, b = (F.normalize(features, dim=1) for features in four_and_three())
    return a * torch.tensor([[1e-3], [1e3], [1.0], [0.01]]), b * torch.tensor([[1e3], [1e-3], [1.0]])


def compare_other_norms(student):
    return {"similarity": student.cosine_similarity_matrix(*other_norms())}


def weights() -> Tensor:
    """How much each similarity counts in the sum whose gradient is taken, (4, 3)."""
    return draw_features(114, 4, 3)


def differentiate(student):
    a, b = (features.requires_grad_() for features in four_and_three())
    return find_gradients(student.cosine_similarity_matrix(a, b) * weights(), {"a": a, "b": b})


def on_a_gpu(student):
    return on_gpu(student, compare_four_with_three)
