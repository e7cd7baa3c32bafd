"""Probes of kl_equal_variance."""

import torch
from torch import Tensor

from .inputs import draw, find_gradients, join

Batch = tuple[Tensor, Tensor, Tensor]


def images() -> Batch:
    """mu_q and mu_p (3, 2, 4, 5), and a variance for each of the three."""
    return draw(320, 3, 2, 4, 5), draw(321, 3, 2, 4, 5), torch.tensor([0.2, 3.0, 0.05])


def equal_sizes() -> Batch:
    """Three images of three channels, three rows and three columns."""
    return draw(322, 3, 3, 3, 3), draw(323, 3, 3, 3, 3), torch.tensor([1.5, 0.1, 0.7])


def on_images(student):
    batch = images()
    divergence = student.kl_equal_variance(*batch)
    mu_q, mu_p, variance = images()
    return {
        "divergence": divergence,
        "inputs_after": join(batch),
        "divergence_at_four_times_the_variance": student.kl_equal_variance(mu_q, mu_p, 4 * variance),
        "divergence_of_equal_sizes": student.kl_equal_variance(*equal_sizes()),
    }


def points() -> Batch:
    """mu_q and mu_p (4, 3), and a variance for each of the four."""
    return draw(324, 4, 3), draw(325, 4, 3), torch.tensor([0.5, 2.0, 0.1, 1.0])


def on_points(student):
    mu_q, mu_p, variance = points()
    return {
        "divergence_of_all_twice": student.kl_equal_variance(mu_q.repeat(1, 2), mu_p.repeat(1, 2), variance.clone()),
        "divergence_of_one": student.kl_equal_variance(mu_q[:1].clone(), mu_p[:1].clone(), variance[:1].clone()),
        "divergence": student.kl_equal_variance(mu_q, mu_p, variance),
    }


def differentiate(student):
    mu_q, mu_p, variance = (tensor.double() for tensor in images())
    mu_q.requires_grad_()
    mu_p.requires_grad_()
    divergence = student.kl_equal_variance(mu_q, mu_p, variance)
    return {"divergence": divergence, **find_gradients(divergence, {"mu_q": mu_q, "mu_p": mu_p})}
