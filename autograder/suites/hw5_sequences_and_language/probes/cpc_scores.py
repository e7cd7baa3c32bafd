"""Probes of cpc_scores."""

from torch import Tensor

from homework.on_gpu import on_gpu

from .inputs import draw, find_gradients
from .inputs_given import look_after, prepare, strided

Batch = tuple[Tensor, Tensor, Tensor]
MANY, LOUD, QUIET = 67, 30, 1e-3


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


def one_number_each() -> Batch:
    """z_future (3, 1), c (3, 1) and W_k (1, 1)."""
    return draw(606, 3, 1), draw(607, 3, 1), 1 + draw(608, 1, 1).abs()


def score_one_number_each(student):
    return {"scores": student.cpc_scores(*one_number_each())}


def many_sequences() -> Batch:
    """z_future (67, 5), c (67, 7) and W_k (5, 7)."""
    return draw(609, MANY, 5), draw(610, MANY, 7), draw(611, 5, 7)


def weights() -> Tensor:
    """(67,): what the columns count, when a table so large is told by its rows."""
    return draw(612, MANY)


def score_many(student):
    """The rows' sums, in which each column has a weight of its own."""
    return {"sums": student.cpc_scores(*many_sequences()) @ weights()}


def score_loud_and_quiet(student):
    """Scores in the thousands, and scores in the millionths, these times a million."""
    z_future, c, matrix = three_sequences()
    return {
        "loud": student.cpc_scores(LOUD * z_future, LOUD * c, matrix),
        "quiet": student.cpc_scores(QUIET * z_future, QUIET * c, matrix) / QUIET**2,
    }


def score_strided(student):
    """The numbers lie in memory in another order; then all sequences have the same context."""
    z_future, c, matrix = strided(*three_sequences())
    return {
        "scores": student.cpc_scores(z_future, c, matrix),
        "scores_of_expanded": student.cpc_scores(z_future, c[:1].expand(3, 5), matrix),
    }


def differentiate(student):
    leaves = dict(
        zip(("z_future", "c", "W_k"), (given.double().requires_grad_() for given in four_of_all()), strict=True)
    )
    scores = student.cpc_scores(*leaves.values())
    return {"scores": scores.detach(), **find_gradients(scores.square(), leaves)}


def leave_inputs(student):
    given = prepare(*three_sequences())
    scores = student.cpc_scores(*given)
    return {"scores": scores.detach(), **look_after(given)}


def on_a_gpu(student):
    return on_gpu(student, score)
