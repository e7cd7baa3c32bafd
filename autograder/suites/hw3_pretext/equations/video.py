"""Colours, masks and points that are carried through a video, place by place in float64 (Vondrick et al., 2018)."""

from itertools import product

import numpy as np
import torch
from torch import Tensor

FLOOR = 1e-6  # the smallest probability that color_loss knows


def find_attention(ref_features: Tensor, target_features: Tensor, temperature: float) -> Tensor:
    """exp(f_i · f_j / temperature), scaled to sum to 1 over all places i (eq. 2): (B, H, W, T, H, W), float64."""
    _, frames, _, height, width = ref_features.shape
    places, videos = list(product(range(height), range(width))), []
    for refs, target in zip(ref_features.double(), target_features.double(), strict=True):
        seen = torch.stack([refs[frame, :, row, column] for frame in range(frames) for row, column in places])
        looking = torch.stack([target[:, row, column] for row, column in places])  # (H W, D)
        exponents = looking @ seen.T / temperature  # (H W, T H W)
        odds = (exponents - exponents.max(dim=1, keepdim=True).values).exp()
        videos.append((odds / odds.sum(dim=1, keepdim=True)).reshape(height, width, frames, height, width))
    return torch.stack(videos)


def find_gradients_of_attention(features: tuple[Tensor, Tensor], pull: Tensor) -> tuple[Tensor, ...]:
    """Of the sum of pull times attention at temperature 1, with respect to both features, float64."""
    refs, target = (each.double().requires_grad_() for each in features)
    return torch.autograd.grad((find_attention(refs, target, 1.0) * pull).sum(), (refs, target))


def find_copies(attention: Tensor, colors: Tensor) -> Tensor:
    """Sum over all reference places of weight times colour (eq. 1): (B, C, H, W), float64."""
    weights, given = attention.double().numpy(), colors.double().numpy()
    videos, height, width, frames = weights.shape[:4]
    copies = np.zeros((videos, given.shape[2], height, width))
    for video, frame, row, column in np.ndindex(videos, frames, height, width):
        looks = weights[video, :, :, frame, row, column]  # (H, W): of all places, at this one
        copies[video] += given[video, frame, :, row, column][:, None, None] * looks
    return torch.from_numpy(copies)


def find_gradient_of_copies(colors: Tensor, pull: Tensor) -> Tensor:
    """Of the sum of pull times copies, with respect to the attention: pull · colour, (B, H, W, T, H, W), float64."""
    pairs = zip(pull.double(), colors.double(), strict=True)  # (C, H, W) and (T, C, H, W)
    return torch.stack([torch.tensordot(force, color, dims=([0], [1])) for force, color in pairs])


def find_color_loss(copied: Tensor, classes: Tensor) -> Tensor:
    """Mean over all places of -log of the true class's probability, floored: 0-d, float64."""
    probability = np.take_along_axis(copied.double().numpy(), classes[:, None].numpy(), axis=1)
    return torch.tensor(-np.log(np.maximum(probability, FLOOR)).mean(), dtype=torch.float64)


def find_gradient_of_color_loss(copied: Tensor, classes: Tensor) -> Tensor:
    """-1 / (n probability) at the true class of each of the n places, if it is above the floor; else 0; float64."""
    probability, is_true = copied.double().numpy(), np.zeros(copied.shape, dtype=bool)
    np.put_along_axis(is_true, classes[:, None].numpy(), True, axis=1)
    slopes = -1 / (classes.numel() * np.maximum(probability, FLOOR))
    return torch.from_numpy(np.where(is_true & (probability > FLOOR), slopes, 0.0))


def find_propagated(attention: Tensor, masks: Tensor, top_k: int) -> Tensor:
    """The masks under each place's top_k largest weights, scaled to sum to 1 (section 3.4): (B, L, H, W), float64."""
    looks, given = attention.double().numpy(), masks.double().numpy()
    videos, height, width, frames = looks.shape[:4]
    propagated = np.zeros((videos, given.shape[2], height, width))
    for video, i, j in np.ndindex(videos, height, width):
        weights = looks[video, i, j]  # (T, H, W)
        kept = sorted(np.ndindex(frames, height, width), key=weights.__getitem__)[-top_k:]
        total = sum(weights[place] for place in kept)
        for frame, row, column in kept:
            propagated[video, :, i, j] += weights[frame, row, column] / total * given[video, frame, :, row, column]
    return torch.from_numpy(propagated)


def find_places(attention: Tensor, points: Tensor) -> Tensor:
    """Row and column of the place whose weight on each point is largest (section 4.3): (B, P, 2)."""
    found = torch.zeros(*points.shape[:2], 2, dtype=torch.long)
    for video, point in np.ndindex(points.shape[:2]):
        looks = attention.numpy()[(video, ..., *points[video, point].tolist())]  # (H, W)
        found[video, point] = torch.tensor(max(np.ndindex(looks.shape), key=looks.__getitem__))
    return found
