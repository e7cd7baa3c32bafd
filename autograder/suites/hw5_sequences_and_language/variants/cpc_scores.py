"""Right answers to cpc_scores in other styles."""

import torch
import torch.nn.functional as F


def einsum(z_future, c, W_k):
    return torch.einsum("jd,de,ie->ij", z_future, W_k, c)


def futures_first(z_future, c, W_k):
    return (z_future @ W_k @ c.t()).t()


def linear(z_future, c, W_k):
    """The prediction is a linear layer of the context, and the futures are the weights of another one."""
    return F.linear(F.linear(c, W_k), z_future)


def written_out(z_future, c, W_k):
    return torch.stack([torch.stack([z @ (W_k @ context) for z in z_future]) for context in c])


def bilinear(z_future, c, W_k):
    batch = len(c)
    futures, contexts = z_future.repeat(batch, 1), c.repeat_interleave(batch, dim=0)
    return F.bilinear(futures, contexts, W_k[None]).view(batch, batch)


def broadcast(z_future, c, W_k):
    prediction = (W_k[None] * c[:, None, :]).sum(-1)  # (B, D)
    return (prediction[:, None] * z_future[None]).sum(dim=-1)


def batched(z_future, c, W_k):
    prediction = torch.matmul(W_k, c.unsqueeze(-1))  # (B, D, 1)
    return torch.matmul(z_future, prediction).squeeze(-1)
