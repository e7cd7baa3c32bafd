"""Right answers to cosine_similarity_matrix in other styles."""

import torch
import torch.nn.functional as F


def divide_by_norms(a, b):
    """Each row divided by its own norm, then a matrix product."""
    return (a / a.norm(dim=1, keepdim=True)) @ (b / b.norm(dim=1, keepdim=True)).T


def outer_product_of_norms(a, b):
    """Dot products first, the norms divided out afterwards."""
    return a @ b.T / torch.outer(a.norm(dim=1), b.norm(dim=1))


def einsum(a, b):
    """Einstein summation."""
    return torch.einsum("ad,bd->ab", F.normalize(a, dim=-1), F.normalize(b, dim=-1))


def broadcast(a, b):
    """F.cosine_similarity on (A, 1, D) and (1, B, D)."""
    return F.cosine_similarity(a[:, None], b[None], dim=2)


def loops(a, b):
    """Two loops."""
    return torch.stack([torch.stack([x @ y / (x.norm() * y.norm()) for y in b]) for x in a])


def float64_inside(a, b):
    """float64 inside, the input's dtype outside."""
    return (F.normalize(a.double(), dim=1) @ F.normalize(b.double(), dim=1).T).to(a.dtype)


def _unit(features):
    return features * features.pow(2).sum(dim=1, keepdim=True).rsqrt()


def own_function(a, b):
    """A function of the student's own, in another cell; keyword arguments; F.linear."""
    return F.linear(input=_unit(a), weight=_unit(b))


def batched_product(a, b):
    """torch.bmm with a batch of one."""
    return torch.bmm(F.normalize(a, dim=1)[None], F.normalize(b, dim=1).T[None])[0]
