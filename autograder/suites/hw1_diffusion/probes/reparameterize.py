"""Probes of reparameterize."""

import torch
from torch import Tensor

from .inputs import draw, find_gradients, join

Gaussians = tuple[Tensor, Tensor, Tensor]


def three_gaussians() -> Gaussians:
    """mu, log_var and noise, (3, 4) each."""
    return draw(10, 3, 4), draw(11, 3, 4), draw(12, 3, 4)


def with_unit_variance(*shape: int) -> Gaussians:
    """mu, log_var and noise of this shape, every log_var 0."""
    return draw(13, *shape), torch.zeros(shape), draw(14, *shape)


def sample_three(student):
    gaussians = three_gaussians()
    sample = student.reparameterize(*gaussians)
    after = join(gaussians)
    return {
        "sample": sample,
        "inputs_after": after,
        "sample_of_unit_variance": student.reparameterize(*with_unit_variance(3, 4)),
    }


def sample_other_shapes(student):
    in_float64 = (values.double() for values in with_unit_variance(2, 3))
    return {
        "one_vector": student.reparameterize(*with_unit_variance(5)),
        "one_item": student.reparameterize(*with_unit_variance(1, 1)),
        "images": student.reparameterize(*with_unit_variance(2, 3, 4, 5)),
        "float64": student.reparameterize(*in_float64),
    }


def weights() -> Tensor:
    """How much each entry counts in the sum whose gradient is taken, (3, 4)."""
    return draw(15, 3, 4)


def differentiate(student):
    mu, log_var, noise = three_gaussians()
    mu.requires_grad_()
    log_var.requires_grad_()
    sample = student.reparameterize(mu, log_var, noise)
    return find_gradients(sample * weights(), {"mu": mu, "log_var": log_var})
