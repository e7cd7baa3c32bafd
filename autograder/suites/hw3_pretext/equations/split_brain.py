"""The split-brain autoencoder's errors, entry by entry in float64 (Zhang et al., 2017, section 3.1)."""

from torch import Tensor


def find_mean_square(predicted: Tensor, actual: Tensor) -> Tensor:
    """The mean squared difference of two tensors of one shape, over all their entries: float64, 0-d."""
    error = (predicted.double() - actual.double()).flatten()
    return error @ error / len(error)


def find_pull(predicted: Tensor, actual: Tensor) -> Tensor:
    """The direction of the gradient of find_mean_square: errors whose sizes sum to 1, float64."""
    error = predicted.double() - actual.double()
    return error / error.abs().sum()
