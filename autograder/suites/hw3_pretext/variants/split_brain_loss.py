"""Right answers to split_brain_loss in other styles."""

import torch
from torch import nn


def squares_and_means(predicted_ab, ab, predicted_l, l):  # noqa: E741
    """Written out."""
    return (predicted_ab - ab).pow(2).mean() + (predicted_l - l).pow(2).mean()


def loss_modules(predicted_ab, ab, predicted_l, l):  # noqa: E741
    """nn.MSELoss, target first."""
    criterion = nn.MSELoss()
    return criterion(ab, predicted_ab) + criterion(l, predicted_l)


def by_the_count(predicted_ab, ab, predicted_l, l):  # noqa: E741
    """Sums of squares, divided by the count."""
    return sum(((p - t) ** 2).sum() / t.numel() for p, t in ((predicted_ab, ab), (predicted_l, l)))


def by_channel(predicted_ab, ab, predicted_l, l):  # noqa: E741
    """A mean for each channel of three, weighted by 1, 1/2 and 1/2."""
    error = torch.cat([predicted_l, predicted_ab], dim=1) - torch.cat([l, ab], dim=1)
    return error.square().mean(dim=(0, 2, 3)) @ error.new_tensor([1.0, 0.5, 0.5])


def by_norms(predicted_ab, ab, predicted_l, l):  # noqa: E741
    """Targets detached; inner products of the flattened errors."""
    of_color, of_lightness = (predicted_ab - ab.detach()).flatten(), (predicted_l - l.detach()).flatten()
    return torch.dot(of_color, of_color) / of_color.numel() + torch.dot(of_lightness, of_lightness) / len(of_lightness)


def image_by_image(predicted_ab, ab, predicted_l, l):  # noqa: E741
    """The mean over images of each image's two means; images are of one size."""
    rows = zip(predicted_ab, ab, predicted_l, l, strict=True)
    return torch.stack([((p - c) ** 2).mean() + ((q - m) ** 2).mean() for p, c, q, m in rows]).mean()
