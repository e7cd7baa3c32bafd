"""Probes of info_nce."""

import torch
from torch import Tensor

from .inputs import draw_features, find_gradients, join

TEMPERATURE = 0.2
LOW_TEMPERATURE = 0.005
HIGH_TEMPERATURE = 1e4

Batch = tuple[Tensor, Tensor, Tensor]


def three_queries() -> Batch:
    """query (3, 5), positive (3, 5) and negatives (7, 5)."""
    query = draw_features(120, 3, 5)
    return query, query + draw_features(121, 3, 5), draw_features(122, 7, 5)


def rescale(batch: Batch) -> Batch:
    """Each row with another norm and in the same direction."""
    return tuple(features * torch.linspace(0.2, 4.0, len(features))[:, None] for features in batch)


def on_three_queries(student):
    query, positive, negatives = three_queries()
    loss = student.info_nce(query, positive, negatives, TEMPERATURE)
    after = join((query, positive, negatives))
    doubled = torch.cat([query, query]), torch.cat([positive, positive]), negatives
    return {
        "loss": loss,
        "inputs_after": after,
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


def on_other_sizes(student):
    return {
        "loss_of_one_query": student.info_nce(*one_query(), 0.5),
        "loss_of_four_of_all": student.info_nce(*four_of_all(), TEMPERATURE),
        "loss_in_float64": student.info_nce(*(features.double() for features in three_queries()), TEMPERATURE),
    }


def differentiate(student):
    query, positive, negatives = (features.requires_grad_() for features in three_queries())
    loss = student.info_nce(query, positive, negatives, TEMPERATURE)
    return find_gradients(loss, {"query": query, "positive": positive, "negatives": negatives})


def hard_queries() -> Batch:
    """query, positive (4, 6), negatives (5, 6): the first positive is nearly its query, the second its opposite."""
    query, positive, negatives = draw_features(126, 4, 6), draw_features(127, 4, 6), draw_features(128, 5, 6)
    positive[0] = 2 * query[0] + 0.1
    positive[1] = 0.1 - query[1]
    negatives[2] = query[1] / 2 + 0.1
    return query, positive, negatives


def at_low_temperature(student):
    query, positive, negatives = hard_queries()
    query.requires_grad_()
    loss = student.info_nce(query, positive, negatives, LOW_TEMPERATURE)
    return {"loss": loss, **find_gradients(loss, {"query": query})}
