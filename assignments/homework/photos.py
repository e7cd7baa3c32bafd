"""A few real colour photos that are on every machine already: scikit-image carries them in its wheel.

Astronaut Eileen Collins (NASA, public domain), the cat Chelsea and a cup of coffee (CC0), a rocket (SpaceX, CC0) and a
motorcycle (Middlebury stereo benchmark, CC0).
"""

import torch
from skimage import data
from torch import Tensor

PHOTOS = {
    "astronaut": data.astronaut,
    "cat": data.chelsea,
    "coffee": data.coffee,
    "motorcycle": lambda: data.stereo_motorcycle()[0],
    "rocket": data.rocket,
}


def load_photos() -> dict[str, Tensor]:
    """name -> photo, uint8, shape (3, H, W); each of another size, between 300 and 741 pixels a side."""
    return {name: torch.from_numpy(load().copy()).movedim(-1, 0).contiguous() for name, load in PHOTOS.items()}


def split_photo(photo: Tensor, broad: int = 144, narrow: int = 48) -> tuple[list[Tensor], list[Tensor]]:
    """A photo (3, H, W) cut into upright strips: broad ones to learn from, and after each a narrow one to test with.

    No pixel is in both lists; what is left over at the right edge, less than two such strips, is in none.
    """
    whole = range(0, photo.shape[2] - broad - narrow + 1, broad + narrow)
    learnt = [photo[:, :, left : left + broad] for left in whole]
    return learnt, [photo[:, :, left + broad : left + broad + narrow] for left in whole]


def draw_patches(strips: list[Tensor], count: int, side: int, rng: torch.Generator) -> Tensor:
    """Squares from strips of the same size (3, H, W), all places alike; they may overlap: (count, 3, side, side)."""
    which, height, width = len(strips), *strips[0].shape[1:]
    ranges = (which, height - side + 1, width - side + 1)
    drawn = zip(*(torch.randint(high, (count,), generator=rng).tolist() for high in ranges), strict=True)
    return torch.stack([strips[strip][:, top : top + side, left : left + side] for strip, top, left in drawn])
