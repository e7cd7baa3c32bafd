"""Colour as classification, in float64 (Zhang, Isola and Efros, colorization, 2016)."""

import numpy as np
import torch
from torch import Tensor


def find_distances(ab: Tensor, centers: Tensor) -> Tensor:
    """Of every pixel (B, 2, H, W) to every center (Q, 2) (section 2.1), float64, (B, Q, H, W)."""
    a, b = ab.double().numpy().transpose(1, 0, 2, 3)  # (B, H, W) each
    to_center = [np.hypot(a - float(center_a), b - float(center_b)) for center_a, center_b in centers]
    return torch.from_numpy(np.stack(to_center, axis=1))


def find_soft_code(ab: Tensor, centers: Tensor, k: int, sigma: float) -> Tensor:
    """Gaussian weights of each pixel's k nearest centers, summing to 1 (section 2.1), float64, (B, Q, H, W)."""
    distances = find_distances(ab, centers).numpy()
    code = np.zeros_like(distances)
    for image, row, column in np.ndindex(len(ab), *ab.shape[2:]):
        d = distances[image, :, row, column]
        near = np.argsort(d)[:k]
        weights = np.exp((d.min() ** 2 - d[near] ** 2) / (2 * sigma**2))  # over the largest: no 0 / 0 far away
        code[image, near, row, column] = weights / weights.sum()
    return torch.from_numpy(code)


def find_weights(prior: Tensor, lam: float) -> Tensor:
    """One over the mixture of prior and uniform distribution, of mean 1 under the prior (eq. 4), float64, (Q,)."""
    p = prior.double().numpy()
    unscaled = [1 / ((1 - lam) * each + lam / len(p)) for each in p]
    return torch.tensor(unscaled, dtype=torch.float64) / float(np.dot(p, unscaled))


def find_cross_entropy(logits: Tensor, target: Tensor) -> Tensor:
    """-sum over q of Z_q log Z^_q of each pixel (eq. 2, inner sum), float64, (B, H, W)."""
    exponents, wanted = logits.double().numpy(), target.double().numpy()
    log_sum = np.logaddexp.reduce(exponents, axis=1, keepdims=True)
    return torch.from_numpy((wanted * (log_sum - exponents)).sum(axis=1))


def find_loss(logits: Tensor, target: Tensor, weights: Tensor) -> Tensor:
    """Mean over pixels of v(Z) times cross entropy (eq. 2 and 3), float64, 0-d."""
    return (_find_pixel_weights(target, weights) * find_cross_entropy(logits, target)).mean()


def find_gradient_of_loss(logits: Tensor, target: Tensor, weights: Tensor) -> Tensor:
    """v(Z) (softmax - Z) over the number of pixels, float64, shaped like logits."""
    of_pixel = _find_pixel_weights(target, weights)
    return of_pixel[:, None] * (find_probabilities(logits) - target.double()) / of_pixel.numel()


def _find_pixel_weights(target: Tensor, weights: Tensor) -> Tensor:
    """v(Z) = w of the most probable class (eq. 3), float64, (B, H, W)."""
    return torch.from_numpy(weights.double().numpy()[target.numpy().argmax(axis=1)])


def find_probabilities(logits: Tensor, temperature: float = 1) -> Tensor:
    """exp(l_q / T) / sum over classes (eq. 5), float64, shaped like logits (B, Q, H, W)."""
    scaled = logits.double().numpy() / temperature
    return torch.from_numpy(np.exp(scaled - np.logaddexp.reduce(scaled, axis=1, keepdims=True)))


def find_annealed_mean(logits: Tensor, centers: Tensor, temperature: float) -> Tensor:
    """Mean of the centers under the sharpened distribution (eq. 5), float64, (B, 2, H, W)."""
    probabilities = find_probabilities(logits, temperature)
    of_class = [p[:, None] * c.double()[:, None, None] for p, c in zip(probabilities.unbind(1), centers, strict=True)]
    return torch.stack(of_class).sum(dim=0)
