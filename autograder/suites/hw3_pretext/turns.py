"""How many quarter turns a network tells; the grader turned the images itself, so that it knows the answers."""

import torch
from torch import Tensor


def shares_right(logits: Tensor) -> Tensor:
    """The share of right answers for images turned by 0, 1, 2 and 3 quarters: (4, N, 4) -> (4,), in [0, 1]."""
    turns = torch.arange(4)[:, None]
    return (logits.argmax(dim=2) == turns).double().mean(dim=1)
