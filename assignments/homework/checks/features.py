"""Small feature vectors, written out."""

import torch
from torch import Tensor


def rows(*values: tuple[float, ...]) -> Tensor:
    """Feature vectors (number of values, D), one a row."""
    return torch.tensor(values, dtype=torch.float32)
