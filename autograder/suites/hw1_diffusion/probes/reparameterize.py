"""Probes of reparameterize."""

import torch
from torch import Tensor

from homework.on_gpu import on_gpu

from .inputs import draw, find_gradients
from .inputs_diffusion import left_of, scattered

Gaussians = tuple[Tensor, Tensor, Tensor]
FAR = (-75.0, -31.0, 25.0, 75.0)  # logarithms of variances


def three_gaussians() -> Gaussians:
    """mu, log_var and noise, (3, 4) each."""
    return draw(10, 3, 4), draw(11, 3, 4), draw(12, 3, 4)


def with_unit_variance(*shape: int) -> Gaussians:
    """mu, log_var and noise of this shape, every log_var 0."""
    return draw(13, *shape), torch.zeros(shape), draw(14, *shape)


def sample_three(student):
    gaussians = three_gaussians()
    return {
        "sample": student.reparameterize(*gaussians),
        **left_of(*gaussians),
        "sample_of_unit_variance": student.reparameterize(*with_unit_variance(3, 4)),
    }


def one_mean_for_all() -> Gaussians:
    """A mean and a log_var (1, 3) that stand for two rows, and noise that lies in memory by columns."""
    mu, log_var, noise = with_unit_variance(2, 3)
    return mu[:1].expand(2, 3), log_var[:1].expand(2, 3), scattered(noise)


def sample_other_shapes(student):
    return {
        "one_vector": student.reparameterize(*with_unit_variance(5)),
        "one_item": student.reparameterize(*with_unit_variance(1, 1)),
        "images": student.reparameterize(*with_unit_variance(2, 3, 4, 5)),
    }


def sample_in_another_layout(student):
    return {"one_mean_for_all": student.reparameterize(*one_mean_for_all())}


def sample_in_float64(student):
    return {"float64": student.reparameterize(*(values.double() for values in with_unit_variance(2, 3)))}


def weights() -> Tensor:
    """How much each entry counts in the sum whose gradient is taken, (3, 4)."""
    return draw(15, 3, 4)


def differentiate(student):
    mu, log_var, noise = three_gaussians()
    mu.requires_grad_()
    log_var.requires_grad_()
    sample = torch.as_tensor(student.reparameterize(mu, log_var, noise))
    return find_gradients(sample * weights(), {"mu": mu, "log_var": log_var})


def far_variances() -> Gaussians:
    """mu (all 0), log_var and noise (1, 4): variances from next to nothing to far more than any other number here."""
    return torch.zeros(1, 4), torch.tensor([FAR]), draw(16, 1, 4)


def sample_far_variances(student):
    mu, log_var, noise = far_variances()
    log_var.requires_grad_()
    sample = torch.as_tensor(student.reparameterize(mu, log_var, noise))
    return {"sample": sample, **find_gradients(sample, {"log_var": log_var})}


def on_a_gpu(student):
    return on_gpu(student, sample_three)
