"""Right answers to cpc_loss in other styles."""

import torch
import torch.nn.functional as F


def loops(z, c, W, negatives="batch"):
    """Step by step, with cpc_scores for each table."""
    B, L, _ = z.shape
    K = W.shape[0]
    total = 0.0
    for k in range(1, K + 1):
        if negatives == "batch":
            loss = 0.0
            for t in range(L - k):
                scores = cpc_scores(z[:, t + k], c[:, t], W[k - 1])
                loss = loss + F.cross_entropy(scores, torch.arange(B, device=z.device))
            loss = loss / (L - k)
        else:
            future, now = z[:, k:].reshape(B * (L - k), -1), c[:, : L - k].reshape(B * (L - k), -1)
            loss = F.cross_entropy(cpc_scores(future, now, W[k - 1]), torch.arange(B * (L - k), device=z.device))
        total = total + loss
    return total / K


def einsums(z, c, W, negatives="batch"):
    steps, losses = z.size(1), []
    for k, matrix in enumerate(W, 1):
        prediction = torch.einsum("de,bte->btd", matrix, c[:, : steps - k])
        if negatives == "all":
            scores = torch.einsum("btd,asd->btas", prediction, z[:, k:])
            scores = scores.reshape(*prediction.shape[:2], -1)
            log_p = scores.log_softmax(-1).reshape(*prediction.shape[:2], *prediction.shape[:2])
            own = torch.einsum("btbt->bt", log_p)
        else:
            log_p = torch.einsum("btd,atd->bta", prediction, z[:, k:]).log_softmax(dim=-1)
            own = torch.einsum("btb->bt", log_p)
        losses.append(-own.mean())
    return sum(losses) / len(losses)


def logsumexps(z, c, W, negatives="batch"):
    """The own score apart, and logsumexp of all of them."""
    means = []
    for k in range(1, W.shape[0] + 1):
        prediction, future = c[:, :-k] @ W[k - 1].transpose(0, 1), z[:, k:]
        own = (prediction * future).sum(-1)
        if negatives == "all":
            everyone = torch.tensordot(prediction, future, dims=([2], [2])).flatten(2)
        else:
            everyone = (prediction[:, None] * future[None]).sum(-1).transpose(1, 2)
        means.append((everyone.logsumexp(dim=2) - own).mean())
    return torch.stack(means).mean()


def everything_at_once(z, c, W, negatives="batch"):
    """All matrices in one product; then only the pairs that exist."""
    predictions = torch.einsum("kde,bte->kbtd", W, c)
    losses = []
    for k, prediction in enumerate(predictions, start=1):
        prediction, future = prediction[:, : z.shape[1] - k], z[:, k:]
        if negatives == "all":
            log_p = F.log_softmax(prediction.flatten(0, 1) @ future.flatten(0, 1).T, dim=1)
            losses.append(-log_p.diagonal().mean())
        else:
            tables = prediction.transpose(0, 1) @ future.permute(1, 2, 0)
            losses.append(-tables.log_softmax(2).diagonal(dim1=1, dim2=2).mean())
    return torch.stack(losses).mean()


def nll(z, c, W, negatives="batch"):
    """Steps before sequences in the flat order, and F.nll_loss."""
    loss = z.new_zeros(())
    for k in range(len(W)):
        ahead = k + 1
        future = z[:, ahead:].permute(1, 0, 2)
        now = torch.matmul(c[:, :-ahead].permute(1, 0, 2), W[k].t())
        if negatives != "batch":
            future, now = future.reshape(1, -1, z.shape[2]), now.reshape(1, -1, z.shape[2])
        for a, b in zip(now, future, strict=True):
            scores = torch.mm(a, b.t())
            loss = loss + F.nll_loss(F.log_softmax(scores, 1), torch.arange(len(scores), device=z.device)) / len(now)
    return loss / len(W)


def largest_taken_off(z, c, W, negatives="batch"):
    """The softmax by hand, stable because the largest score is subtracted first."""

    def info_nce(scores):
        scores = scores - scores.max(dim=1, keepdim=True).values.detach()
        return (scores.exp().sum(dim=1).log() - scores.diagonal()).mean()

    K, L = W.shape[0], z.shape[1]
    losses = []
    for k in range(1, K + 1):
        if negatives == "all":
            losses.append(info_nce(c[:, : L - k].flatten(0, 1) @ W[k - 1].T @ z[:, k:].flatten(0, 1).T))
        else:
            losses.append(sum(info_nce(c[:, t] @ W[k - 1].T @ z[:, t + k].T) for t in range(L - k)) / (L - k))
    return sum(losses) / K


def mask(z, c, W, negatives="batch"):
    """The batch's candidates are those of all that are not at another step."""
    losses = []
    for k in range(1, len(W) + 1):
        steps = torch.arange(z.shape[1] - k, device=z.device).repeat(len(z))
        scores = c[:, :-k].flatten(0, 1) @ W[k - 1].mT @ z[:, k:].flatten(0, 1).mT
        if negatives == "batch":
            scores = scores.masked_fill(steps[:, None] != steps, float("-inf"))
        losses.append(F.cross_entropy(scores, torch.arange(len(scores), device=z.device)))
    return torch.stack(losses).mean(0)
