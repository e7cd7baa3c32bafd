"""Right answers to soft_encode_ab in other styles."""

import numpy as np
import torch


def masked_softmax(ab, centers, k, sigma):
    """Minus infinity for all but the k nearest, then a softmax over all classes."""
    exponent = -((ab.unsqueeze(1) - centers[None, :, :, None, None]) ** 2).sum(2) / (2 * sigma**2)
    far = torch.ones_like(exponent, dtype=torch.bool).scatter(1, exponent.topk(k, dim=1).indices, False)
    return exponent.masked_fill(far, float("-inf")).softmax(1)


def cdist_and_channels_last(ab, centers, k, sigma):
    """cdist without the matrix product, scatter_ in the last dimension, permute at the end."""
    pixels = ab.permute(0, 2, 3, 1)
    distances = torch.cdist(pixels.reshape(-1, 2), centers, compute_mode="donot_use_mm_for_euclid_dist")
    near, classes = distances.topk(k, largest=False)
    weights = torch.softmax(-0.5 * (near / sigma) ** 2, dim=-1)
    code = torch.zeros_like(distances).scatter_(1, classes, weights)
    return code.view(*pixels.shape[:3], -1).permute(0, 3, 1, 2).contiguous()


def smallest_square_subtracted(ab, centers, k, sigma):
    """exp and a sum by hand, stable."""
    squared = ((ab[:, None] - centers[:, :, None, None]) ** 2).sum(dim=2)
    near, classes = squared.sort(dim=1)
    near, classes = near[:, :k], classes[:, :k]
    weights = torch.exp((near[:, :1] - near) / (2 * sigma * sigma))
    weights = weights / weights.sum(dim=1, keepdim=True)
    code = torch.zeros(len(ab), len(centers), *ab.shape[2:], dtype=ab.dtype, device=ab.device)
    return code.scatter_(1, classes, weights)


def ranks(ab, centers, k, sigma):
    """The rank of each class by sorting twice; log-sum-exp of those that count."""
    squared = torch.stack([(ab - center[:, None, None]).square().sum(dim=1) for center in centers], dim=1)
    counts = squared.argsort(dim=1).argsort(dim=1) < k
    exponent = torch.where(counts, -squared / (2 * sigma**2), -torch.inf)
    return (exponent - exponent.logsumexp(dim=1, keepdim=True)).exp()


def one_hot_sum(ab, centers, k, sigma):
    """One-hot vectors of the chosen classes, summed with their weights."""
    squared = (ab[:, None] - centers[:, :, None, None]).pow(2).sum(2)
    near, classes = squared.topk(k, dim=1, largest=False)
    weights = (-near / (2 * sigma**2)).softmax(dim=1)
    chosen = torch.nn.functional.one_hot(classes, len(centers)).to(ab.dtype)  # (B, k, H, W, Q)
    return torch.einsum("bkhw,bkhwq->bqhw", weights, chosen)


def pixel_by_pixel(ab, centers, k, sigma):
    """Loops over pixels, float64 inside."""
    batch, _, height, width = ab.shape
    code = torch.zeros(batch, len(centers), height, width, dtype=ab.dtype, device=ab.device)
    for i, row, column in np.ndindex(batch, height, width):
        distance = (ab[i, :, row, column] - centers).double().norm(dim=1)
        near = distance.argsort()[:k]
        code[i, near, row, column] = (-(distance[near] ** 2) / (2 * sigma**2)).softmax(dim=0).to(ab.dtype)
    return code


def numpy_inside(ab, centers, k, sigma):
    """argpartition and put_along_axis."""
    pixels = np.moveaxis(ab.cpu().numpy(), 1, -1)[..., None, :]
    squared = np.square(pixels - centers.cpu().numpy()).sum(axis=-1)
    near = np.argpartition(squared, k - 1, axis=-1)[..., :k]
    exponent = -np.take_along_axis(squared, near, axis=-1) / (2 * sigma**2)
    weights = np.exp(exponent - exponent.max(axis=-1, keepdims=True))
    code = np.zeros_like(squared)
    np.put_along_axis(code, near, weights / weights.sum(axis=-1, keepdims=True), axis=-1)
    return torch.from_numpy(np.moveaxis(code, -1, 1).copy()).to(ab.device)
