"""Probes of simclr_augment. Where one step alone is looked at, the box is the whole image in its own size."""

from dataclasses import replace

import torch
from torch import Tensor

from homework.augmentation import Draws

from .inputs import draw_images, join

SIZE = 5


def draw_coloured(seed: int, batch: int, height: int, width: int, spread: float = 0.3) -> Tensor:
    """Images (B, 3, H, W) with much red and little blue, in [0.2, 0.4 + spread]; the later the image, the darker."""
    tint = torch.tensor([0.2, 0.1, 0.0])[:, None, None]
    shade = torch.linspace(1.0, 0.8, batch)[:, None, None, None]
    return (draw_images(seed, batch, 3, height, width, low=0.25, high=0.2 + spread) + tint) * shade


def change_nothing(images: Tensor) -> Draws:
    """Draws that leave a batch of square images as it is."""
    batch, side = len(images), images.shape[-1]
    one, no = torch.ones(batch, dtype=images.dtype), torch.zeros(batch, dtype=torch.bool)
    box = torch.tensor([0, 0, side, side], dtype=images.dtype)
    return Draws(box.repeat(batch, 1), no, one, one, one, no)


def three_images() -> Tensor:
    """(3, 3, 5, 5)."""
    return draw_coloured(320, 3, SIZE, SIZE)


def single_steps() -> dict[str, tuple[Tensor, Draws]]:
    """Images and draws with which one step alone changes them; no value leaves [0, 1]. The first images are grey."""
    images = three_images()
    nothing, grey = change_nothing(images), images[:, :1].expand(-1, 3, -1, -1).contiguous()
    return {
        "brightness": (grey, replace(nothing, brightness=torch.tensor([1.3, 0.7, 1.1]))),
        "contrast": (images, replace(nothing, contrast=torch.tensor([0.6, 1.4, 1.0]))),
        "saturation": (images, replace(nothing, saturation=torch.tensor([1.3, 0.5, 0.8]))),
        "grey": (images, replace(nothing, grey=torch.tensor([False, True, False]))),
    }


def change_one_thing(student):
    return {name: student.simclr_augment(*batch, SIZE) for name, batch in single_steps().items()}


def everything() -> tuple[Tensor, Draws]:
    """Four bright images (4, 3, 7, 10) and strong draws: each of the three mixes leaves [0, 1] somewhere."""
    draws = Draws(
        boxes=torch.tensor([[1.3, 2.6, 3.1, 5.2], [0, 0, 7, 10], [2.2, 4.4, 1.9, 2.3], [0.8, 1.7, 5.4, 7.1]]),
        flips=torch.tensor([True, False, False, True]),
        brightness=torch.tensor([1.8, 1.5, 0.6, 1.6]),
        contrast=torch.tensor([1.7, 2.5, 2.6, 0.5]),
        saturation=torch.tensor([2.0, 1.9, 2.6, 1.9]),
        grey=torch.tensor([False, False, False, True]),
    )
    return draw_coloured(321, 4, 7, 10, spread=0.8).clamp(0, 1), draws


def change_everything(student):
    images, draws = everything()
    views = student.simclr_augment(images, draws, SIZE)
    return {"views": views, "inputs_after": join((images, *vars(draws).values()))}


def one_channel() -> tuple[Tensor, Draws]:
    """One image (1, 1, 5, 5) that only the contrast changes: it is its own grey."""
    images = draw_images(322, 1, 1, SIZE, SIZE, low=0.3, high=0.7)
    factors = {"contrast": torch.tensor([1.3]), "saturation": torch.tensor([0.5])}
    return images, replace(change_nothing(images), grey=torch.tensor([True]), **factors)


def in_float64() -> tuple[Tensor, Draws]:
    """Two images in float64, (2, 3, 5, 5), with float64 draws; both turn grey."""
    images = draw_coloured(323, 2, SIZE, SIZE).double()
    return images, replace(change_nothing(images), grey=torch.tensor([True, True]))


def change_other_kinds(student):
    return {
        "one_channel": student.simclr_augment(*one_channel(), SIZE),
        "float64": student.simclr_augment(*in_float64(), SIZE),
    }
