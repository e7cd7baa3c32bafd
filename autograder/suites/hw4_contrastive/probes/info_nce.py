"""Probes of info_nce."""

import torch
from torch import Tensor

from homework.on_gpu import on_gpu

from .inputs import draw_features, find_gradients, join
from .inputs_kept import is_kept, strided

TEMPERATURE = 0.2
LOW_TEMPERATURE = 0.005
HIGH_TEMPERATURE = 1e4

Batch = tuple[Tensor, Tensor, Tensor]


def three_queries() -> Batch:
    """query (3, 5), positive (3, 5) and negatives (7, 5)."""
    query = draw_features(120, 3, 5)
    return query, query + draw_features(121, 3, 5), draw_features(122, 7, 5)


def other_three_queries() -> Batch:
    """query (3, 5), positive (3, 5) and negatives (7, 5), not the first ones."""
    return draw_features(129, 3, 5), draw_features(117, 3, 5), draw_features(118, 7, 5)


def rescale(batch: Batch) -> Batch:
    """Each row with another norm and in the same direction."""
    return tuple(features * torch.linspace(0.2, 4.0, len(features))[:, None] for features in batch)


def on_three_queries(student):
    query, positive, negatives = batch = three_queries()
    loss = student.info_nce(query, positive, negatives, TEMPERATURE)
    after = join(*batch)
    kept = is_kept((), batch)
    query, positive, negatives = three_queries()
    doubled = torch.cat([query, query]), torch.cat([positive, positive]), negatives
    return {
        "loss": loss,
        "inputs_after": after,
        "flags_kept": kept,
        "loss_of_others": student.info_nce(*other_three_queries(), TEMPERATURE),
        "loss_of_rescaled": student.info_nce(*rescale(three_queries()), TEMPERATURE),
        "loss_of_doubled_batch": student.info_nce(*doubled, TEMPERATURE),
        "loss_at_high_temperature": student.info_nce(*three_queries(), HIGH_TEMPERATURE),
    }


def one_query() -> Batch:
    """One query, one negative, two dimensions."""
    return torch.tensor([[3.0, 4.0]]), torch.tensor([[1.0, 0.0]]), torch.tensor([[0.0, 0.5]])


def four_of_all() -> Batch:
    """Four queries against four negatives in four dimensions."""
    return draw_features(123, 4, 4), draw_features(124, 4, 4), draw_features(125, 4, 4)


def many_queries() -> Batch:
    """query (67, 7), positive (67, 7) and negatives (131, 7), in other places of the memory."""
    query = draw_features(119, 67, 7)
    return strided(query, query + draw_features(116, 67, 7), draw_features(115, 131, 7))


def numbers() -> Batch:
    """Features of a single dimension: query and positive (2, 1), negatives (3, 1)."""
    return tuple(features[:, :1] for features in four_of_all())


def on_other_sizes(student):
    query, positive, negatives = many_queries()
    return {
        "loss_of_four_of_all": student.info_nce(*four_of_all(), TEMPERATURE),
        "loss_of_many": student.info_nce(query, positive, negatives, TEMPERATURE),
        "loss_of_few_negatives": student.info_nce(query, positive, negatives[:2], TEMPERATURE),
        "loss_of_numbers": student.info_nce(*numbers(), TEMPERATURE),
    }


def in_float64(student):
    return {"loss": student.info_nce(*(features.double() for features in three_queries()), TEMPERATURE)}


def on_one_query(student):
    """The loss and the gradient of one query; the loss without any negatives."""
    query, positive, negatives = one_query()
    query.requires_grad_()
    loss = student.info_nce(query, positive, negatives, 0.5)
    return {"loss": loss.detach(), **find_gradients(loss, {"query": query})}


def without_negatives(student):
    query, positive, negatives = three_queries()
    query.requires_grad_()
    loss = student.info_nce(query, positive, negatives[:0], TEMPERATURE)
    return {"loss": loss.detach(), **find_gradients(loss, {"query": query})}


def differentiate(student):
    query, positive, negatives = (features.requires_grad_() for features in three_queries())
    loss = student.info_nce(query, positive, negatives, TEMPERATURE)
    gradients = find_gradients(loss, {"query": query, "positive": positive, "negatives": negatives})
    return {"loss": loss.detach(), **gradients}


def on_a_gpu(student):
    return on_gpu(student, differentiate)


def equal_features() -> Batch:
    """query and positive (3, 5) are the same, and so are the negatives (3, 5) but for their norms."""
    query = draw_features(130, 3, 5)
    return query, query.clone(), 3 * query


def differentiate_equal_features(student):
    query, positive, negatives = (features.requires_grad_() for features in equal_features())
    loss = student.info_nce(query, positive, negatives, TEMPERATURE)
    return {"loss": loss.detach(), **find_gradients(loss, {"query": query, "negatives": negatives})}


def hard_queries() -> Batch:
    """query, positive (4, 6), negatives (5, 6): one positive is nearly its query, one its opposite, a query is far."""
    query, positive, negatives = draw_features(126, 4, 6), draw_features(127, 4, 6), draw_features(128, 5, 6)
    query[2] = -positive[2] - negatives.sum(dim=0)  # from all of its candidates
    positive[0] = 2 * query[0] + 0.1
    positive[1] = 0.1 - query[1]
    negatives[2] = query[1] / 2 + 0.1
    return query, positive, negatives


def at_low_temperature(student):
    query, positive, negatives = hard_queries()
    query.requires_grad_()
    loss = student.info_nce(query, positive, negatives, LOW_TEMPERATURE)
    return {"loss": loss, **find_gradients(loss, {"query": query})}
