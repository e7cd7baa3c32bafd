"""Probes of split_brain_features."""

import torch
from torch import Tensor

from homework.on_gpu import on_gpu

from .inputs import draw
from .inputs_handed import as_parameter, in_other_memory, look_at

Pair = tuple[Tensor, Tensor]


def vectors() -> Pair:
    """Features (4, 3) and (4, 2)."""
    return draw(90, 4, 3), draw(91, 4, 2)


def maps() -> Pair:
    """Feature maps (2, 3, 3, 3) and (2, 3, 3, 3): channels and pixels are as many."""
    return draw(92, 2, 3, 3, 3), draw(93, 2, 3, 3, 3)


def unequal_maps() -> Pair:
    """Maps of one image, (1, 1, 2, 3) and (1, 4, 2, 3), in float64."""
    return draw(94, 1, 1, 2, 3).double(), draw(95, 1, 4, 2, 3).double()


def join_vectors(student):
    f1, f2 = map(as_parameter, vectors())
    features = student.split_brain_features(f1, f2)
    seen = {"features": features, "inputs after": look_at(f1, f2)}
    f1.grad = f2.grad = None
    if isinstance(features, Tensor) and features.requires_grad:
        (features * torch.arange(features.numel()).reshape(features.shape)).sum().backward()
    return seen | {f"gradient_of_{name}": f.grad for name, f in (("f1", f1), ("f2", f2)) if f.grad is not None}


def join_maps(student):
    return {"features": student.split_brain_features(*maps())}


def maps_in_other_memory() -> Pair:
    """Maps (3, 2, 5, 1) and (3, 3, 5, 1)."""
    return in_other_memory(draw(96, 3, 2, 5, 1)), in_other_memory(draw(97, 3, 3, 5, 1))


def join_other_maps(student):
    return {
        "features": student.split_brain_features(*unequal_maps()),
        "features in other memory": student.split_brain_features(*maps_in_other_memory()),
    }


def on_a_gpu(student):
    return on_gpu(student, join_maps)
