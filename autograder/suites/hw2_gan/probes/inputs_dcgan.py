"""What several probes of DCGAN's networks look for in them."""

import torch
from torch import Tensor, nn

from homework.inspection import Layer, find_slope, put_last, watch, weights_of

from .inputs import draw

RATE = 1e-7  # of a step against the gradient
IMAGES = 6  # in a batch that a DCGAN is looked into with


NOTICED = 0.01  # of the output's size
NONE, OTHER, BATCH = 2.0, 3.0, 4.0  # what follows a layer: no norm, another norm, batch norm


def prepare(network: nn.Module, data: Tensor) -> nn.Module:
    """The network with weights that are neither tiny nor all alike."""
    for number, weight in enumerate(weights_of(network)):
        weight.data.copy_(0.3 * draw(360 + number, *weight.shape))
    return network


def look_at_sizes(network: nn.Module, data: Tensor, dense_at: int) -> dict:
    """What changes sizes. dense_at: the layer that is not counted when it is dense, 0 or -1."""
    _, seen = watch(prepare(network, data), data)
    strided = [layer for layer in seen.layers if layer.is_strided]
    is_dense = [layer.is_dense for layer in seen.layers]
    counts = len(strided), len(set(seen.resizings)), sum(is_dense) - sum(is_dense[dense_at:][:1])
    return {
        "strided_sizes": torch.tensor([_smaller_size(layer) for layer in strided]).reshape(-1, 2),
        "strided_kinds": ", ".join(sorted({layer.kind for layer in strided})),
        "resizings": ", ".join(sorted(set(seen.resizings))),
        "dense_inside": counts[2],
        "counts_and_2": torch.tensor(counts) + 2,  # numbers that hardly come by chance
    }


def look_at_norms(network: nn.Module, data: Tensor) -> dict:
    """What follows each hidden layer: NONE, OTHER or BATCH."""
    hidden = count_hidden(prepare(network, data), data)
    return {"norms": torch.tensor([find_norm_after(network, data, number) for number in range(hidden)])}


def look_at_slopes(network: nn.Module, data: Tensor) -> dict:
    """What the activation after each hidden layer keeps of a negative number, in hundredths."""
    hidden = count_hidden(prepare(network, data), data)
    return {"slopes": torch.tensor([find_slope(network, data, number) for number in range(hidden)])}


def look_at_end(network: nn.Module, data: Tensor, last: Tensor) -> dict:
    """What the network gives where its last layer computes `last`, (IMAGES,), one number for all of an image."""
    end = put_last(prepare(network, data), data, last).reshape(len(data), -1)
    return {"end_smallest": end.amin(dim=1), "end_largest": end.amax(dim=1)}


def count_hidden(network: nn.Module, data: Tensor) -> int:
    return len(watch(network, data)[1].layers) - 1


def _smaller_size(layer: Layer) -> list[int]:
    """Height and width of the smaller one of a layer's two maps."""
    return [int(side) for side in layer.smaller_size.split("x")]


def find_norm_after(network: nn.Module, data: Tensor, number: int) -> float:
    """A norm takes away again what is added to all of a layer's output; a batch norm not what one image gets."""
    plain, _ = watch(network, data)

    def moves(weights: Tensor) -> bool:
        def shift(at: int, output: Tensor) -> Tensor:
            own = weights.reshape(-1, *[1] * (output.dim() - 1))
            return output + output.std() * own if at == number else output

        return bool((watch(network, data, shift)[0] - plain).abs().max() > NOTICED * plain.abs().max())

    if moves(torch.ones(len(data))):
        return NONE
    return BATCH if moves((torch.arange(len(data)) == 0).float()) else OTHER


def find_sizes(width: int, maps: list[int]) -> dict:
    """Of the channels of hidden maps, from the images on: those of the first, and whether there are more further in."""
    return {
        f"channels_at_width_{width}": torch.tensor(maps[0] if maps else 0),
        f"more_further_in_at_width_{width}": len(maps) > 1 and maps == sorted(maps) and maps[0] < maps[-1],
    }


def send_back(network: nn.Module, data: Tensor, layers: int) -> dict:
    """Where gradients of a weighted sum over the output arrive, and what a small step against them does, in float64.

    layers: how many compute something. Each number of the output has a weight of its own: batch norm is deaf to their
    sum. descent: what the step takes from that sum, as a share of what the gradients promise, in tenths.
    """
    unregistered = max(0, layers - len(weights_of(network)))
    data = data.double().requires_grad_()
    before = _weigh(network.eval()(data))  # in training a spectral norm is another one at each call
    if before.requires_grad:
        before.backward()
    reached = [leaf for leaf in (*network.parameters(), data) if leaf.grad is not None]
    with torch.no_grad():
        squares = sum((leaf.grad.square().sum() for leaf in reached), before.detach() * 0)
        arrived = [weight.grad is not None and bool(weight.grad.any()) for weight in weights_of(network)]
        used = 0 if data.grad is None else data.grad.any(dim=0).sum()
        for leaf in reached:
            leaf -= RATE * leaf.grad
        descent = (before.detach() - _weigh(network(data))) / (RATE * squares)
    return {
        "layers": layers,
        "unregistered": unregistered,
        "layers_with_a_gradient": sum(arrived),
        "numbers_with_a_gradient": torch.as_tensor(used),  # of z, or pixels
        "descent": descent.round(decimals=1),
        "one_in_its_dtype": torch.ones_like(before.detach()),
    }


def _weigh(output: Tensor) -> Tensor:
    return (output * draw(380, *output.shape)).sum()


def compare_items(network: nn.Module, data: Tensor) -> dict:
    """Answers in evaluation mode, one row an item: to all data, again, in another order, and to one item alone."""
    with torch.no_grad():
        answers, again, turned, alone = (_abridge(network.eval()(x)) for x in (data, data, data.flip(0), data[2:3]))
    return {"answers": answers, "again": again, "turned": turned, "alone": alone}


def _abridge(answers: Tensor) -> Tensor:
    """One row an item; of images the mean of each of their rows of pixels."""
    answers = answers.mean(dim=-1) if answers.dim() == 4 else answers
    return answers.reshape(len(answers), -1)
