"""Probes of drop_colors. Channels differ by much in mean and deviation, so it shows whose deviation was taken."""

from dataclasses import dataclass

import torch
from torch import Tensor

from .inputs import draw
from .inputs_pixels import has_dtype, join


@dataclass(frozen=True)
class Drop:
    """The arguments of one call."""

    patches: Tensor
    kept: Tensor
    noise: Tensor


def draw_patches(seed: int, batch: int, channels: int, height: int, width: int) -> Tensor:
    """Each channel of each patch has a mean and a deviation of its own, 0.2 ... 2."""
    means = torch.linspace(-2, 2, batch * channels).reshape(channels, batch).T[:, :, None, None]
    deviations = torch.linspace(0.2, 2, batch * channels).reshape(batch, channels, 1, 1)
    return means + deviations * draw(seed, batch, channels, height, width)


def large() -> Drop:
    """Patches (4, 3, 12, 15): so many pixels that it makes no difference whether one less is counted."""
    return Drop(draw_patches(3300, 4, 3, 12, 15), torch.tensor([2, 0, 1, 0]), draw(3301, 4, 3, 12, 15))


def small() -> dict[str, Drop]:
    """Three patches of 2 x 3 pixels and three channels; one patch alone; one pixel, which deviates by 0; float64."""
    single = torch.tensor([[[[5.0]], [[2.0]], [[-1.0]]]])
    return {
        "of_six_pixels": Drop(draw_patches(3302, 3, 3, 2, 3), torch.tensor([1, 2, 0]), draw(3303, 3, 3, 2, 3)),
        "alone": Drop(draw_patches(3304, 1, 2, 2, 2), torch.tensor([1]), draw(3305, 1, 2, 2, 2)),
        "of_one_pixel": Drop(single, torch.tensor([0]), draw(3306, 1, 3, 1, 1)),
        "in_float64": Drop(
            draw_patches(3307, 2, 3, 3, 2).double() + 1e-9, torch.tensor([0, 2]), draw(3308, 2, 3, 3, 2).double()
        ),
    }


def drop_large(student):
    torch.manual_seed(0)  # so that who draws noise of their own can be told
    drop = large()
    dropped = student.drop_colors(drop.patches, drop.kept, drop.noise)
    return {"dropped": dropped, "inputs_after": join(drop.patches, drop.kept, drop.noise)}


def drop_small(student):
    torch.manual_seed(0)
    seen = {}
    for name, drop in small().items():
        seen[name] = student.drop_colors(drop.patches, drop.kept, drop.noise)
    return {**seen, "float64_stays": has_dtype(seen["in_float64"], torch.float64)}
