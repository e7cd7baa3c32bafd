"""Probes of colorization_loss."""

import torch
from torch import Tensor

from homework.on_gpu import on_gpu

from .inputs import draw
from .inputs_handed import as_parameter, in_other_memory, look_at

LARGE = 300.0


def logits() -> Tensor:
    """Two images of 3 x 5 pixels and four classes, (2, 4, 3, 5)."""
    return 2 * draw(731, 2, 4, 3, 5)


def target() -> Tensor:
    """Distributions (2, 4, 3, 5): each pixel has one class with 0, and one that leads clearly."""
    order = draw(732, 2, 4, 3, 5).argsort(dim=1)
    return torch.tensor([0.0, 0.15, 0.25, 0.6])[order]


def weights() -> Tensor:
    """Of four classes, (4,)."""
    return torch.tensor([0.3, 2.5, 0.8, 5.0])


def certain_logits() -> Tensor:
    """One pixel, whose classes differ by several hundred, (1, 4, 1, 1)."""
    return torch.tensor([LARGE, -LARGE, 0.0, -2 * LARGE]).reshape(1, 4, 1, 1)


def certain_target() -> Tensor:
    """What the pixel is: half of it improbable, and one class not at all, (1, 4, 1, 1)."""
    return torch.tensor([0.125, 0.5, 0.375, 0.0]).reshape(1, 4, 1, 1)


def _call(student, logits: Tensor, target: Tensor, weights: Tensor) -> dict:
    """The loss, and its gradient where there is one."""
    leaf = logits.requires_grad_()
    loss = student.colorization_loss(leaf * 1, target, weights)
    if isinstance(loss, Tensor) and loss.requires_grad:
        loss.sum().backward()
    return {"loss": loss, **({} if leaf.grad is None else {"gradient": leaf.grad})}


def weigh(student):
    given = as_parameter(logits()), target(), weights()
    loss = student.colorization_loss(*given)
    return {"loss": loss, "inputs_after": look_at(*given)}


def weigh_evenly(student):
    """All weights 1; float32 with the gradient, and one image of 2 x 2 pixels in float64."""
    of_image = logits()[:1, :, :2, :2].double(), target()[:1, :, :2, :2].double(), torch.ones(4).double()
    return {
        **_call(student, logits(), target(), torch.ones(4)),
        **{f"{name}_of_image": value for name, value in _call(student, *of_image).items()},
    }


def weigh_again(student):
    """Weights three times as large; then every image twice."""
    twice = logits().repeat(2, 1, 1, 1), target().repeat(2, 1, 1, 1), weights()
    return {
        "loss_of_larger": student.colorization_loss(logits(), target(), 3 * weights()),
        "loss_of_twice": student.colorization_loss(*twice),
    }


def weigh_certain_logits(student):
    return _call(student, certain_logits(), certain_target(), torch.ones(4))


def many_classes() -> tuple[Tensor, Tensor, Tensor]:
    """Three images of 5 x 2 pixels and thirteen classes, none of the tensors in one piece of memory."""
    order = draw(734, 3, 13, 5, 2).argsort(dim=1)
    share = torch.arange(13.0).square() / 650  # sums to 1
    return tuple(map(in_other_memory, (draw(733, 3, 13, 5, 2), share[order], 0.5 + draw(735, 13).abs())))


def even() -> tuple[Tensor, Tensor, Tensor]:
    """One image of 1 x 2 pixels: all logits of the first are 0, those of the second 400 or -400."""
    logits = torch.tensor([[0.0, 400], [0, 400], [0, -400]])[None, :, None]
    return logits, torch.tensor([[1.0, 0.5], [0, 0.5], [0, 0]])[None, :, None], torch.full((3,), 2.0)


def weigh_other_kinds(student):
    seen = {f"{name}_of_even": value for name, value in _call(student, *even()).items()}
    return {**_call(student, *many_classes()), **seen}


def weigh_on_the_spot(student):
    return _call(student, logits(), target(), weights())


def on_a_gpu(student):
    return on_gpu(student, weigh_on_the_spot)
