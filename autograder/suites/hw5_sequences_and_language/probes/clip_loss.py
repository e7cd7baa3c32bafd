"""Probes of clip_loss."""

import math

import torch
from torch import Tensor

from homework.on_gpu import on_gpu

from .inputs import draw_features, find_gradients
from .inputs_given import look_after, prepare, strided
from .inputs_language import turn

LOG_SCALE = 1.5
LOG_BOUND = math.log(100)
TINY_LOG_SCALE = -7.0

Batch = tuple[Tensor, Tensor, Tensor]


def four_pairs() -> Batch:
    """Images (4, 5), texts (4, 5), and a log_scale well below its bound."""
    images = draw_features(410, 4, 5)
    return images, images + draw_features(411, 4, 5), torch.tensor(LOG_SCALE)


def four_other_pairs() -> Batch:
    """The same shapes."""
    return draw_features(412, 4, 5), draw_features(413, 4, 5), torch.tensor(LOG_SCALE)


def rescale(batch: Batch) -> Batch:
    """Each row with another norm and in the same direction."""
    images, texts, log_scale = batch
    return (
        images * torch.tensor([[100.0], [0.06], [1.5], [0.6]]),
        texts * torch.tensor([[0.4], [2.0], [60.0], [0.1]]),
        log_scale,
    )


def on_four_pairs(student):
    images, texts, log_scale = four_pairs()
    return {
        "loss": student.clip_loss(*four_pairs()),
        "loss_of_exchanged": student.clip_loss(texts, images, log_scale),
        "loss_of_rescaled": student.clip_loss(*rescale(four_pairs())),
        "loss_of_others": student.clip_loss(*four_other_pairs()),
    }


def leave_inputs(student):
    given = prepare(*four_pairs())
    return {"loss": student.clip_loss(*given), **look_after(given)}


def mirrored_pairs() -> tuple[Tensor, Tensor]:
    """Images (4, 2) and texts (4, 2) of norm 1; each text mirrors its image: both directions cost the same."""
    images = turn(0.3, 0.8, -0.5, 1.9)
    return images, images * torch.tensor([1.0, -1.0])


def at_many_scales(student):
    log_scale = torch.tensor(6.0)
    values = {"loss_at_6": student.clip_loss(*mirrored_pairs(), log_scale), "log_scale_after": log_scale}
    for name, value in {
        "-1": -1.0,
        "0.7": 0.7,
        "3": 3.0,
        "4.5": 4.5,
        "bound": LOG_BOUND,
        "4.7": 4.7,
        "9": 9.0,
        "95": 95.0,
    }.items():
        values[f"loss_at_{name}"] = student.clip_loss(*mirrored_pairs(), torch.tensor(value))
    return values


def at_a_tiny_scale(student):
    """In float64: there the scale exp(-7) hardly moves the loss."""
    images, texts, _ = four_pairs()
    log_scale = torch.tensor(TINY_LOG_SCALE, dtype=torch.float64, requires_grad=True)
    loss = student.clip_loss(images.double(), texts.double(), log_scale)
    return {"loss": loss.detach(), **find_gradients(loss, {"log_scale": log_scale})}


def differentiate(student):
    images, texts, log_scale = (given.requires_grad_() for given in four_pairs())
    loss = student.clip_loss(images, texts, log_scale)
    return find_gradients(loss, {"images": images, "texts": texts, "log_scale": log_scale})


def hard_pairs() -> Batch:
    """Images (4, 6), texts (4, 6), the scale 100: the first text is nearly its image, the second the opposite of it."""
    images, texts = draw_features(414, 4, 6), draw_features(415, 4, 6)
    texts[0] = 2 * images[0] + 0.1
    texts[1] = 0.1 - images[1]
    texts[2] = images[1] / 2 + 0.1
    return images, texts, torch.tensor(LOG_BOUND)


def at_the_largest_scale(student):
    images, texts, log_scale = hard_pairs()
    images.requires_grad_()
    texts.requires_grad_()
    loss = student.clip_loss(images, texts, log_scale)
    return {"loss": loss, **find_gradients(loss, {"images": images, "texts": texts})}


def three_of_all() -> Batch:
    """Three images, three texts, three dimensions."""
    return draw_features(416, 3, 3), draw_features(417, 3, 3), torch.tensor(LOG_SCALE)


def on_one_pair(student):
    images, texts, log_scale = (given.requires_grad_() for given in three_of_all())
    loss = student.clip_loss(images[:1], texts[:1], log_scale)
    return {"loss": loss, **find_gradients(loss, {"images": images, "texts": texts})}


def on_three_of_all(student):
    return {"loss": student.clip_loss(*three_of_all())}


def one_number_each() -> Batch:
    """Images (3, 1), texts (3, 1): numbers, of which the sign is the direction."""
    images, texts = torch.tensor([[1.0], [-1.0], [1.0]]), torch.tensor([[1.0], [1.0], [-1.0]])
    return images * (0.1 + draw_features(418, 3, 1).abs()), texts / 2, torch.tensor(LOG_SCALE)


def many_pairs() -> Batch:
    """Images (131, 7), texts (131, 7)."""
    images = draw_features(419, 131, 7)
    return images, images + draw_features(420, 131, 7), torch.tensor(LOG_SCALE)


def on_other_sizes(student):
    return {"one_number_each": student.clip_loss(*one_number_each()), "many_pairs": student.clip_loss(*many_pairs())}


def equal_pairs() -> Batch:
    """Images (4, 3) and their texts, which are equal to them, but for the second one, which is that of the first."""
    images = draw_features(421, 4, 3)
    return images, images[[0, 0, 2, 3]], torch.tensor(LOG_SCALE)


def on_equal_pairs(student):
    images, texts, log_scale = (given.requires_grad_() for given in equal_pairs())
    loss = student.clip_loss(images, texts, log_scale)
    return {"loss": loss, **find_gradients(loss, {"images": images, "texts": texts, "log_scale": log_scale})}


def in_another_order(student):
    """The numbers lie in memory in another order; then all images have the same text."""
    images, texts, log_scale = strided(*four_pairs())
    return {
        "loss": student.clip_loss(images, texts, log_scale),
        "loss_of_expanded": student.clip_loss(images, texts[:1].expand(4, 5), log_scale),
    }


def on_float64(student):
    return {"loss": student.clip_loss(*(given.double() for given in four_pairs()))}


def on_a_gpu(student):
    return on_gpu(student, on_three_of_all)
