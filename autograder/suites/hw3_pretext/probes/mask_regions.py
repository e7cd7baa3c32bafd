"""Probes of mask_regions."""

import torch
from torch import Tensor

from homework.on_gpu import on_gpu

from .inputs import draw
from .inputs_handed import in_other_memory, look_at
from .inputs_pixels import number_pixels

FILL = (-1.5, 0.25, 7.0)


def three_images() -> tuple[Tensor, Tensor, Tensor]:
    """Images (3, 3, 5, 6), a box of its own size for each, and as many fills as images and channels."""
    boxes = torch.tensor([[1, 2, 2, 3], [0, 4, 4, 1], [3, 0, 1, 3]])
    return draw(60, 3, 3, 5, 6), boxes, torch.tensor(FILL)


def one_image() -> tuple[Tensor, Tensor, Tensor]:
    """One image (1, 2, 3, 4) of counted pixels in float64, and a box that goes to its last row and column."""
    return number_pixels(1, 2, 3, 4).double(), torch.tensor([[1, 2, 2, 2]]), torch.tensor([-5.0, 0.1]).double()


def hidden_as_a_whole() -> tuple[Tensor, Tensor, Tensor]:
    """Two images (2, 1, 2, 5), one of them hidden from edge to edge."""
    return draw(61, 2, 1, 2, 5), torch.tensor([[0, 0, 2, 5], [1, 4, 1, 1]]), torch.tensor([0.5])


def kind_of(value: object) -> str:
    """The dtype of a tensor, or the type of something else."""
    return str(value.dtype) if isinstance(value, Tensor) else type(value).__name__


def hide(student, images: Tensor, boxes: Tensor, fill: Tensor) -> dict:
    """The inputs come back as they are after the call, all in a row."""
    given = images, boxes, fill
    masked, mask = student.mask_regions(*given)
    after = look_at(*given)
    return {"masked": masked, "mask": mask, "kind of mask": kind_of(mask), "inputs after": after}


def hide_three_boxes(student):
    return hide(student, *three_images())


def in_other_memories() -> tuple[Tensor, Tensor, Tensor]:
    """The three images, and none of the tensors in one piece of memory."""
    return tuple(map(in_other_memory, three_images()))


def one_pixel() -> tuple[Tensor, Tensor, Tensor]:
    """An image (1, 4, 1, 1) that is hidden."""
    return draw(62, 1, 4, 1, 1), torch.tensor([[0, 0, 1, 1]]), torch.tensor([0.5, 1, -2, 3])


def many_images() -> tuple[Tensor, Tensor, Tensor]:
    """Seventeen images (17, 1, 13, 11), each with a box of its own, of 1 ... 4 rows and 1 ... 3 columns."""
    number = torch.arange(17)
    boxes = torch.stack([number % 10, number * 7 % 9, 1 + number % 4, 1 + number % 3], dim=1)
    return draw(63, 17, 1, 13, 11), boxes, torch.tensor([9.0])


CASES = {
    "one image": one_image,
    "a whole image": hidden_as_a_whole,
    "one pixel": one_pixel,
    "many images": many_images,
    "other memory": in_other_memories,
}


def on_a_gpu(student):
    return on_gpu(student, hide_three_boxes)


def hide_up_to_the_edges(student):
    cases = {name: case() for name, case in CASES.items()}
    return {f"{case}: {name}": value for case, given in cases.items() for name, value in hide(student, *given).items()}
