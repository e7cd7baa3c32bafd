"""Right answers to critic_loss in other styles."""

import torch


def minus_the_distance(scores_real, scores_fake):
    """The distance, and its sign turned at the end."""
    return -(scores_real.mean() - scores_fake.mean())


def sums_over_counts(scores_real, scores_fake):
    """Sums, each divided by its own number of images."""
    return scores_fake.sum() / scores_fake.numel() - scores_real.sum() / scores_real.numel()


def functions_of_torch(scores_real, scores_fake):
    """torch.mean of flattened scores, real first."""
    return torch.add(-torch.mean(scores_real.flatten()), torch.mean(scores_fake.view(-1)))


def weighted_batch(scores_real, scores_fake):
    """One batch of both kinds, each score weighted by one over the number of its kind."""
    real, fake = scores_real.reshape(-1), scores_fake.reshape(-1)
    weights = torch.cat([torch.full_like(fake, 1 / len(fake)), torch.full_like(real, -1 / len(real))])
    return weights @ torch.cat([fake, real])


def every_pair(scores_real, scores_fake):
    """The mean over all pairs of a fake and a real image."""
    return (scores_fake.reshape(-1, 1) - scores_real.reshape(1, -1)).mean()


def one_image_at_a_time(scores_real, scores_fake):
    """Python's own sum."""
    real, fake = scores_real.flatten(), scores_fake.flatten()
    return sum(fake) / len(fake) - sum(real) / len(real)


def in_float64(scores_real, scores_fake):
    """Computed in float64, and brought back."""
    loss = scores_fake.double().mean() - scores_real.double().mean()
    return loss.to(scores_real.dtype)
