"""Probes of inpainting_loss."""

import torch
from torch import Tensor

from homework.on_gpu import on_gpu

from .inputs import draw, find_gradients
from .inputs_handed import as_parameter, in_other_memory, look_at

Case = tuple[Tensor, Tensor, Tensor]  # prediction, images, mask


def hide(shape: tuple[int, ...], *boxes: tuple[int, int, int, int]) -> Tensor:
    """Mask (B, 1, H, W) of boxes: first and last row, first and last column, one of each for an image."""
    mask = torch.zeros(len(boxes), 1, *shape, dtype=torch.bool)
    for image, (top, bottom, left, right) in zip(mask, boxes, strict=True):
        image[:, top : bottom + 1, left : right + 1] = True
    return mask


def equal_boxes() -> Case:
    """Two images (2, 3, 4, 5), each with a box of 2 x 2 pixels."""
    return draw(70, 2, 3, 4, 5), draw(71, 2, 3, 4, 5), hide((4, 5), (0, 1, 3, 4), (1, 2, 0, 1))


def unequal_boxes() -> Case:
    """Three images (3, 2, 3, 3): one pixel is hidden, all nine, and none. The first is painted worst."""
    scale = torch.tensor([4.0, 1, 1])[:, None, None, None]
    mask = hide((3, 3), (2, 2, 0, 0), (0, 2, 0, 2), (0, 0, 0, 0))
    mask[2] = False
    return scale * draw(72, 3, 2, 3, 3), draw(73, 3, 2, 3, 3), mask


def one_pixel() -> Case:
    """One image (1, 1, 2, 2) in float64 with one hidden pixel."""
    return draw(74, 1, 1, 2, 2).double(), draw(75, 1, 1, 2, 2).double(), hide((2, 2), (1, 1, 0, 0))


def paint_elsewhere(case: Case) -> Case:
    """The same with other numbers in the prediction, large ones, where nothing is hidden."""
    prediction, images, mask = case
    return torch.where(mask, prediction, 100 + 1000 * draw(76, *images.shape)), images, mask


def measure(student, case: Case) -> dict:
    """The loss, the gradient of the prediction, and what the three inputs hold after the call, in a row."""
    prediction, images, mask = case
    leaf = prediction.clone().requires_grad_()
    loss = student.inpainting_loss(leaf * 1, images, mask)  # a result, as a network's is
    seen = {"loss": loss}
    if isinstance(loss, Tensor) and loss.requires_grad:
        loss.sum().backward()
        seen["gradient"] = leaf.grad
    given = as_parameter(prediction), images, mask
    student.inpainting_loss(*given)
    return seen | {"inputs after": look_at(*given)}


def on_equal_boxes(student):
    seen = measure(student, equal_boxes())
    return seen | {"loss when painted elsewhere": student.inpainting_loss(*paint_elsewhere(equal_boxes()))}


def on_unequal_boxes(student):
    return {"loss": student.inpainting_loss(*unequal_boxes())}


def on_one_pixel(student):
    return measure(student, one_pixel())


def painted_rightly() -> Case:
    """One image (1, 2, 3, 5) that is painted as it is, where it is hidden."""
    _, images, mask = draw(77, 1, 2, 3, 5), draw(78, 1, 2, 3, 5), hide((3, 5), (0, 1, 1, 3))
    return images.clone(), images, mask


def in_other_memories() -> Case:
    """The three images, and none of the tensors in one piece of memory."""
    return tuple(map(in_other_memory, unequal_boxes()))


def on_other_kinds(student):
    prediction, images, mask = painted_rightly()
    prediction.requires_grad_()
    right = student.inpainting_loss(prediction, images, mask)
    gradients = find_gradients(right, {"prediction": prediction})
    return {"loss": right, "loss in other memory": student.inpainting_loss(*in_other_memories()), **gradients}


def on_a_gpu(student):
    return on_gpu(student, on_one_pixel)
