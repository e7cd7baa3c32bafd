"""Probes of cosine_similarity_matrix."""

from torch import Tensor

from .inputs import draw_features, find_gradients, join


def four_and_three() -> tuple[Tensor, Tensor]:
    """a (4, 5) and b (3, 5)."""
    return draw_features(110, 4, 5), draw_features(111, 3, 5)


def compare_four_with_three(student):
    a, b = four_and_three()
    similarity = student.cosine_similarity_matrix(a, b)
    return {"similarity": similarity, "inputs_after": join((a, b))}


def compare_other_sizes(student):
    a, b = four_and_three()
    square = draw_features(112, 4, 4), draw_features(113, 4, 4)
    return {
        "one_with_three": student.cosine_similarity_matrix(a[:1], b),
        "four_with_one": student.cosine_similarity_matrix(a, b[:1]),
        "one_with_one": student.cosine_similarity_matrix(a[:1], b[:1]),
        "square": student.cosine_similarity_matrix(*square),
        "float64": student.cosine_similarity_matrix(a.double(), b.double()),
    }


def weights() -> Tensor:
    """How much each similarity counts in the sum whose gradient is taken, (4, 3)."""
    return draw_features(114, 4, 3)


def differentiate(student):
    a, b = (features.requires_grad_() for features in four_and_three())
    return find_gradients(student.cosine_similarity_matrix(a, b) * weights(), {"a": a, "b": b})
