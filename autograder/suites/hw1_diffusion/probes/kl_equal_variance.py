"""Probes of kl_equal_variance."""

import torch
from torch import Tensor

from homework.on_gpu import on_gpu

from .inputs import draw, find_gradients
from .inputs_diffusion import left_of, scattered

Batch = tuple[Tensor, Tensor, Tensor]


def images() -> Batch:
    """mu_q and mu_p (3, 2, 4, 5), and a variance for each of the three."""
    return draw(320, 3, 2, 4, 5), draw(321, 3, 2, 4, 5), torch.tensor([0.2, 3.0, 0.05])


def equal_sizes() -> Batch:
    """Three images of three channels, three rows and three columns."""
    return draw(322, 3, 3, 3, 3), draw(323, 3, 3, 3, 3), torch.tensor([1.5, 0.1, 0.7])


def one_mean_for_all() -> Batch:
    """A mu_q that stands for three, and a mu_p in another order of memory."""
    mu_q, mu_p, variance = images()
    return mu_q[:1].expand(3, -1, -1, -1), scattered(mu_p), variance


def on_images(student):
    batch = images()
    divergence = student.kl_equal_variance(*batch)
    left = left_of(*batch)
    mu_q, mu_p, variance = images()
    return {
        "divergence": divergence,
        **left,
        "divergence_at_four_times_the_variance": student.kl_equal_variance(mu_q, mu_p, 4 * variance),
        "divergence_of_equal_sizes": student.kl_equal_variance(*equal_sizes()),
    }


def in_other_layouts(student):
    mu_q, mu_p, variance = images()
    return {
        "divergence_of_one_mean_for_all": student.kl_equal_variance(*one_mean_for_all()),
        "divergence_of_channels_last": student.kl_equal_variance(scattered(mu_q), scattered(mu_p), variance),
    }


def points() -> Batch:
    """mu_q and mu_p (4, 3), and a variance for each of the four."""
    return draw(324, 4, 3), draw(325, 4, 3), torch.tensor([0.5, 2.0, 0.1, 1.0])


def one_pixel() -> Batch:
    """One image of a single pixel."""
    return draw(326, 1, 1, 1, 1), draw(327, 1, 1, 1, 1), torch.tensor([0.3])


def on_points(student):
    mu_q, mu_p, variance = points()
    return {
        "divergence_of_all_twice": student.kl_equal_variance(mu_q.repeat(1, 2), mu_p.repeat(1, 2), variance.clone()),
        "divergence": student.kl_equal_variance(mu_q, mu_p, variance),
    }


def on_one(student):
    return {
        "divergence_of_one_point": student.kl_equal_variance(*(part[:1] for part in points())),
        "divergence_of_one_pixel": student.kl_equal_variance(*one_pixel()),
    }


def differentiate(student):
    mu_q, mu_p, variance = (tensor.double() for tensor in images())
    mu_q.requires_grad_()
    mu_p.requires_grad_()
    divergence = torch.as_tensor(student.kl_equal_variance(mu_q, mu_p, variance))
    return {"divergence": divergence, **find_gradients(divergence, {"mu_q": mu_q, "mu_p": mu_p})}


def extremes() -> Batch:
    """Four points: equal means, means that hardly differ (from 0), and a tiny and a huge variance."""
    mu_p = draw(328, 4, 3) * torch.tensor([1.0, 0.0, 1.0, 1.0])[:, None]
    distance = torch.tensor([0.0, 1e-4, 1.0, 30.0])[:, None]
    return mu_p + distance * torch.tensor([1.0, -1.0, 0.5]), mu_p, torch.tensor([0.5, 1e-8, 1e-14, 1e6])


def on_extremes(student):
    mu_q, mu_p, variance = extremes()
    mu_q.requires_grad_()
    divergence = torch.as_tensor(student.kl_equal_variance(mu_q, mu_p, variance))
    return {"divergence": divergence, **find_gradients(divergence, {"mu_q": mu_q})}


def on_a_gpu(student):
    return on_gpu(student, on_images)
