"""Right answers to began_losses in other styles."""

import torch


def means_first(recon_real, recon_fake, k):
    """Both means by name."""
    loss_real = torch.mean(recon_real)
    loss_fake = torch.mean(recon_fake)
    loss_d = loss_real - loss_fake * k
    loss_g = loss_fake
    return loss_d, loss_g


def sums_and_counts(recon_real, recon_fake, k):
    """Sums, each divided by its own count; a list in the place of a tuple."""
    return [
        recon_real.sum() / len(recon_real) - k * recon_fake.sum() / len(recon_fake),
        recon_fake.sum() / len(recon_fake),
    ]


def one_image_at_a_time(recon_real, recon_fake, k):
    """Loops over images."""
    of_real = sum(error for error in recon_real) / recon_real.shape[0]
    of_fake = sum(error for error in recon_fake) / recon_fake.shape[0]
    return of_real - k * of_fake, of_fake


def subtract_with_alpha(recon_real, recon_fake, k):
    """torch.sub multiplies by alpha itself."""
    of_fake = recon_fake.mean()
    return torch.sub(recon_real.mean(), of_fake, alpha=k), of_fake


def weights_then_sum(recon_real, recon_fake, k):
    """One weighted sum over all images."""
    weights = torch.cat(
        [
            recon_real.new_ones(len(recon_real)) / len(recon_real),
            recon_fake.new_ones(len(recon_fake)) * -k / len(recon_fake),
        ]
    )
    return (weights * torch.cat([recon_real, recon_fake])).sum(), recon_fake.mean()


def weighted_errors(recon_real, recon_fake, k):
    """k multiplies each error before the mean."""
    return recon_real.mean() - (k * recon_fake).mean(), recon_fake.clone().mean()
