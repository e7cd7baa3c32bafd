"""Gradients without their scale."""

from torch import Tensor


def find_shares(gradient: Tensor) -> Tensor:
    """How a pull is shared out between numbers: the gradient divided by the sum of its sizes, float64."""
    return gradient.double() / gradient.double().abs().sum()
