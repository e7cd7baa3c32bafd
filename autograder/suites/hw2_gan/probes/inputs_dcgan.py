"""What several probes of DCGAN's networks look for in them."""

import torch
from torch import Tensor, nn

from homework.layers import find_norm, find_slope, put_last, watch, weights_of

from .inputs import draw

IMAGES = 6  # in a batch that a DCGAN is looked into with


def look_inside(network: nn.Module, data: Tensor, last: Tensor, dense_at: int) -> dict:
    """Facts about the layers of a network (IMAGES data), found by changing what its layers compute.

    last: (IMAGES,), one number an image to be put in the place of all that the last layer computes for it.
    dense_at: the layer that is not counted when it is dense, 0 or -1.
    """
    network(data)  # lazy layers take their shapes
    for number, weight in enumerate(weights_of(network)):
        weight.data.copy_(0.3 * draw(360 + number, *weight.shape))
    _, seen = watch(network, data)
    hidden, strided = range(len(seen.layers) - 1), [layer for layer in seen.layers if layer.is_strided]
    is_dense = [layer.is_dense for layer in seen.layers]
    end = put_last(network, data, last).reshape(len(data), -1)
    return {
        "strided_layers": ", ".join(layer.smaller_size for layer in strided),
        "strided_kinds": ", ".join(sorted({layer.kind for layer in strided})),
        "resizings": ", ".join(sorted(set(seen.resizings))),
        "dense_inside": sum(is_dense) - sum(is_dense[dense_at:][:1]),
        "unregistered": max(0, len(is_dense) - len(weights_of(network))),
        "norms": ", ".join(find_norm(network, data, number) for number in hidden),
        "slopes": torch.tensor([find_slope(network, data, number) for number in hidden]),
        "end_smallest": end.amin(dim=1),
        "end_largest": end.amax(dim=1),
    }


def find_sizes(width: int, maps: list[int]) -> dict:
    """Of the channels of hidden maps, from the images on: those of the first, and whether there are more further in."""
    return {
        f"channels_at_width_{width}": maps[0] if maps else 0,
        f"more_further_in_at_width_{width}": len(maps) > 1 and maps == sorted(maps) and maps[0] < maps[-1],
    }


def send_back(output: Tensor) -> None:
    """A gradient from all of the output, each number with a weight of its own: batch norm is deaf to their sum."""
    if output.requires_grad:
        (output * draw(380, *output.shape)).sum().backward()


def count_reached(network: nn.Module) -> int:
    """How many weights of layers have a gradient that is not 0."""
    return sum(weight.grad is not None and bool(weight.grad.any()) for weight in weights_of(network))


def compare_items(network: nn.Module, data: Tensor) -> dict:
    """In evaluation mode: does each item get an answer of its own, by itself, in any order, and the same again?"""
    with torch.no_grad():
        answers, again, turned, alone = (
            network.eval()(x).reshape(len(x), -1) for x in (data, data, data.flip(0), data[2:3])
        )
    return {
        "differ": not any(_is_close(answers[:1], answer) for answer in answers[1:]),
        "again": _is_close(again, answers),
        "in_any_order": _is_close(turned.flip(0), answers),
        "by_itself": _is_close(alone, answers[2:3]),
    }


def _is_close(one: Tensor, other: Tensor) -> bool:
    """The same up to float32."""
    return one.shape == other.shape and bool((one - other).abs().max() <= 1e-3 * other.abs().max())
