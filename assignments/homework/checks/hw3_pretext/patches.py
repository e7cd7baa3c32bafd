"""Public checks of the homework on pretext tasks: rotation, relative patches, and colours dropped."""

import torch
from torch import Tensor

from homework.checks import Student, public_check
from homework.checks.hw3_pretext.handed import dtype_of, scattered, state_of

ROTATE = {
    "think": "turn the picture to the left: where does its upper right corner go, and which label does that copy have?",
    "read": "RotNet (Gidaris, Singh and Komodakis, 2018), section 2.1; the docstring of rotate_batch",
}
PATCHES = {
    "think": "where in the image is the upper left pixel of each patch, and which number has the neighbour?",
    "read": "Doersch, Gupta and Efros, 2015, section 3; the docstring of relative_patches",
}
COLORS = {
    "think": "which channel does each patch keep, and a hundredth of which deviation has the noise in the others?",
    "read": "Doersch, Gupta and Efros, 2015, section 3.1; the docstring of drop_colors",
}


def name_pixels(batch: int, height: int, width: int) -> Tensor:
    """Images (B, 3, H, W) whose channels say where a pixel is from: row, column, and number of the image."""
    image, row, column = torch.meshgrid(*(torch.arange(float(n)) for n in (batch, height, width)), indexing="ij")
    return torch.stack([row, column, image], dim=1)


@public_check("rotate_batch", **ROTATE)
def turn_two_by_two(student: Student) -> dict:
    """1 2 above 3 4, turned by 90 degrees counter-clockwise, is 2 4 above 1 3."""
    turned, labels = student.rotate_batch(torch.tensor([[[[1.0, 2.0], [3.0, 4.0]]]]))
    return {"the turned batch": turned, "the tensor of labels": labels, "the dtype of the labels": dtype_of(labels)}


@public_check("rotate_batch", **ROTATE)
def turn_two_pictures(student: Student) -> dict:
    """Of two pictures with two channels, the four copies of the first one come first, then those of the second."""
    images = torch.arange(16).reshape(2, 2, 2, 2).to(torch.uint8)
    before = images.clone()
    turned, labels = student.rotate_batch(images)
    return {
        "the turned batch": turned,
        "the tensor of labels": labels,
        "the dtype of the images": dtype_of(turned),
        "the state of images after the call": state_of(images, before),
    }


@public_check("rotate_batch", **ROTATE)
def turn_in_other_memory(student: Student) -> dict:
    """A transposed batch of 3 x 3 pixels in float64, which does not lie in memory in one piece, is turned as well."""
    images = scattered(torch.arange(36, dtype=torch.float64).reshape(2, 2, 3, 3) + 1e-9)
    return {"the turned batch": student.rotate_batch(images)[0]}


@public_check("relative_patches", **PATCHES)
def cut_single_pixels(student: Student) -> dict:
    """All eight neighbours of one pixel, side by side, in the order of their numbers."""
    cells = [[row, column] for row in range(3) for column in range(3) if (row, column) != (1, 1)]
    still = torch.zeros(8, 2, dtype=torch.long)
    centers, neighbors, labels = student.relative_patches(name_pixels(8, 4, 6), torch.tensor(cells), 1, 0, still)
    return {"the tensor of labels": labels, "the batch of centers": centers, "the batch of neighbors": neighbors}


@public_check("relative_patches", **PATCHES)
def cut_with_a_gap(student: Student) -> dict:
    """Patches of 2 x 2 pixels, one pixel apart, of images of 11 x 16: above and left, right, and below."""
    images, positions = name_pixels(3, 11, 16), torch.tensor([[0, 0], [1, 2], [2, 1]])
    still = torch.zeros(3, 2, dtype=torch.long)
    centers, neighbors, labels = student.relative_patches(images, positions, 2, 1, still)
    return {
        "the batch of centers": centers,
        "the batch of neighbors": neighbors,
        "the tensor of labels": labels,
        "the state of images after the call": state_of(images, name_pixels(3, 11, 16)),
    }


@public_check("relative_patches", **PATCHES)
def cut_with_jitter(student: Student) -> dict:
    """Jitter moves the neighbour alone: one up and two right, or three down and one left; float64, any memory."""
    images, jitter = scattered(name_pixels(2, 16, 20).double()), torch.tensor([[-1, 2], [3, -1]])
    positions = torch.tensor([[2, 0], [0, 2]])
    before = positions.clone(), jitter.clone()
    centers, neighbors, labels = student.relative_patches(images, positions, 2, 2, jitter)
    return {
        "the batch of centers": centers,
        "the batch of neighbors": neighbors,
        "the dtype of the labels": dtype_of(labels),
        "the state of positions after the call": state_of(positions, before[0]),
        "the state of jitter after the call": state_of(jitter, before[1]),
    }


@public_check("relative_patches", **PATCHES)
def cut_from_one_image(student: Student) -> dict:
    """One image of one channel in uint8, patches of one pixel: its dtype stays."""
    images = torch.arange(35).reshape(1, 1, 5, 7).to(torch.uint8)
    still = torch.zeros(1, 2, dtype=torch.long)
    centers, neighbors, labels = student.relative_patches(images, torch.tensor([[1, 0]]), 1, 1, still)
    return {
        "the batch of centers": centers,
        "the batch of neighbors": neighbors,
        "the tensor of labels": labels,
        "the dtype of the neighbors": dtype_of(neighbors),
    }


def drop_repeatably(student: Student, patches: Tensor, kept: Tensor, noise: Tensor) -> Tensor:
    """Noise that is drawn inside, which is a mistake, is the same each time, and so can be told."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        return student.drop_colors(patches, kept, noise)


@public_check("drop_colors", **COLORS)
def keep_green_and_red(student: Student) -> dict:
    """The first patch keeps green, 0 0 0 0 5 (mean 1, deviation 2), the second one red, -2 -2 -2 -2 8 (deviation 4)."""
    first = [[5.0, 9, 1, 4, 2], [0, 0, 0, 0, 5], [3, 8, 8, 1, 0]]
    second = [[-2.0, -2, -2, -2, 8], [1, 6, 2, 2, 7], [7, 1, 3, 3, 9]]
    patches = torch.tensor([first, second])[:, :, None]  # (2, 3, 1, 5)
    noise = torch.tensor([1.0, -2, 0, 3, -1]).expand(2, 3, 1, 5)
    return {"the batch of patches": drop_repeatably(student, patches, torch.tensor([1, 0]), noise)}


@public_check("drop_colors", **COLORS)
def keep_one_of_two(student: Student) -> dict:
    """One patch of two channels in float64, which keeps the second one; the caller's patch stays as it is."""
    patches = torch.tensor([[[[1.0, 2], [3, 4]], [[0, 0], [10, 10]]]], dtype=torch.float64)
    before = patches.clone()
    dropped = drop_repeatably(student, patches, torch.tensor([1]), torch.full_like(patches, 3))
    return {"the patch": dropped, "the state of patches after the call": state_of(patches, before)}


@public_check("drop_colors", **COLORS)
def keep_one_of_an_even_patch(student: Student) -> dict:
    """Patches of one colour deviate by 0 and get no noise at all; four channels, of any place in memory."""
    patches = torch.tensor([0.2, 0.3, 0.7, 1.9, 77.7])[:, None, None, None].expand(5, 4, 5, 7)
    noise = scattered(torch.linspace(-2, 2, 700).reshape(5, 4, 5, 7))
    return {"the batch of patches": drop_repeatably(student, patches, torch.tensor([3, 0, 1, 2, 3]), noise)}
