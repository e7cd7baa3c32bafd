"""Probes of nt_xent."""

import torch
from torch import Tensor

from homework.on_gpu import on_gpu

from .inputs import draw_features, find_gradients, join
from .inputs_kept import is_kept, strided

TEMPERATURE = 0.2
LOW_TEMPERATURES = (0.01, 0.005)
HIGH_TEMPERATURE = 1e4


def draw_views(seed: int, images: int, dim: int) -> Tensor:
    """Two views of each image in rows 2k and 2k + 1, more alike than views of two images, (2 images, dim)."""
    return draw_features(seed, images, dim).repeat_interleave(2, dim=0) + 0.7 * draw_features(
        seed + 50, 2 * images, dim
    )


def three_images() -> Tensor:
    """z (6, 5)."""
    return draw_views(300, 3, 5)


def two_images() -> Tensor:
    """z (4, 4): as many dimensions as views."""
    return draw_views(301, 2, 4)


def eight_images() -> Tensor:
    """z (16, 3)."""
    return draw_views(302, 8, 3)


def other_three_images() -> Tensor:
    """z (6, 5), not the first three."""
    return draw_views(303, 3, 5)


def rescale(z: Tensor) -> Tensor:
    """Each row with another norm and in the same direction."""
    return z * torch.linspace(0.2, 4.0, len(z))[:, None]


def swap_views(z: Tensor) -> Tensor:
    """Rows 2k and 2k + 1 in each other's place."""
    return z.reshape(-1, 2, z.shape[1]).flip(1).reshape(z.shape)


def on_three_images(student):
    z = three_images()
    loss = student.nt_xent(z, TEMPERATURE)
    after, kept = join(z), is_kept((), (z,))
    return {
        "loss": loss,
        "inputs_after": after,
        "flags_kept": kept,
        "loss_of_others": student.nt_xent(other_three_images(), TEMPERATURE),
        "loss_of_rescaled": student.nt_xent(rescale(three_images()), TEMPERATURE),
        "loss_of_swapped": student.nt_xent(swap_views(three_images()), TEMPERATURE),
        "loss_of_two_images": student.nt_xent(two_images(), TEMPERATURE),
        "loss_of_eight_images": student.nt_xent(eight_images(), TEMPERATURE),
        "at_high_temperature": student.nt_xent(three_images(), HIGH_TEMPERATURE),
        "at_high_temperature_of_others": student.nt_xent(other_three_images(), HIGH_TEMPERATURE),
        "at_high_temperature_of_eight_images": student.nt_xent(eight_images(), HIGH_TEMPERATURE),
    }


def many_images() -> Tensor:
    """z (134, 7), with gaps between its numbers in memory."""
    return strided(draw_views(305, 67, 7))[0]


def numbers() -> Tensor:
    """z (4, 1): of each view only a sign counts, and the views of the second image have opposite ones."""
    return torch.tensor([[2.0], [0.5], [-1.0], [3.0]])


def on_other_sizes(student):
    return {
        "loss_of_many_images": student.nt_xent(many_images(), TEMPERATURE),
        "loss_of_numbers": student.nt_xent(numbers(), TEMPERATURE),
    }


def in_float64(student):
    return {"loss": student.nt_xent(three_images().double(), TEMPERATURE)}


def differentiate(student):
    z = three_images().requires_grad_()
    loss = student.nt_xent(z, TEMPERATURE)
    return {"loss": loss.detach(), **find_gradients(loss, {"z": z})}


def on_a_gpu(student):
    return on_gpu(student, differentiate)


def equal_views() -> Tensor:
    """z (6, 5): all views of all images point the same way."""
    return draw_features(306, 1, 5).expand(6, -1) * torch.linspace(0.5, 3, 6)[:, None]


def differentiate_equal_views(student):
    z = equal_views().requires_grad_()
    loss = student.nt_xent(z, TEMPERATURE)
    return {"loss": loss.detach(), **find_gradients(loss, {"z": z})}


def one_image() -> Tensor:
    """The two views of a single image, z (2, 3)."""
    return torch.tensor([[3.0, 0.0, 4.0], [0.5, 1.0, -1.0]])


def on_one_image(student):
    z = one_image().requires_grad_()
    loss = student.nt_xent(z, TEMPERATURE)
    return {"loss": loss, **find_gradients(loss, {"z": z})}


def hard_images() -> Tensor:
    """z (8, 6): equal views, opposite views, and two images of which one view of each is the same."""
    z = draw_features(304, 8, 6)
    z[1] = 2 * z[0]
    z[3] = 0.1 - z[2]
    z[5] = z[4] + 0.1
    z[7] = z[4] / 2
    return z


def at_low_temperature(student):
    seen = {}
    for temperature in LOW_TEMPERATURES:
        z = hard_images().requires_grad_()
        loss = student.nt_xent(z, temperature)
        seen |= {f"loss_at_{temperature}": loss} | find_gradients(loss, {f"z_at_{temperature}": z})
    return seen


def cast(student, dtype: torch.dtype) -> dict:
    """Loss and gradient under autocast to this dtype."""
    z = three_images().requires_grad_()
    with torch.autocast("cpu", dtype=dtype):
        loss = student.nt_xent(z, TEMPERATURE)
    return {"loss": loss.float(), **find_gradients(loss, {"z": z})}


def under_autocast(student):
    return cast(student, torch.bfloat16)


def under_autocast_to_float16(student):
    return cast(student, torch.float16)
