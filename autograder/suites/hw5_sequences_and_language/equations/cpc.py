"""Contrastive predictive coding, pair by pair (van den Oord et al., 2018, eq. 3 and 4)."""

import torch
from torch import Tensor


def find_cpc_scores(z_future: Tensor, c: Tensor, matrix: Tensor) -> Tensor:
    """(B, B), float64: in row i, column j the product z_j · W c_i."""
    z_future, c, matrix = z_future.double(), c.double(), matrix.double()
    rows = [torch.stack([future.dot(matrix.mv(now)) for future in z_future]) for now in c]
    return torch.stack(rows)


def find_cpc_loss(z: Tensor, c: Tensor, matrices: Tensor, negatives: str) -> Tensor:
    """The mean over k of the mean over sequences and steps of -log softmax of the right candidate, float64, 0-d."""
    z, c, matrices = z.double(), c.double(), matrices.double()
    means = []
    for k, matrix in enumerate(matrices, start=1):
        costs = []
        for t in range(z.shape[1] - k):
            rivals = z[:, k:].flatten(0, 1) if negatives == "all" else z[:, t + k]  # (candidates, D)
            costs += [_find_cost(matrix.mv(now), own, rivals) for now, own in zip(c[:, t], z[:, t + k], strict=True)]
        means.append(torch.stack(costs).mean())
    return torch.stack(means).mean()


def _find_cost(wanted: Tensor, own: Tensor, candidates: Tensor) -> Tensor:
    """-log softmax of `own` (D,), one of the candidates (N, D), by their products with `wanted` (D,)."""
    return torch.logsumexp(candidates.mv(wanted), dim=0) - own.dot(wanted)


def find_gradients(z: Tensor, c: Tensor, matrices: Tensor, negatives: str) -> tuple[Tensor, ...]:
    """Gradients of find_cpc_loss with respect to z, c and the matrices, float64."""
    z, c, matrices = (given.detach().double().requires_grad_() for given in (z, c, matrices))
    return torch.autograd.grad(find_cpc_loss(z, c, matrices, negatives), (z, c, matrices))
