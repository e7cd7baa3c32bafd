"""Probes of kl_to_standard_normal."""

import torch
from torch import Tensor

from .inputs import draw, find_gradients, join


def three_gaussians() -> tuple[Tensor, Tensor]:
    """mu and log_var, (3, 5) each."""
    return draw(20, 3, 5), draw(21, 3, 5)


def one_gaussian() -> tuple[Tensor, Tensor]:
    """mu and log_var, (1, 4) each."""
    return draw(22, 1, 4), draw(23, 1, 4)


def with_three_standard_normals() -> tuple[Tensor, Tensor]:
    """mu and log_var, (4, 4) each: one_gaussian, and three that are N(0, I) already."""
    return tuple(torch.cat([values, torch.zeros(3, 4)]) for values in one_gaussian())


def measure(student):
    gaussians = three_gaussians()
    of_three = student.kl_to_standard_normal(*gaussians)
    after = join(gaussians)
    of_one = student.kl_to_standard_normal(*one_gaussian())
    return {
        "kl_of_three": of_three,
        "inputs_after": after,
        "kl_of_one": of_one,
        "kl_of_standard_normal": student.kl_to_standard_normal(torch.zeros(2, 3), torch.zeros(2, 3)),
        "one_over_mean_of_four": of_one / student.kl_to_standard_normal(*with_three_standard_normals()),
    }


def differentiate(student):
    mu, log_var = (values.requires_grad_() for values in three_gaussians())
    return find_gradients(student.kl_to_standard_normal(mu, log_var), {"mu": mu, "log_var": log_var})


def shifted(*shape: int) -> tuple[Tensor, Tensor]:
    """mu and log_var of this shape; the variances are 1."""
    return draw(24, *shape), torch.zeros(shape)


def measure_other_sizes(student):
    return {
        "one_number": student.kl_to_standard_normal(*shifted(1, 1)),
        "one_dimension": student.kl_to_standard_normal(*shifted(3, 1)),
        "float64": student.kl_to_standard_normal(*(values.double() for values in shifted(2, 3))),
    }
