"""Probes of simclr_augment. Where one step alone is looked at, the box is the whole image in its own size."""

from dataclasses import replace

import torch
from torch import Tensor

from homework.augmentation import Draws
from homework.on_gpu import on_gpu

from .inputs import draw_uniform, join
from .inputs_kept import is_kept

SIZE = 5
FACTORS = ("brightness", "contrast", "saturation")


def draw_colored(seed: int, batch: int, height: int, width: int, spread: float = 0.3) -> Tensor:
    """Images (B, 3, H, W) with much red and little blue, in [0.2, 0.4 + spread]; the later the image, the darker."""
    tint = torch.tensor([0.2, 0.1, 0.0])[:, None, None]
    shade = torch.linspace(1.0, 0.8, batch)[:, None, None, None]
    return (draw_uniform(seed, batch, 3, height, width, low=0.25, high=0.2 + spread) + tint) * shade


def change_nothing(images: Tensor) -> Draws:
    """Draws that leave a batch of square images as it is."""
    batch, side = len(images), images.shape[-1]
    one, no = torch.ones(batch, dtype=images.dtype), torch.zeros(batch, dtype=torch.bool)
    box = torch.tensor([0, 0, side, side], dtype=images.dtype)
    return Draws(box.repeat(batch, 1), no, one, one, one, no)


def three_images() -> Tensor:
    """(3, 3, 5, 5)."""
    return draw_colored(320, 3, SIZE, SIZE)


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
    return draw_colored(321, 4, 7, 10, spread=0.8).clamp(0, 1), draws


def change_everything(student):
    images, draws = everything()
    views = student.simclr_augment(images, draws, SIZE)
    given = (images, *vars(draws).values())
    return {"views": views, "inputs_after": join(*given), "flags_kept": is_kept((), given)}


def on_a_gpu(student):
    return on_gpu(student, change_everything)


def one_channel() -> tuple[Tensor, Draws]:
    """Two images (2, 1, 5, 5) that only the contrast changes: each is its own grey, and one is darker."""
    images = draw_uniform(322, 2, 1, SIZE, SIZE, low=0.3, high=0.7) * torch.tensor([1.0, 0.6])[:, None, None, None]
    factors = {"contrast": torch.tensor([1.3, 0.6]), "saturation": torch.tensor([0.5, 1.4])}
    return images, replace(change_nothing(images), grey=torch.tensor([True, False]), **factors)


def one_image() -> tuple[Tensor, Draws]:
    """One image (1, 3, 5, 5) of which everything changes."""
    images, nothing = three_images()[:1], change_nothing(three_images()[:1])
    flips, factors = torch.tensor([True]), [torch.tensor([factor]) for factor in (0.7, 1.4, 0.6)]
    return images, replace(nothing, flips=flips, brightness=factors[0], contrast=factors[1], saturation=factors[2])


def factors_of_zero() -> tuple[Tensor, Draws]:
    """The first image turns black, the second flat, the third grey; the images are channels-last in memory."""
    images = three_images().to(memory_format=torch.channels_last)
    factors = {name: (torch.arange(3) != number).float() for number, name in enumerate(FACTORS)}
    return images, replace(change_nothing(images), **factors)


def many_of_one() -> tuple[Tensor, Draws]:
    """One image (17, 3, 5, 5), expanded, 17 times brighter or darker and with other contrasts."""
    images = three_images()[1:2].expand(17, -1, -1, -1)
    brightness, contrast = draw_uniform(324, 17, low=0.6, high=1.4), draw_uniform(325, 17, low=0.6, high=1.4)
    return images, replace(change_nothing(images), brightness=brightness, contrast=contrast)


def change_one_and_many(student):
    return {
        "one": student.simclr_augment(*one_image(), SIZE),
        "zero": student.simclr_augment(*factors_of_zero(), SIZE),
        "many": student.simclr_augment(*many_of_one(), SIZE).mean(dim=(2, 3)),
    }


def in_float64() -> tuple[Tensor, Draws]:
    """Two images in float64, (2, 3, 5, 5), with float64 draws; both turn grey."""
    images = draw_colored(323, 2, SIZE, SIZE).double()
    return images, replace(change_nothing(images), grey=torch.tensor([True, True]))


def change_one_channel(student):
    return {"views": student.simclr_augment(*one_channel(), SIZE)}


def change_in_float64(student):
    return {"views": student.simclr_augment(*in_float64(), SIZE)}
