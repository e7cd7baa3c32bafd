"""Probes of clip_loss."""

import math

import torch
from torch import Tensor

from .inputs_language import draw_features, find_gradients, join, turn

LOG_SCALE = 1.5
LOG_BOUND = math.log(100)

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
        images * torch.tensor([[3.0], [0.2], [1.5], [0.6]]),
        texts * torch.tensor([[0.4], [2.0], [5.0], [1.0]]),
        log_scale,
    )


def on_four_pairs(student):
    images, texts, log_scale = batch = four_pairs()
    loss = student.clip_loss(*batch)
    after = join(*batch)
    images, texts, log_scale = four_pairs()
    return {
        "loss": loss,
        "inputs_after": after,
        "loss_of_exchanged": student.clip_loss(texts, images, log_scale),
        "loss_of_rescaled": student.clip_loss(*rescale(four_pairs())),
        "loss_of_others": student.clip_loss(*four_other_pairs()),
    }


def mirrored_pairs() -> tuple[Tensor, Tensor]:
    """Images (4, 2) and texts (4, 2) of norm 1; each text mirrors its image: both directions cost the same."""
    images = turn(0.3, 0.8, -0.5, 1.9)
    return images, images * torch.tensor([1.0, -1.0])


def at_many_scales(student):
    log_scale = torch.tensor(6.0)
    values = {"loss_at_6": student.clip_loss(*mirrored_pairs(), log_scale), "log_scale_after": log_scale}
    for name, value in {"-1": -1.0, "0.7": 0.7, "3": 3.0, "4.5": 4.5, "bound": LOG_BOUND, "4.7": 4.7, "9": 9.0}.items():
        values[f"loss_at_{name}"] = student.clip_loss(*mirrored_pairs(), torch.tensor(value))
    return values


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
    images, texts, log_scale = three_of_all()
    return {"loss": student.clip_loss(images[:1], texts[:1], log_scale)}


def on_three_of_all(student):
    return {"loss": student.clip_loss(*three_of_all())}


def on_float64(student):
    return {"loss": student.clip_loss(*(given.double() for given in four_pairs()))}
