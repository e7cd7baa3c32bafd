"""Short videos made by code: textured shapes that move over a textured ground, with every pixel's history known.

A surface has a pattern of lightness and one colour, and keeps both while it moves. The two are drawn apart:
the grey video does not give a colour away, so it has to be copied from a frame that shows it.
"""

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor

from homework.colors import lab_to_rgb

COLORS = ((0, 0), (48, 24), (8, 48), (-36, 32), (-34, -4), (-2, -36), (28, -40))  # a and b; the ground's grey first
LIGHTEST, DARKEST = 70.0, 44.0  # in between, a screen can show each of these colours
FINE, COARSE = 3, 6  # pixels: as mostly in the world, things differ from the ground in texture


@dataclass(frozen=True, eq=False)
class Video:
    """T frames with S sprites. Later sprites hide earlier ones, and all hide the ground."""

    frames: Tensor  # (T, 3, H, W) sRGB in [0, 1]
    lightness: Tensor  # (T, 1, H, W) L of Lab, without noise in [44, 70]
    owners: Tensor  # (T, H, W) long: 0 where the ground is seen, s = 1 ... S where sprite s is
    corners: Tensor  # (T, S, 2) long: row and column of each sprite's upper left pixel
    colors: Tensor  # (1 + S,) long, indices into COLORS: of the ground, and of each sprite

    @property
    def masks(self) -> Tensor:
        """Where each sprite is seen: bool, shape (T, S, H, W)."""
        sprites = torch.arange(1, len(self.colors))[:, None, None]
        return self.owners[:, None] == sprites

    @property
    def classes(self) -> Tensor:
        """The colour of every pixel, an index into COLORS: long, shape (T, H, W)."""
        return self.colors[self.owners]

    def origins(self, now: int, before: int) -> Tensor:
        """Where the point of a surface that a pixel shows in frame `now` was in frame `before`.

        Returns:
            row and column, long, shape (H, W, 2); (-1, -1) if the point was hidden or outside then.
        """
        height, width = self.owners.shape[1:]
        owner = self.owners[now]
        still = self.corners.new_zeros(1, 2)
        moved = torch.cat([still, self.corners[before] - self.corners[now]])  # (1 + S, 2)
        place = torch.stack(torch.meshgrid(torch.arange(height), torch.arange(width), indexing="ij"), dim=-1)
        place = place + moved[owner]  # (H, W, 2)
        rows, columns = place.unbind(dim=-1)
        inside = (rows >= 0) & (rows < height) & (columns >= 0) & (columns < width)
        seen = self.owners[before][rows.clamp(0, height - 1), columns.clamp(0, width - 1)] == owner
        return torch.where((inside & seen)[..., None], place, -1)

    def changed(self, now: int, before: int) -> Tensor:
        """Which pixels show another point of a surface than they did: bool, shape (H, W)."""
        height, width = self.owners.shape[1:]
        place = torch.stack(torch.meshgrid(torch.arange(height), torch.arange(width), indexing="ij"), dim=-1)
        return (self.origins(now, before) != place).any(dim=-1)


def make_video(
    rng: torch.Generator,
    *,
    frames: int = 8,
    sprites: int = 2,
    side: int = 48,
    size: int = 18,
    speed: int = 3,
    noise: float = 1.0,
) -> Video:
    """A video of sprites that move on straight lines and turn back at the border.

    Args:
        rng: the only source of randomness, on the processor.
        frames: T.
        sprites: S, at most as many as there are colours beside grey: each has its own.
        side: height and width of a frame.
        size: height and width of the square that a sprite fills at most.
        speed: pixels a frame, at most, down and to the right; no sprite stands still.
        noise: standard deviation of the camera's noise in L, new in every frame.
    """
    colors = torch.cat([torch.zeros(1, dtype=torch.long), 1 + torch.randperm(len(COLORS) - 1, generator=rng)[:sprites]])
    corners = _draw_paths(rng, frames, sprites, side - size, speed)
    shapes = torch.stack([_draw_shape(rng, size) for _ in range(sprites)])
    patterns = _draw_patterns(rng, sprites, size, COARSE)
    lightness = _draw_patterns(rng, 1, side, FINE).repeat(frames, 1, 1)  # the ground, in every frame
    owners = torch.zeros(frames, side, side, dtype=torch.long)
    for frame in range(frames):
        for sprite, (top, left) in enumerate(corners[frame].tolist()):
            place = (frame, slice(top, top + size), slice(left, left + size))
            owners[place] = torch.where(shapes[sprite], sprite + 1, owners[place])
            lightness[place] = torch.where(shapes[sprite], patterns[sprite], lightness[place])
    lightness = (lightness + noise * torch.randn(lightness.shape, generator=rng))[:, None]  # (T, 1, H, W)
    ab = torch.tensor(COLORS, dtype=torch.float32)[colors[owners]].movedim(-1, 1)  # (T, 2, H, W)
    return Video(lab_to_rgb(torch.cat([lightness, ab], dim=1)), lightness, owners, corners, colors)


def _draw_paths(rng: torch.Generator, frames: int, sprites: int, room: int, speed: int) -> Tensor:
    """Corners (T, S, 2) in 0 ... room; each coordinate goes to and fro at a speed of its own."""
    start = torch.randint(room + 1, (sprites, 2), generator=rng)
    pace = torch.randint(1, speed + 1, (sprites, 2), generator=rng)
    direction = 2 * torch.randint(2, (sprites, 2), generator=rng) - 1
    unfolded = start + direction * pace * torch.arange(frames)[:, None, None]
    return room - (unfolded % (2 * room) - room).abs() if room else torch.zeros_like(unfolded)


def _draw_shape(rng: torch.Generator, size: int) -> Tensor:
    """A blob, bool, shape (size, size): a circle whose radius goes up and down a few times on the way round."""
    middle = (size - 1) / 2
    rows, columns = torch.meshgrid(torch.arange(size) - middle, torch.arange(size) - middle, indexing="ij")
    waves = torch.randint(2, 6, (), generator=rng)
    phase, depth = torch.rand(2, generator=rng)
    wave = 1 + torch.cos(waves * (torch.atan2(rows, columns) + 6.28 * phase))
    return rows.hypot(columns) <= size / 2 * (1 - 0.2 * depth * wave)


def _draw_patterns(rng: torch.Generator, count: int, size: int, grain: int) -> Tensor:
    """Lightness (count, size, size) between DARKEST and LIGHTEST, in smooth random patches of `grain` pixels."""
    coarse = torch.rand(count, 1, -(-size // grain), -(-size // grain), generator=rng)
    smooth = F.interpolate(coarse, (size, size), mode="bilinear", align_corners=False)[:, 0]
    return DARKEST + (LIGHTEST - DARKEST) * smooth
