"""What features are worth: a linear classifier on top of them, as in homework 4, for homeworks that need one given."""

import torch
import torch.nn.functional as F
from torch import Tensor

WEIGHT_DECAY = 1e-3


def probe_accuracy(features: Tensor, labels: Tensor, queries: Tensor, truth: Tensor) -> float:
    """The share of queries that a linear classifier gets right which was fitted to features and their labels.

    Every feature is first given mean 0 and deviation 1, so that one weight decay suits all encoders. The classifier
    minimises mean cross entropy plus WEIGHT_DECAY / 2 times the sum of its squared weights, by L-BFGS.

    Args:
        features: to learn from, shape (N, D).
        labels: long, from 0, shape (N,).
        queries: features to be asked about, shape (Q, D).
        truth: their labels, long, shape (Q,).

    Returns:
        in [0, 1].

    Source: Chen et al. (SimCLR), 2020, section 2.2 and appendix B.8 (the linear evaluation protocol).
    """
    mean, deviation = features.mean(dim=0), features.std(dim=0) + 1e-6
    weight, bias = _fit(((features - mean) / deviation).double(), labels)
    logits = ((queries - mean) / deviation).double() @ weight.T + bias
    return (logits.argmax(dim=1) == truth).float().mean().item()


def _fit(features: Tensor, labels: Tensor) -> tuple[Tensor, Tensor]:
    """Weight (classes, D) and bias (classes,) of the minimum, which is a single one but for a shift of the biases."""
    classes = int(labels.max()) + 1
    weight = features.new_zeros(classes, features.shape[1], requires_grad=True)
    bias = features.new_zeros(classes, requires_grad=True)
    optimizer = torch.optim.LBFGS([weight, bias], max_iter=300, tolerance_grad=1e-5, line_search_fn="strong_wolfe")

    def closure() -> Tensor:
        optimizer.zero_grad()
        loss = F.cross_entropy(features @ weight.T + bias, labels) + WEIGHT_DECAY / 2 * weight.square().sum()
        loss.backward()
        return loss

    optimizer.step(closure)
    return weight.detach(), bias.detach()
