"""Probes of crop_and_flip. Images are not square, and boxes neither, where that can matter."""

import torch
from torch import Tensor

from .inputs import draw_images, find_gradients, join

SIZE = 4

Batch = tuple[Tensor, Tensor, Tensor]


def unmirrored(images: Tensor, boxes: Tensor) -> Batch:
    """The batch with no result mirrored."""
    return images, boxes, torch.zeros(len(images), dtype=torch.bool)


def whole_boxes() -> Batch:
    """Three images (3, 3, 7, 10) and boxes of 4 x 4 whole pixels; nothing is mirrored."""
    boxes = torch.tensor([[1.0, 5, SIZE, SIZE], [3, 0, SIZE, SIZE], [2, 6, SIZE, SIZE]])
    return unmirrored(draw_images(310, 3, 3, 7, 10), boxes)


def mirrored_boxes() -> Batch:
    """The same, but the first and the last result are mirrored."""
    images, boxes, _ = whole_boxes()
    return images, boxes, torch.tensor([True, False, True])


def cut_whole_boxes(student):
    batch = whole_boxes()
    cut = student.crop_and_flip(*batch, SIZE)
    after = join(batch)
    mirrored = mirrored_boxes()
    return {
        "cut": cut,
        "inputs_after": after,
        "mirrored": student.crop_and_flip(*mirrored, SIZE),
        "inputs_after_mirroring": join(mirrored),
    }


def resized_boxes() -> Batch:
    """Boxes of whole pixels, larger and smaller than the result, away from the image's border."""
    boxes = torch.tensor([[1.0, 3, 5, 6], [2, 4, 2, 3], [1, 1, 3, 8]])
    return unmirrored(draw_images(311, 3, 3, 7, 10), boxes)


def fractional_boxes() -> Batch:
    """Boxes that begin and end between pixels, away from the image's border."""
    boxes = torch.tensor([[1.3, 2.6, 3.1, 5.2], [2.2, 4.4, 1.9, 2.3], [0.8, 1.7, 5.4, 7.1]])
    return unmirrored(draw_images(312, 3, 3, 7, 10), boxes)


def border_boxes() -> Batch:
    """Boxes at the image's border, so much enlarged that places lie beyond the outermost centres: whole, corners."""
    boxes = torch.tensor([[0.0, 0, 7, 10], [0, 0, 2.5, 3], [4.4, 7.5, 2.6, 2.5]])
    return unmirrored(draw_images(313, 3, 3, 7, 10, low=0.3), boxes)


ENLARGED = 11


def resize(student):
    return {
        "whole": student.crop_and_flip(*resized_boxes(), SIZE),
        "fractional": student.crop_and_flip(*fractional_boxes(), SIZE),
        "at_the_border": student.crop_and_flip(*border_boxes(), ENLARGED),
    }


def one_image() -> Batch:
    """A single image with one channel, (1, 1, 5, 8)."""
    return unmirrored(draw_images(314, 1, 1, 5, 8), torch.tensor([[1.0, 2, 3, 4]]))


def in_float64() -> Batch:
    """The boxes of whole pixels in float64; the second result is mirrored."""
    images, boxes, _ = whole_boxes()
    return images.double(), boxes.double(), torch.tensor([False, True, False])


def crop_other_kinds(student):
    return {
        "one_image": student.crop_and_flip(*one_image(), 2),
        "one_pixel": student.crop_and_flip(*one_image(), 1),
        "float64": student.crop_and_flip(*in_float64(), SIZE),
    }


def weights() -> Tensor:
    """How much each output pixel counts in the sum whose gradient is taken, (3, 3, 4, 4)."""
    return draw_images(315, 3, 3, SIZE, SIZE, low=0.5, high=2.0)


def differentiate(student):
    images, boxes, flips = mirrored_boxes()
    images.requires_grad_()
    return find_gradients(student.crop_and_flip(images, boxes, flips, SIZE) * weights(), {"images": images})
