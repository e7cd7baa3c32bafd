"""Images that a student's network drew, as one small picture inside a page.

The pixels come out of a process that ran student code, so they are checked like every answer, and few of them are
shown, in few greys: what such a process knows of the hidden inputs could leave in them.
"""

import base64
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from markupsafe import Markup
from PIL import Image

GREYS = 16
LARGEST = 32  # pixels of one image's side
GAP = 2  # pixels between images, black as their own background


@dataclass(frozen=True)
class Picture:
    """A PNG with its size in pixels, and what can be seen on it in a sentence."""

    png: bytes
    width: int
    height: int
    caption: str

    @property
    def address(self) -> Markup:
        return Markup(f"data:image/png;base64,{base64.b64encode(self.png).decode()}")


def draw_picture(images: Any, rows: int, columns: int, caption: str) -> Picture | None:
    """The first images (N, 1, H, W), uint8, in a grid that is filled row by row; None where they are no such images."""
    from torch.nn.functional import pad  # most pages show no picture, and do without torch

    if not _are_images(images) or len(images) < rows * columns:
        return None
    tiles = pad(images[: rows * columns, 0], (0, GAP, 0, GAP)).unflatten(0, (rows, columns))
    plate = tiles.transpose(1, 2).flatten(2).flatten(0, 1)[:-GAP, :-GAP]  # (rows (H + GAP) - GAP, …)
    step = 256 // GREYS
    levels = (plate // step * (255 // (GREYS - 1))).contiguous()
    height, width = levels.shape
    written = BytesIO()
    Image.frombytes("L", (width, height), levels.numpy().tobytes()).save(written, "PNG", optimize=True)
    return Picture(written.getvalue(), width, height, caption)


def _are_images(images: Any) -> bool:
    import torch

    is_tensor = isinstance(images, torch.Tensor) and images.dtype == torch.uint8 and images.dim() == 4
    return is_tensor and images.shape[1] == 1 and min(images.shape[2:]) >= 1 and max(images.shape[2:]) <= LARGEST
