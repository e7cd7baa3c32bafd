"""Probes of cpc_scores."""

import torch
from torch import Tensor

from .inputs import draw
from .inputs_cpc import find_gradients

Batch = tuple[Tensor, Tensor, Tensor]
ZERO = torch.zeros(())


def three_sequences() -> Batch:
    """z_future (3, 4), c (3, 5) and W_k (4, 5)."""
    return draw(600, 3, 4), draw(601, 3, 5), draw(602, 4, 5)


def four_of_all() -> Batch:
    """Four sequences, four features, a context of four."""
    return draw(603, 4, 4), draw(604, 4, 4), draw(605, 4, 4)


def score(student):
    return {"scores": student.cpc_scores(*three_sequences())}


def score_four_of_all(student):
    return {"scores": student.cpc_scores(*four_of_all())}


def score_one_sequence(student):
    z_future, c, matrix = three_sequences()
    return {"scores": student.cpc_scores(z_future[:1], c[:1], matrix)}


def differentiate(student):
    leaves = dict(
        zip(("z_future", "c", "W_k"), (given.double().requires_grad_() for given in four_of_all()), strict=True)
    )
    scores = student.cpc_scores(*leaves.values())
    gradients = find_gradients(scores.square(), leaves)
    reached = {f"reaches_{name}": bool(gradients.get(f"gradient_of_{name}", ZERO).any()) for name in leaves}
    return {"dtype": str(scores.dtype), **reached}
