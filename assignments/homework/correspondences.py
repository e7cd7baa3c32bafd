"""Pairs of pictures of one object, with every pixel's partner known: made by code, so no data set has to be fetched.

    pairs = make_pairs(8, torch.Generator().manual_seed(0))
    matches = pairs.draw_matches(0, 100, rng)          # rows and columns of 100 points in both pictures of pair 0

The object is one of a few, each with a shape and a pattern of its own. In each of the two pictures it is turned, scaled
and moved anew, and stands before another ground and in another light.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor

OBJECTS = 4
SIZE = 32  # pixels: height and width of an object before it is scaled
TURN, SCALES = math.radians(45), (0.85, 1.25)
OBJECT_GRAIN, GROUND_GRAIN = 6, 5  # pixels: the size of a patch of colour
COLORS = ((0.85, 0.35, 0.2), (0.2, 0.45, 0.75), (0.95, 0.8, 0.35), (0.95, 0.92, 0.88))  # RGB; each is at many places
GREYS = ((0.3, 0.3, 0.32), (0.5, 0.52, 0.5), (0.65, 0.63, 0.6), (0.42, 0.48, 0.4))


@dataclass(frozen=True, eq=False)
class Pairs:
    """B pairs of pictures of height H and width W. Places are (row, column), pixel (0, 0) has its centre at (0, 0)."""

    first: Tensor  # (B, 3, H, W) in [-1, 1]
    second: Tensor  # (B, 3, H, W) in [-1, 1]
    first_masks: Tensor  # (B, H, W) bool: where the object is
    second_masks: Tensor  # (B, H, W) bool
    turns: Tensor  # (B, 2, 2): a point of the object at place p of the first picture is at turns @ p + shifts
    shifts: Tensor  # (B, 2)   in the second one

    def __len__(self) -> int:
        return len(self.first)

    def partners(self, pair: int, places: Tensor) -> Tensor:
        """Where points of the first picture are in the second one: (P, 2) -> (P, 2), to a fraction of a pixel.

        Right for points of the object alone, and they may lie outside.
        """
        return places.to(self.turns) @ self.turns[pair].T + self.shifts[pair]

    def all_matches(self, pair: int) -> Tensor:
        """Every pixel of the object in the first picture that is seen in the second one too.

        Returns:
            row and column in the first, row and column in the second picture, the nearest whole ones: long, (P, 4).
        """
        places = self.first_masks[pair].nonzero()  # (P, 2)
        partners = self.partners(pair, places).round().long()
        height, width = self.second_masks.shape[1:]
        inside = ((partners >= 0) & (partners < torch.tensor([height, width]))).all(dim=1)
        places, partners = places[inside], partners[inside]
        seen = self.second_masks[pair][partners[:, 0], partners[:, 1]]
        return torch.cat([places, partners], dim=1)[seen]

    def draw_matches(self, pair: int, count: int, rng: torch.Generator) -> Tensor:
        """`count` rows of `all_matches`, drawn with replacement: long, shape (count, 4)."""
        matches = self.all_matches(pair)
        return matches[torch.randint(len(matches), (count,), generator=rng)]

    def draw_non_matches(self, pair: int, matches: Tensor, count: int, rng: torch.Generator, near: float = 3) -> Tensor:
        """Up to `count` pairs of pixels that do not show the same point, for matches (P, 4): long, shape (N, 4).

        The first pixel is that of a match; the second one is anywhere in the second picture and, in every other row, on
        the object. Those less than `near` pixels from the right one are left out.
        """
        height, width = self.second_masks.shape[1:]
        chosen = matches[torch.randint(len(matches), (count,), generator=rng)]
        on_object = self.second_masks[pair].nonzero()
        others = on_object[torch.randint(len(on_object), (count,), generator=rng)]
        anywhere = torch.randint(height * width, (count,), generator=rng)
        others[::2] = torch.stack([anywhere // width, anywhere % width], dim=1)[::2]
        is_far = (others - chosen[:, 2:]).square().sum(dim=1) >= near**2
        return torch.cat([chosen[:, :2], others], dim=1)[is_far]


def make_pairs(count: int, rng: torch.Generator, *, height: int = 48, width: int = 64) -> Pairs:
    """Pairs of random objects in random poses.

    Args:
        count: number of pairs, B.
        rng: the only source of randomness, on the processor.
        height: of the pictures, in pixels, divisible by 4.
        width: of the pictures, divisible by 4.
    """
    patterns, shapes = (torch.stack(parts) for parts in zip(*map(draw_object, range(OBJECTS)), strict=True))
    chosen = torch.randint(OBJECTS, (count,), generator=rng)
    views = [_draw_view(patterns[chosen], shapes[chosen], rng, height, width) for _ in range(2)]
    (first, first_masks, turn_a, middle_a), (second, second_masks, turn_b, middle_b) = views
    turns = turn_b @ torch.linalg.inv(turn_a)
    shifts = middle_b - (turns @ middle_a[:, :, None])[:, :, 0]
    return Pairs(first, second, first_masks, second_masks, turns, shifts)


def draw_object(number: int) -> tuple[Tensor, Tensor]:
    """Object 0, 1, …, always the same: pattern (3, SIZE, SIZE) in [0, 1], shape (SIZE, SIZE), 1 inside, else 0."""
    rng = torch.Generator().manual_seed(1_000 + number)
    middle = (SIZE - 1) / 2
    rows, columns = torch.meshgrid(torch.arange(SIZE) - middle, torch.arange(SIZE) - middle, indexing="ij")
    phase, depth = torch.rand(2, generator=rng)
    wave = 1 + torch.cos((2 + number % 4) * (torch.atan2(rows, columns) + 2 * math.pi * phase))
    shape = rows.hypot(columns) <= SIZE / 2 * (1 - (0.1 + 0.15 * depth) * wave)
    return _draw_patches(COLORS, OBJECT_GRAIN, (1, SIZE, SIZE), rng)[0], shape.float()


def _draw_patches(
    colors: Sequence[tuple[float, float, float]], grain: int, shape: tuple[int, int, int], rng: torch.Generator
) -> Tensor:
    """Patches of a few colours, with soft borders: for shape (count, height, width), (count, 3, height, width)."""
    count, height, width = shape
    chosen = torch.randint(len(colors), (count, -(-height // grain), -(-width // grain)), generator=rng)
    coarse = torch.tensor(colors)[chosen].movedim(-1, 1)  # (count, 3, rows, columns)
    return F.interpolate(coarse, (height, width), mode="bilinear", align_corners=False)


def _draw_view(
    patterns: Tensor, shapes: Tensor, rng: torch.Generator, height: int, width: int
) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """Pictures (B, 3, H, W), masks (B, H, W), and for each object how it was turned (B, 2, 2) and its middle (B, 2)."""
    count = len(patterns)
    turns, middles = _draw_poses(count, rng, height, width)
    drawn = _place(torch.cat([patterns, shapes[:, None]], dim=1), turns, middles, height, width)
    pattern, mask = drawn[:, :3], drawn[:, 3:] > 0.5
    ground = _draw_patches(GREYS, GROUND_GRAIN, (count, height, width), rng)
    picture = torch.where(mask, pattern, ground)
    light = 0.75 + 0.4 * torch.rand(count, 3, 1, 1, generator=rng)  # a gain for each colour
    picture = (light * picture + 0.03 * torch.randn(picture.shape, generator=rng)).clamp(0, 1)
    return 2 * picture - 1, mask[:, 0], turns, middles


def _draw_poses(count: int, rng: torch.Generator, height: int, width: int) -> tuple[Tensor, Tensor]:
    """Matrices (B, 2, 2) that turn and scale, and middles (B, 2) that keep most of the object inside."""
    angles = TURN * (2 * torch.rand(count, generator=rng) - 1)
    scales = SCALES[0] + (SCALES[1] - SCALES[0]) * torch.rand(count, generator=rng)
    cos, sin = scales * angles.cos(), scales * angles.sin()
    turns = torch.stack([torch.stack([cos, -sin], dim=1), torch.stack([sin, cos], dim=1)], dim=1)
    sides = torch.tensor([height, width])
    margin = 0.8 * SIZE / 2
    return turns, margin + (sides - 1 - 2 * margin) * torch.rand(count, 2, generator=rng)


def _place(objects: Tensor, turns: Tensor, middles: Tensor, height: int, width: int) -> Tensor:
    """Objects (B, C, SIZE, SIZE) on zeros (B, C, H, W): at place p stands what they have at turns⁻¹ (p - middle)."""
    rows, columns = torch.meshgrid(torch.arange(height), torch.arange(width), indexing="ij")
    places = torch.stack([rows, columns], dim=-1).reshape(1, -1, 2) - middles[:, None]  # (B, H W, 2)
    sources = places @ torch.linalg.inv(turns).transpose(1, 2) * (2 / SIZE)  # -1 and 1 are the object's borders
    grid = sources.flip(-1).reshape(-1, height, width, 2)  # grid_sample wants column, row
    return F.grid_sample(objects, grid, mode="bilinear", padding_mode="zeros", align_corners=False)
