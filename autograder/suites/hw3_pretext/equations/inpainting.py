"""Boxes of pixels, and the error on them, pixel by pixel in float64."""

import torch
from torch import Tensor


def find_mask(boxes: Tensor, height: int, width: int) -> Tensor:
    """(B, 1, H, W), true at row r and column c if top <= r < top + height and left <= c < left + width of its box."""
    mask = torch.zeros(len(boxes), 1, height, width, dtype=torch.bool)
    for image, (top, left, tall, wide) in enumerate(boxes.tolist()):
        for row in range(top, top + tall):
            for column in range(left, left + wide):
                mask[image, 0, row, column] = True
    return mask


def find_masked(images: Tensor, mask: Tensor, fill: Tensor) -> Tensor:
    """The fill of each channel where hidden, images (B, C, H, W) elsewhere."""
    masked = images.clone()
    for image, _, row, column in mask.nonzero().tolist():
        masked[image, :, row, column] = fill
    return masked


def find_hidden_error(prediction: Tensor, images: Tensor, mask: Tensor) -> Tensor:
    """Mean of the squared error over all channels of all hidden pixels, float64, 0-d."""
    places = mask[:, 0].nonzero().tolist()
    squared = (prediction.double() - images.double()) ** 2
    return torch.stack([squared[image, :, row, column] for image, row, column in places]).mean()


def find_pull(prediction: Tensor, images: Tensor, mask: Tensor) -> Tensor:
    """The gradient's direction for each entry: the error where hidden, else 0, with sizes that sum to 1, float64."""
    error = (prediction.double() - images.double()) * mask
    return error / error.abs().sum()
