"""Right answers to inpainting_loss in other styles."""

import torch
import torch.nn.functional as F


def hidden_pixels_picked(prediction, images, mask):
    """Both picked by the mask, then F.mse_loss."""
    mask = mask.repeat(1, images.shape[1], 1, 1)
    return F.mse_loss(prediction[mask], images[mask])


def ratio_of_sums(prediction, images, mask):
    """The masked sum over the number of hidden numbers."""
    weight = mask.to(prediction.dtype)
    total = (weight * (prediction - images) ** 2).sum()
    return total / (weight.sum() * prediction.shape[1])


def ratio_of_means(prediction, images, mask):
    """The mean over all pixels, divided by the share of hidden ones."""
    squared = F.mse_loss(prediction, images, reduction="none")
    return (squared * mask).mean() / mask.to(squared.dtype).mean()


def channels_last(prediction, images, mask):
    """Channels moved to the end, where the mask picks whole pixels."""
    error = (prediction - images).permute(0, 2, 3, 1)[mask[:, 0]]  # (n, C)
    return error.pow(2).mean(dim=1).mean()


def masked_select(prediction, images, mask):
    """torch.masked_select, which expands the mask by itself."""
    error = torch.masked_select(prediction - images, mask)
    return error @ error / len(error)


def pasted_first(prediction, images, mask):
    """What is visible is pasted over the prediction, so that it has no error."""
    pasted = torch.where(mask, prediction, images)
    return (pasted - images).square().sum() / (mask.sum() * images.shape[1])


def image_by_image(prediction, images, mask):
    """A loop that adds up errors and counts them."""
    total, count = prediction.new_zeros(()), 0
    for painted, image, hidden in zip(prediction, images, mask[:, 0], strict=True):
        total = total + ((painted - image)[:, hidden] ** 2).sum()
        count += int(hidden.sum()) * len(image)
    return total / count
