"""Right answers to info_nce in other styles."""

import torch
import torch.nn.functional as F


def _unit(features):
    return features / features.norm(dim=1, keepdim=True)


def with_the_cosine_matrix(query, positive, negatives, temperature):
    """The exercise before: the diagonal for the positives, the matrix for the negatives."""
    of_positive = cosine_similarity_matrix(query, positive).diagonal()[:, None]
    logits = torch.cat([of_positive, cosine_similarity_matrix(query, negatives)], dim=1)
    return F.cross_entropy(logits / temperature, torch.zeros(query.size(0), dtype=torch.int64, device=query.device))


def negatives_first(query, positive, negatives, temperature):
    """The positive last, at index K."""
    query, positive, negatives = map(_unit, (query, positive, negatives))
    logits = torch.hstack([query @ negatives.T, (query * positive).sum(-1, keepdim=True)]) / temperature
    return F.cross_entropy(logits, torch.full((len(query),), len(negatives), device=query.device))


def logsumexp(query, positive, negatives, temperature):
    """Log-sum-exp minus the positive's logit."""
    of_positive = F.cosine_similarity(query, positive) / temperature
    of_negatives = F.cosine_similarity(query[:, None], negatives[None], dim=-1) / temperature
    everything = torch.cat([of_positive[:, None], of_negatives], dim=1)
    return (everything.logsumexp(dim=1) - of_positive).mean()


def softplus(query, positive, negatives, temperature):
    """softplus(logsumexp of the negatives - positive)."""
    query, positive, negatives = map(_unit, (query, positive, negatives))
    of_positive = torch.einsum("bd,bd->b", query, positive) / temperature
    of_negatives = torch.einsum("bd,kd->bk", query, negatives) / temperature
    return F.softplus(torch.logsumexp(of_negatives, dim=1) - of_positive).mean()


def log_softmax(query, positive, negatives, temperature):
    """log_softmax and column 0."""
    query, positive, negatives = map(_unit, (query, positive, negatives))
    logits = torch.cat([(query[:, None] @ positive[:, :, None])[:, :, 0], query @ negatives.t()], 1)
    return -torch.log_softmax(logits / temperature, dim=1)[:, 0].mean()


def soft_targets(query, positive, negatives, temperature):
    """Cross entropy with one-hot targets."""
    query, positive, negatives = map(_unit, (query, positive, negatives))
    logits = torch.cat([torch.diag(query @ positive.T)[:, None], query @ negatives.T], dim=1) / temperature
    targets = torch.zeros_like(logits)
    targets[:, 0] = 1
    return F.cross_entropy(logits, targets)


def one_query_at_a_time(query, positive, negatives, temperature):
    """A loop over the queries."""
    losses = []
    for q, p in zip(query, positive):
        candidates = F.normalize(torch.cat([p[None], negatives]), dim=1)
        logits = candidates @ F.normalize(q, dim=0) / temperature
        losses.append(F.cross_entropy(logits[None], torch.tensor([0], device=query.device)))
    return torch.stack(losses).mean()


def shifted_by_hand(query, positive, negatives, temperature):
    """The row's maximum subtracted by hand."""
    query, positive, negatives = map(_unit, (query, positive, negatives))
    logits = torch.cat([(query * positive).sum(1, keepdim=True), query @ negatives.T], dim=1) / temperature
    shifted = logits - logits.max(dim=1, keepdim=True).values.detach()
    return (shifted.exp().sum(dim=1).log() - shifted[:, 0]).mean()


def float64_inside(query, positive, negatives, temperature):
    """float64 inside, the input's dtype outside; nll_loss; the temperature in the query."""
    q, p, n = (F.normalize(features.double(), dim=1) for features in (query, positive, negatives))
    q = q / temperature
    logits = torch.cat([torch.bmm(q.unsqueeze(1), p.unsqueeze(2)).squeeze(2), q @ n.T], dim=1)
    return F.nll_loss(logits.log_softmax(dim=1), torch.zeros(len(q), dtype=torch.long, device=query.device)).to(
        query.dtype
    )
