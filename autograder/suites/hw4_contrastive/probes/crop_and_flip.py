"""Probes of crop_and_flip. Images are not square, and boxes neither, where that can matter."""

import torch
from torch import Tensor

from homework.on_gpu import on_gpu

from .inputs import draw_uniform, join
from .inputs_kept import is_kept

SIZE = 4

Batch = tuple[Tensor, Tensor, Tensor]


def unmirrored(images: Tensor, boxes: Tensor) -> Batch:
    """The batch with no result mirrored."""
    return images, boxes, torch.zeros(len(images), dtype=torch.bool)


def whole_boxes() -> Batch:
    """Three images (3, 3, 7, 10) and boxes of 4 x 4 whole pixels; nothing is mirrored."""
    boxes = torch.tensor([[1.0, 5, SIZE, SIZE], [3, 0, SIZE, SIZE], [2, 6, SIZE, SIZE]])
    return unmirrored(draw_uniform(310, 3, 3, 7, 10), boxes)


def mirrored_boxes() -> Batch:
    """The same, but the first and the last result are mirrored."""
    images, boxes, _ = whole_boxes()
    return images, boxes, torch.tensor([True, False, True])


def cut_whole_boxes(student):
    batch = whole_boxes()
    cut = student.crop_and_flip(*batch, SIZE)
    after, kept = join(*batch), is_kept((), batch)
    mirrored = mirrored_boxes()
    return {
        "cut": cut,
        "inputs_after": after,
        "flags_kept": kept,
        "mirrored": student.crop_and_flip(*mirrored, SIZE),
        "inputs_after_mirroring": join(*mirrored),
    }


def on_a_gpu(student):
    return on_gpu(student, cut_whole_boxes)


def resized_boxes() -> Batch:
    """Boxes of whole pixels, larger and smaller than the result, away from the image's border; four channels."""
    boxes = torch.tensor([[1.0, 3, 5, 6], [2, 4, 2, 3], [1, 1, 3, 8]])
    return unmirrored(draw_uniform(311, 3, 4, 7, 10), boxes)


def fractional_boxes() -> Batch:
    """Boxes that begin and end between pixels, away from the image's border."""
    boxes = torch.tensor([[1.3, 2.6, 3.1, 5.2], [2.2, 4.4, 1.9, 2.3], [0.8, 1.7, 5.4, 7.1]])
    return unmirrored(draw_uniform(312, 3, 3, 7, 10), boxes)


def tiny_box() -> Batch:
    """A box of a tenth of a pixel by two tenths, between two pixel centres."""
    return unmirrored(draw_uniform(318, 1, 3, 7, 10), torch.tensor([[3.2, 4.4, 0.1, 0.2]]))


def enlarge_a_tiny_box(student):
    return {"crop": student.crop_and_flip(*tiny_box(), SIZE)}


def border_boxes() -> Batch:
    """Boxes at the image's border, so much enlarged that places lie beyond the outermost centres: whole, corners."""
    boxes = torch.tensor([[0.0, 0, 7, 10], [0, 0, 2.5, 3], [4.4, 7.5, 2.6, 2.5]])
    return unmirrored(draw_uniform(313, 3, 3, 7, 10, low=0.3), boxes)


ENLARGED = 11


def resize(student):
    return {
        "whole": student.crop_and_flip(*resized_boxes(), SIZE),
        "fractional": student.crop_and_flip(*fractional_boxes(), SIZE),
        "at_the_border": student.crop_and_flip(*border_boxes(), ENLARGED),
    }


def one_image() -> Batch:
    """A single image with one channel, (1, 1, 5, 8)."""
    return unmirrored(draw_uniform(314, 1, 1, 5, 8), torch.tensor([[1.0, 2, 3, 4]]))


def in_float64() -> Batch:
    """The boxes of whole pixels in float64; the second result is mirrored."""
    images, boxes, _ = whole_boxes()
    return images.double(), boxes.double(), torch.tensor([False, True, False])


def one_large_pixel() -> Batch:
    """An image (1, 2, 1, 1) that is a single pixel; mirrored."""
    return torch.tensor([[[[0.25]], [[0.75]]]]), torch.tensor([[0.2, 0.3, 0.6, 0.5]]), torch.tensor([True])


def crop_other_kinds(student):
    return {
        "one_image": student.crop_and_flip(*one_image(), 2),
        "one_pixel": student.crop_and_flip(*one_image(), 1),
        "of_one_pixel": student.crop_and_flip(*one_large_pixel(), 3),
    }


def crop_in_float64(student):
    return {"float64": student.crop_and_flip(*in_float64(), SIZE)}


def one_image_many_times() -> Batch:
    """One image (17, 2, 6, 5), expanded, channels-last, and as many boxes, which lie in memory number by number."""
    image = draw_uniform(315, 2, 6, 5).permute(1, 2, 0).contiguous().permute(2, 0, 1)
    corners, sides = draw_uniform(316, 2, 17, high=2.0), draw_uniform(317, 2, 17, low=0.5, high=3.0)
    return image.expand(17, -1, -1, -1), torch.cat([corners, sides]).T, torch.arange(17) % 3 == 1


def crop_one_image_many_times(student):
    return {"crops": student.crop_and_flip(*one_image_many_times(), 5).mean(dim=(1, 2))}
