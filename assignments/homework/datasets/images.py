"""Images with their labels, and the way from pixels to the range that the models work in."""

from dataclasses import dataclass

import torch
from torch import Tensor


@dataclass(frozen=True, eq=False)
class ImageSet:
    """Labelled images. `images`: (N, C, H, W) uint8; `labels`: (N,) long, indices into `classes`."""

    images: Tensor
    labels: Tensor
    classes: tuple[str, ...]
    name: str

    def __len__(self) -> int:
        return len(self.images)

    def scaled(self, device: torch.device | str = "cpu") -> Tensor:
        """All images as float32 in [-1, 1] on `device`: four times the memory, so scale large sets batch by batch."""
        return to_model_range(self.images.to(device))

    def take(self, count: int) -> "ImageSet":
        """The first `count` items. ValueError if there are not so many."""
        if not 0 <= count <= len(self):
            raise ValueError(f"{self.name} has {len(self)} items: take between 0 and {len(self)} of them, not {count}")
        return ImageSet(self.images[:count], self.labels[:count], self.classes, self.name)


def to_model_range(images: Tensor) -> Tensor:
    """Pixels, uint8 in 0 … 255, as float32 in [-1, 1]; any shape. TypeError if `images` were scaled before."""
    if images.dtype != torch.uint8:
        raise TypeError(f"images are {images.dtype}, but should be uint8 pixels: they seem to be scaled already")
    return images.float() / 127.5 - 1


def to_pixels(x: Tensor) -> Tensor:
    """Model output as uint8 pixels: the inverse of `to_model_range`; what is outside [-1, 1] is clamped."""
    return ((x.detach().float() + 1) * 127.5).round().clamp(0, 255).to(torch.uint8)
