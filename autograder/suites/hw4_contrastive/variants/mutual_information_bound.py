"""Right answers to mutual_information_bound in other styles."""

import math

import numpy as np
import torch


def torch_log(loss, num_candidates):
    """torch.log of a tensor made on the spot."""
    return torch.log(torch.tensor(num_candidates)) - loss


def float_tensor(loss, num_candidates):
    """A float tensor's own log."""
    return torch.as_tensor(float(num_candidates)).log() - loss


def numpy_log(loss, num_candidates):
    """numpy's logarithm."""
    return np.log(num_candidates) - loss


def one_logarithm(loss, num_candidates):
    """-log(exp(loss) / N), one logarithm."""
    return -torch.log(torch.exp(torch.as_tensor(loss)) / num_candidates)


def turned_round(loss, num_candidates):
    """-(loss - log N)."""
    return -(loss - math.log(num_candidates))


def change_of_base(loss, num_candidates):
    """log2 N times log 2."""
    return math.log2(num_candidates) * math.log(2) - loss


def mean_of_one(loss, num_candidates):
    """A mean of one number is that number."""
    return (torch.log(torch.tensor(float(num_candidates))) - loss).mean()


def a_float(loss, num_candidates):
    """A Python float, whatever came in."""
    return math.log(num_candidates) - float(loss)
