"""Probes of kl_to_standard_normal."""

import torch
from torch import Tensor

from homework.on_gpu import on_gpu

from .inputs import draw, find_gradients
from .inputs_diffusion import left_of, scattered

Gaussians = tuple[Tensor, Tensor]


def three_gaussians() -> Gaussians:
    """mu and log_var, (3, 5) each."""
    return draw(20, 3, 5), draw(21, 3, 5)


def one_gaussian() -> Gaussians:
    """mu and log_var, (1, 4) each."""
    return draw(22, 1, 4), draw(23, 1, 4)


def with_three_standard_normals() -> Gaussians:
    """mu and log_var, (4, 4) each: one_gaussian, and three that are N(0, I) already."""
    return tuple(torch.cat([values, torch.zeros(3, 4)]) for values in one_gaussian())


def measure(student):
    gaussians = three_gaussians()
    of_three = student.kl_to_standard_normal(*gaussians)
    left = left_of(*gaussians)
    return {
        "kl_of_three": of_three,
        **left,
        "kl_of_one": student.kl_to_standard_normal(*one_gaussian()),
        "kl_of_standard_normal": student.kl_to_standard_normal(torch.zeros(2, 3), torch.zeros(2, 3)),
        "kl_of_four": student.kl_to_standard_normal(*with_three_standard_normals()),
    }


def differentiate(student):
    mu, log_var = (values.requires_grad_() for values in three_gaussians())
    return find_gradients(torch.as_tensor(student.kl_to_standard_normal(mu, log_var)), {"mu": mu, "log_var": log_var})


def narrow() -> Gaussians:
    """mu and log_var (2, 3): variances from 3e-6 down to 3e-33."""
    return draw(25, 2, 3), torch.tensor([[-75.0, -12.5, -31.0], [-20.0, -75.0, -12.5]])


def wide() -> Gaussians:
    """mu and log_var (1, 2): variances of 1e13 and 1e32."""
    return draw(26, 1, 2), torch.tensor([[30.0, 75.0]])


def standard() -> Gaussians:
    """mu and log_var (2, 3) of N(0, I)."""
    return torch.zeros(2, 3), torch.zeros(2, 3)


def measure_extremes(student):
    found = {}
    for name, gaussians in (("narrow", narrow()), ("wide", wide()), ("standard", standard())):
        mu, log_var = (values.requires_grad_() for values in gaussians)
        kl = torch.as_tensor(student.kl_to_standard_normal(mu, log_var))
        gradients = find_gradients(kl, {"mu": mu, "log_var": log_var})
        found |= {f"kl_of_{name}": kl, **{f"{key}_of_{name}": value for key, value in gradients.items()}}
    return found


def shifted(*shape: int) -> Gaussians:
    """mu and log_var of this shape; the variances are 1."""
    return draw(24, *shape), torch.zeros(shape)


def one_for_all() -> Gaussians:
    """mu (3, 2) that lies in memory by columns, and a log_var (1, 2) that stands for three rows."""
    mu, log_var = shifted(3, 2)
    return scattered(mu), log_var[:1].expand(3, 2)


def measure_other_sizes(student):
    return {
        "one_number": student.kl_to_standard_normal(*shifted(1, 1)),
        "one_dimension": student.kl_to_standard_normal(*shifted(3, 1)),
        "equal_sizes": student.kl_to_standard_normal(*shifted(3, 3)),
    }


def measure_in_another_layout(student):
    return {"one_for_all": student.kl_to_standard_normal(*one_for_all())}


def measure_in_float64(student):
    return {"float64": student.kl_to_standard_normal(*(values.double() for values in shifted(2, 3)))}


def on_a_gpu(student):
    return on_gpu(student, measure)
