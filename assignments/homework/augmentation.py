"""Random numbers for augmented views: drawn for every image of a batch by itself, all at once."""

import math
from dataclasses import dataclass

import torch
from torch import Tensor

LUMA = (0.299, 0.587, 0.114)  # weights of red, green and blue in a grey level (ITU-R BT.601)
TRIES = 10  # as torchvision: of a square image one box in six is too long, so ten in a row practically never are


@dataclass(frozen=True)
class Draws:
    """What was drawn for a batch of B images; row i belongs to image i."""

    boxes: Tensor  # (B, 4): top, left, height, width in pixels
    flips: Tensor  # (B,) bool
    brightness: Tensor  # (B,) factors around 1
    contrast: Tensor  # (B,)
    saturation: Tensor  # (B,)
    grey: Tensor  # (B,) bool


def to_grey(images: Tensor) -> Tensor:
    """The grey version (B, C, H, W) of images (B, C, H, W): all channels alike; one channel is grey already."""
    if images.shape[1] == 1:
        return images
    luma = _row(LUMA, images.device, images.dtype)[:, None, None]  # (3, 1, 1)
    return (luma * images).sum(dim=1, keepdim=True).expand_as(images)


def draw_augmentations(
    count: int,
    height: int,
    width: int,
    rng: torch.Generator,
    *,
    area: tuple[float, float] = (0.2, 1.0),
    ratio: tuple[float, float] = (3 / 4, 4 / 3),
    flip: float = 0.5,
    jitter: float = 0.4,
    grey: float = 0.2,
) -> Draws:
    """What a batch of random views needs: every image has its own draw, and no draw depends on another.

    Args:
        count: images in the batch, B.
        height, width: of the images, in pixels.
        rng: the only source of randomness; the draws are made, and stay, on its device.
        area: the box's share of the image, uniform between these two in (0, 1].
        ratio: the box's width divided by its height, between these two; its logarithm is uniform.
        flip: probability of a mirror image.
        jitter: brightness, contrast and saturation are uniform in 1 - jitter ... 1 + jitter; in [0, 1].
        grey: probability of losing the colours.

    Returns:
        float32 and bool tensors of length B. Boxes lie inside the image, anywhere in it alike; they need not be whole.

    Source: Szegedy et al. (Inception), 2015, section 6, for the boxes; Chen et al. (SimCLR), 2020, appendix A.
    """
    sides = _draw_sides(count, height, width, rng, area, ratio)  # (B, 2)
    room = _row((height, width), rng.device) - sides
    corners = room * torch.rand(count, 2, generator=rng, device=rng.device)
    brightness, contrast, saturation = _uniform((3, count), 1 - jitter, 1 + jitter, rng)
    flips, greys = torch.rand(2, count, generator=rng, device=rng.device)
    boxes = torch.cat([corners, sides], dim=1)
    return Draws(boxes, flips < flip, brightness, contrast, saturation, greys < grey)


def _draw_sides(
    count: int, height: int, width: int, rng: torch.Generator, area: tuple[float, float], ratio: tuple[float, float]
) -> Tensor:
    """Heights and widths (B, 2) of boxes: of some tries the first one that fits, or the last one cut to fit."""
    pixels = height * width * _uniform((count, TRIES), *area, rng)
    ratios = _uniform((count, TRIES), math.log(ratio[0]), math.log(ratio[1]), rng).exp()
    sides = torch.stack([(pixels / ratios).sqrt(), (pixels * ratios).sqrt()], dim=-1)  # (B, TRIES, 2)
    largest = _row((height, width), rng.device)
    fits = (sides <= largest).all(dim=-1)  # (B, TRIES)
    fits[:, -1] = True
    first = fits.int().argmax(dim=1)  # argmax finds the first of equals
    return torch.minimum(sides[torch.arange(count, device=rng.device), first], largest)


def _row(numbers: tuple[float, ...], device: torch.device, dtype: torch.dtype | None = None) -> Tensor:
    """These few numbers, filled in on the device: a copy from a list would make the CPU wait for the GPU."""
    return torch.stack([torch.full((), number, dtype=dtype, device=device) for number in numbers])


def _uniform(shape: tuple[int, ...], low: float, high: float, rng: torch.Generator) -> Tensor:
    return low + (high - low) * torch.rand(shape, generator=rng, device=rng.device)
