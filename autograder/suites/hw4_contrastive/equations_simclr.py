"""What the hidden tests of SimCLR's exercises expect, written plainly in float64; never enters the sandbox."""

import math

import torch
import torch.nn.functional as F
from torch import Tensor


def find_nt_xent(z: Tensor, temperature: float) -> Tensor:
    """Chen et al. (SimCLR), 2020, eq. 1 for every ordered pair of views of one image, and their mean; float64, 0-d."""
    z = F.normalize(z.double(), dim=1)
    losses = []
    for image in range(len(z) // 2):
        for i, j in ((2 * image, 2 * image + 1), (2 * image + 1, 2 * image)):
            others = torch.stack([z[i] @ z[k] for k in range(len(z)) if k != i]) / temperature  # (2B - 1,)
            losses.append(others.logsumexp(dim=0) - z[i] @ z[j] / temperature)
    return torch.stack(losses).mean()


def find_gradient(z: Tensor, temperature: float) -> Tensor:
    """Gradient of find_nt_xent with respect to z, float64."""
    leaf = z.detach().double().requires_grad_()
    return torch.autograd.grad(find_nt_xent(leaf, temperature), leaf)[0]


def find_votes(
    features: Tensor, labels: Tensor, queries: Tensor, k: int, temperature: float, num_classes: int
) -> Tensor:
    """Logarithm of each class's votes (Wu et al., 2018, section 3.4), float64, (Q, num_classes)."""
    cosines = F.normalize(queries.double(), dim=1) @ F.normalize(features.double(), dim=1).T  # (Q, N)
    log_votes = torch.full((len(queries), num_classes), -math.inf, dtype=torch.float64)
    for query, cosine in enumerate(cosines):
        nearest = cosine.argsort(descending=True)[:k]
        for label in labels[nearest].unique():
            of_class = nearest[labels[nearest] == label]
            log_votes[query, label] = (cosine[of_class] / temperature).logsumexp(dim=0)
    return log_votes
