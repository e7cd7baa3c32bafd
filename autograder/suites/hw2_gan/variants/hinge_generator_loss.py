"""Right answers to hinge_generator_loss in other styles."""

import torch


def mean_of_negatives(logits_fake):
    """The sign first, then the mean."""
    return torch.mean(-logits_fake)


def sum_and_count(logits_fake):
    """Minus the sum, divided by the count."""
    return -logits_fake.sum() / logits_fake.numel()


def subtracted_from_0(logits_fake):
    """0 - mean, over a flat row."""
    return 0 - logits_fake.view(-1).mean()


def product_with_a_constant(logits_fake):
    """A weight of -1 / B for each image."""
    flat = logits_fake.flatten()
    return flat @ torch.full_like(flat, -1 / len(flat))


def one_image_at_a_time(logits_fake):
    """A loop over images."""
    return sum(-logit for logit in logits_fake.reshape(-1)) / logits_fake.shape[0]
