"""DCGAN's initialisation and ends, and nearest neighbours, in float64."""

import numpy as np
import torch
from torch import Tensor

SPREAD = 0.02  # standard deviation of fresh weights (Radford et al., 2016, section 4)
NORMAL_KURTOSIS = 3  # E x^4 / (E x^2)^2


def find_end(last: Tensor) -> Tensor:
    """tanh (section 3), float32."""
    return torch.from_numpy(np.tanh(last.double().numpy())).float()


def find_distances(samples: Tensor, images: Tensor) -> np.ndarray:
    """Squared L2 distances (B, N), pixel by pixel in float64."""
    flat = images.double().numpy().reshape(len(images), -1)
    return np.stack([((flat - one.reshape(-1)) ** 2).sum(axis=1) for one in samples.double().numpy()])


def find_nearest(samples: Tensor, images: Tensor) -> Tensor:
    """The first of the closest images, (B,)."""
    return torch.from_numpy(find_distances(samples, images).argmin(axis=1))
