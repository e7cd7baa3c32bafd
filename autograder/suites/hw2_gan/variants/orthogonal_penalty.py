"""Right answers to orthogonal_penalty in other styles."""

import torch


def mask(weight):
    """W W^T times (1 - I), as in the paper."""
    w = weight.view(weight.size(0), -1)
    return torch.sum((torch.mm(w, w.t()) * (1 - torch.eye(w.size(0), dtype=w.dtype, device=w.device))) ** 2)


def diagonal_filled_with_0(weight):
    """The diagonal of the product is overwritten, in place."""
    rows = weight.reshape(len(weight), -1)
    return (rows @ rows.T).fill_diagonal_(0).pow(2).sum()


def squared_norm(weight):
    """A Frobenius norm, squared; einsum flattens nothing."""
    products = torch.einsum("i...,j...->ij", weight, weight)
    off = products.masked_select(~torch.eye(len(products), dtype=torch.bool, device=weight.device))
    return torch.linalg.vector_norm(off) ** 2


def all_minus_diagonal(weight):
    """All squares, less those of the diagonal."""
    rows = weight.flatten(1)
    norms = rows.square().sum(dim=1)
    return (rows @ rows.T).square().sum() - norms.square().sum()


def upper_triangle_twice(weight):
    """Each pair once, then doubled."""
    rows = weight.flatten(1)
    return 2 * torch.triu(rows.matmul(rows.t()), diagonal=1).square().sum()


def pair_by_pair(weight):
    """Loops over pairs of filters."""
    penalty = (0 * weight).sum()
    for i, a in enumerate(weight):
        for j, b in enumerate(weight):
            if i != j:
                penalty = penalty + (a * b).sum() ** 2
    return penalty


def trace(weight):
    """||A||^2 = trace(A A^T)."""
    rows = weight.flatten(1)
    gram = rows @ rows.T
    off = gram - gram.diagonal().diag_embed()
    return torch.trace(off @ off.T)
