"""Public checks of the homework on contrastive learning: random views."""

from dataclasses import replace

import torch
from torch import Tensor

from homework.augmentation import Draws
from homework.checks import Student, public_check
from homework.checks.features import rows
from homework.checks.hw4_contrastive.info_nce import state

CROP = {
    "think": "where in the image does each output pixel look, and which four pixel centres lie around that place?",
    "read": "the formula in the docstring of crop_and_flip; notebook section 3.3",
}
VIEWS = {
    "think": "what does each step get to see, whose draw does it use, and what does a factor of 0 leave of an image?",
    "read": "SimCLR (Chen et al., 2020), appendix A; the docstring of simclr_augment, notebook section 3.4",
}


def numbered_pixels(batch: int) -> Tensor:
    """Images (B, 1, 4, 6): pixel (row, column) of image b holds 100 (b + 1) + 10 row + column."""
    image, row, column = torch.meshgrid(*(torch.arange(float(n)) for n in (batch, 4, 6)), indexing="ij")
    return (100 * (image + 1) + 10 * row + column)[:, None]


@public_check("crop_and_flip", **CROP)
def cut_boxes_of_2_by_2_pixels(student: Student) -> dict:
    """Boxes of 2 x 2 whole pixels come out pixel for pixel, the second one mirrored."""
    images, boxes = numbered_pixels(3), rows((1, 3, 2, 2), (2, 0, 2, 2), (0, 4, 2, 2))
    flips = torch.tensor([False, True, False])
    views = student.crop_and_flip(images, boxes, flips, 2)
    originals = numbered_pixels(3), rows((1, 3, 2, 2), (2, 0, 2, 2), (0, 4, 2, 2)), torch.tensor([False, True, False])
    return {"the views": views, "images, boxes or flips after the call": state((images, boxes, flips), originals)}


@public_check("crop_and_flip", **CROP)
def look_between_pixels(student: Student) -> dict:
    """Boxes of any size are resized: between centres the values go on evenly, and beyond the border they stop."""
    boxes = rows((1, 1, 2, 4), (0.7, 1.2, 2.1, 3.4), (0, 0, 4, 6), (3, 5, 1, 1))
    images, flips = numbered_pixels(4), torch.tensor([True, False, False, True])
    many = torch.cat([images, 2 * images], dim=1).contiguous(memory_format=torch.channels_last)  # two channels
    return {
        "the views": student.crop_and_flip(images, boxes, flips, 3),
        "the views of channels-last images": student.crop_and_flip(many, boxes, flips, 3),
        "the views of one image expanded": student.crop_and_flip(images[:1].expand(4, -1, -1, -1), boxes, flips, 3),
    }


@public_check("crop_and_flip", **CROP)
def look_at_an_edge(student: Student) -> dict:
    """Next to the box's border a pixel outside of it counts, a single place has four neighbours; in float64."""
    images = torch.zeros(1, 1, 4, 4, dtype=torch.float64)
    images[..., 2:] = 8
    box, no = rows((1, 2, 2, 2)).double(), torch.tensor([False])
    crop = student.crop_and_flip
    return {"the view of 4 x 4": crop(images, box, no, 4), "the view of 1 x 1": crop(images, box, no, 1)}


def undrawn(images: Tensor) -> Draws:
    """Draws that leave a batch of 2 x 2 images as it is."""
    one, no = torch.ones(len(images), dtype=images.dtype), torch.zeros(len(images), dtype=torch.bool)
    return Draws(rows(*[(0, 0, 2, 2)] * len(images)).to(images.dtype), no, one, one, one, no)


def four_colors() -> Tensor:
    """An image (3, 2, 2): dark red, green, a pale blue, and a grey."""
    colors = rows((0.5, 0, 0), (0, 0.5, 0), (0.5, 0.5, 0.75), (0.25, 0.25, 0.25))  # (4, 3)
    return colors.T.reshape(3, 2, 2).contiguous()


@public_check("simclr_augment", **VIEWS)
def draw_one_thing_for_each_image(student: Student) -> dict:
    """Twice as bright, half the contrast, half the saturation, and grey: each image by what was drawn for it."""
    images = four_colors().repeat(4, 1, 1, 1)
    draws = replace(
        undrawn(images),
        brightness=torch.tensor([2.0, 1, 1, 1]),
        contrast=torch.tensor([1.0, 0.5, 1, 1]),
        saturation=torch.tensor([1.0, 1, 0.5, 1]),
        grey=torch.tensor([False, False, False, True]),
    )
    views = student.simclr_augment(images, draws, 2)
    names = ("twice as bright", "half the contrast", "half the saturation", "grey")
    after = state((images,), (four_colors().repeat(4, 1, 1, 1),))
    views_by_name = dict(zip([f"the view {name}" for name in names], views, strict=True))
    return {**views_by_name, "images after the call": after}


@public_check("simclr_augment", **VIEWS)
def draw_everything(student: Student) -> dict:
    """Crop, flip, brightness, contrast, saturation, grey, in this order, and in [0, 1] after each mix."""
    images = torch.stack([four_colors(), four_colors().flip(1)])
    draws = Draws(
        rows((0.5, 0, 1.5, 2), (0, 0.25, 1.5, 1.5)),
        torch.tensor([True, False]),
        torch.tensor([1.75, 2.5]),
        torch.tensor([2.0, 1.5]),
        torch.tensor([2.0, 1.5]),
        torch.tensor([False, True]),
    )
    return {"the views": student.simclr_augment(images, draws, 2)}


@public_check("simclr_augment", **VIEWS)
def draw_for_one_channel(student: Student) -> dict:
    """An image with one channel is its own grey: only brightness and contrast change it; two of them, in float64."""
    image = rows((0, 0.25), (0.5, 0.75)).double()[None, None]
    images, two = torch.cat([image, image / 2]), torch.tensor([2.0, 1.5], dtype=torch.float64)
    grey = torch.tensor([True, False])
    draws = replace(undrawn(images), brightness=two / 4, contrast=two, saturation=two / 4, grey=grey)
    return {"the views": student.simclr_augment(images, draws, 2)}
