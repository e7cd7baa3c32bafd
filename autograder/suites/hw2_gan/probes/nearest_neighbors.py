"""Probes of nearest_neighbors. Every closest image is closest by far, whatever the formula, unless a tie is meant."""

import torch
from torch import Tensor

from homework.on_gpu import on_gpu

from .inputs import draw, join
from .inputs_game import find_flags


def clear_cut() -> tuple[Tensor, Tensor]:
    """Five samples (5, 2, 3, 4), each a mixture of two images and noise, and nine images of several norms (9, 2, 3, 4).

    Each squared distance is smaller by 2.6 than the next one, and no other measure finds the same five images.
    """
    scales = torch.tensor([0.6, 2, 1, 0.8, 1.5, 1, 0.5, 1.2, 1]).reshape(-1, 1, 1, 1)
    images = draw(2254, 9, 2, 3, 4) * scales
    one, other = (torch.stack([images[i] for i in numbers]) for numbers in ((8, 3, 6, 2, 4), (1, 0, 5, 7, 1)))
    samples = 0.5 * one + 0.3 * other + 0.6 * draw(2255, 5, 2, 3, 4)
    return samples, images


def far_from_zero() -> tuple[Tensor, Tensor]:
    """The same with bright pixels, where squared norms are far larger than squared distances."""
    samples, images = clear_cut()
    return samples + 30, images + 30


def tied() -> tuple[Tensor, Tensor]:
    """Three samples of whole numbers, whose sums no order of operations can change: (3, 1, 2, 2) and (7, 1, 2, 2).

    The first sample stands twice in the images, the second one between two of them; the third is nearest to three.
    """
    pixels = [[3, 3, 3, 3], [1, 0, 2, 0], [0, 0, 0, 2], [1, 0, 2, 0], [0, 0, 2, 0], [0, 2, 0, 0], [2, 0, 0, 0]]
    images = torch.tensor(pixels, dtype=torch.float32).reshape(-1, 1, 2, 2)
    samples = torch.tensor([[1, 0, 2, 0], [1, 1, 0, 0], [0, 0, 0, 0]], dtype=torch.float32)
    return samples.reshape(-1, 1, 2, 2), images


def of_other_sizes() -> dict[str, tuple[Tensor, Tensor]]:
    """One sample, one image, as many of both, one pixel, other memory, and float64 images too close for float32."""
    samples, images = clear_cut()
    close = 1 + 1e-4 * torch.tensor([5.0, 1, 3], dtype=torch.float64).reshape(-1, 1, 1, 1)
    return {
        "one_sample": (samples[:1], images),
        "one_image": (samples, images[3:4]),
        "one_pixel": (
            torch.tensor([0, 3.25, 7]).reshape(-1, 1, 1, 1),
            torch.tensor([9, 1, 3, 6.5]).reshape(-1, 1, 1, 1),
        ),
        "images_that_are_cut_out": _cut_out(samples, images),
        "images_channels_last": tuple(given.to(memory_format=torch.channels_last) for given in (samples, images)),
        "as_many_of_both": (samples, images[[4, 8, 2, 6, 3]]),
        "float64": (torch.ones(2, 3, 2, 2, dtype=torch.float64), close.expand(3, 3, 2, 2)),
    }


def _cut_out(*batches: Tensor) -> tuple[Tensor, ...]:
    """The same images, each a window of a larger one."""
    return tuple(torch.nn.functional.pad(images, (1, 1, 1, 1))[:, :, 1:-1, 1:-1] for images in batches)


def many() -> tuple[Tensor, Tensor]:
    """48 samples and 720 images of 3 x 64 x 64 pixels: all their differences are 1.7 gigabytes, more than it gets."""
    images = draw(610, 720, 3, 16, 16).repeat_interleave(4, 2).repeat_interleave(4, 3)
    return images[torch.arange(48) * 671 % 720] + 0.1, images


def find_clear_cut(student):
    samples, images = clear_cut()
    index = student.nearest_neighbors(samples, images)
    return {
        "index": index,
        "is_long": getattr(index, "dtype", None) == torch.int64,
        "inputs_after": join(samples, images),
        "flags_after": find_flags(samples, images),
    }


def find_far_from_zero(student):
    return {"index": student.nearest_neighbors(*far_from_zero())}


def find_on_a_gpu(student):
    return on_gpu(student, find_clear_cut)


def find_tied(student):
    return {"index": student.nearest_neighbors(*tied())}


def find_in_other_sizes(student):
    return {name: student.nearest_neighbors(*inputs) for name, inputs in of_other_sizes().items()}


def find_among_many(student):
    return {"index": student.nearest_neighbors(*many())}
