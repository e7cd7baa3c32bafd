"""Right answers to moco_loss in other styles."""

import torch
import torch.nn.functional as F
from torch import nn


def with_info_nce(query, key, queue_keys, temperature):
    """The exercise before, on detached keys."""
    return info_nce(query, key.detach(), queue_keys.detach(), temperature)


def as_in_the_paper(query, key, queue_keys, temperature):
    """einsum, as in the paper's own code; the queue's keys are taken as they come, normalised."""
    q = nn.functional.normalize(query, dim=1)
    with torch.no_grad():
        k = nn.functional.normalize(key, dim=1)
    l_pos = torch.einsum("nc,nc->n", [q, k]).unsqueeze(-1)
    l_neg = torch.einsum("nc,ck->nk", [q, queue_keys.T.clone().detach()])
    logits = torch.cat([l_pos, l_neg], dim=1) / temperature
    return nn.CrossEntropyLoss()(logits, torch.zeros(logits.shape[0], dtype=torch.long, device=query.device))


def queue_first(query, key, queue_keys, temperature):
    """The batch's own key last, at index n."""
    q = F.normalize(query, dim=1)
    candidates = F.normalize(queue_keys.detach(), dim=1)
    own = torch.diag(q @ F.normalize(key.detach(), dim=1).T)[:, None]
    logits = torch.cat([q @ candidates.T, own], dim=1) / temperature
    return F.cross_entropy(logits, torch.full((q.shape[0],), queue_keys.shape[0], device=query.device))


def softplus(query, key, queue_keys, temperature):
    """softplus(logsumexp of the queue - own key)."""
    with torch.no_grad():
        key, queue_keys = F.normalize(key, dim=1), F.normalize(queue_keys, dim=1)
    query = F.normalize(query, dim=1) / temperature
    return F.softplus((query @ queue_keys.T).logsumexp(dim=1) - (query * key).sum(dim=1)).mean()


def candidates_for_each_query(query, key, queue_keys, temperature):
    """(B, 1 + n, D) candidates and bmm."""
    key, queue_keys = key.data, queue_keys.data
    candidates = torch.cat([key[:, None], queue_keys.expand(len(key), -1, -1)], dim=1)
    logits = torch.bmm(F.normalize(candidates, dim=2), F.normalize(query, dim=1)[:, :, None])[:, :, 0]
    return -F.log_softmax(logits / temperature, dim=1)[:, 0].mean()


def cosine_similarity(query, key, queue_keys, temperature):
    """F.cosine_similarity throughout, log-sum-exp."""
    own = F.cosine_similarity(query, key.detach(), dim=1).div(temperature)
    others = F.cosine_similarity(query.unsqueeze(1), queue_keys.detach().unsqueeze(0), dim=2).div(temperature)
    return (torch.logsumexp(torch.cat([own[:, None], others], 1), 1) - own).mean()


def float64_inside(query, key, queue_keys, temperature):
    """float64 inside, the input's dtype outside."""
    q, k, queue = (F.normalize(features.double(), dim=1) for features in (query, key.detach(), queue_keys.detach()))
    logits = torch.hstack([(q * k).sum(1, keepdim=True), q.mm(queue.t())]) / temperature
    return F.cross_entropy(logits, logits.new_zeros(len(q), dtype=torch.long)).to(query.dtype)
