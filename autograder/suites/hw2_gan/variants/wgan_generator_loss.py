"""Right answers to wgan_generator_loss in other styles."""

import torch


def mean_of_minus(scores_fake):
    """The sign inside the mean."""
    return (-scores_fake).mean()


def sum_over_count(scores_fake):
    """A sum, divided by the number of scores."""
    return -scores_fake.sum() / scores_fake.numel()


def function_of_torch(scores_fake):
    """torch.mean, and a product with -1."""
    return -1.0 * torch.mean(scores_fake.flatten())


def inner_product(scores_fake):
    """An inner product with equal weights."""
    flat = scores_fake.reshape(-1)
    return torch.dot(flat, torch.full_like(flat, -1 / len(flat)))


def one_image_at_a_time(scores_fake):
    """A loop over images."""
    total = 0
    for score in scores_fake.view(-1):
        total = total - score
    return total / len(scores_fake)


def in_float64(scores_fake):
    """Computed in float64, and brought back."""
    return scores_fake.double().mean().neg().to(scores_fake.dtype)
