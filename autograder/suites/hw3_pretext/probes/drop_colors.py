"""Probes of drop_colors. Channels differ by much in mean and deviation, so it shows whose deviation was taken."""

from dataclasses import astuple, dataclass

import torch
from torch import Tensor

from homework.on_gpu import on_gpu

from .inputs import draw
from .inputs_handed import in_other_memory, look_at
from .inputs_pixels import has_dtype


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
    return {"dropped": dropped, "inputs_after": look_at(drop.patches, drop.kept, drop.noise)}


def drop_small(student):
    torch.manual_seed(0)
    seen = {}
    for name, drop in small().items():
        seen[name] = student.drop_colors(drop.patches, drop.kept, drop.noise)
    return {**seen, "float64_stays": has_dtype(seen["in_float64"], torch.float64)}


def even() -> dict[str, Drop]:
    """Patches of one colour each, (8, 3, 5, 7), and patches (2, 4, 5, 7) far from 0 that are nearly even."""
    levels = torch.tensor([0.1, 0.3, 0.7, 1.3, -1.7, 33.3, 200.7, 0])[:, None, None, None]
    colors = levels * torch.tensor([1.0, 0.9, 1.1])[:, None, None]
    far = 100 + 0.1 * draw(3309, 2, 4, 5, 7)
    return {
        "of_one_color": Drop(colors.expand(8, 3, 5, 7), torch.tensor([0, 1, 2, 0, 1, 2, 0, 1]), draw(3310, 8, 3, 5, 7)),
        "nearly_even": Drop(far, torch.tensor([3, 0]), draw(3311, 2, 4, 5, 7)),
    }


def scattered() -> Drop:
    """Three patches of 2 x 3 pixels, and none of the tensors in one piece of memory."""
    return Drop(*map(in_other_memory, astuple(small()["of_six_pixels"])))


def drop_even(student):
    torch.manual_seed(0)
    cases = {**even(), "scattered_in_memory": scattered()}
    return {name: student.drop_colors(drop.patches, drop.kept, drop.noise) for name, drop in cases.items()}


def drop_six_pixels(student):
    torch.manual_seed(0)
    return {"dropped": student.drop_colors(*astuple(small()["of_six_pixels"]))}


def on_a_gpu(student):
    return on_gpu(student, drop_six_pixels)
