"""Looks into a network without knowing its layers' names: notes what they compute, changes it, and sees what follows.

    output, seen = watch(network, images)
    [layer.smaller_size for layer in seen.layers if layer.is_strided]  # ["16x16", "8x8", "4x4"]
    find_norm(network, images, 1)  # "batch": what follows the second layer

Modules and functions, F.relu or torch.clamp, are all the same to it: it goes by what comes out.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn
from torch.overrides import TorchFunctionMode

DENSE = {"linear", "matmul", "__matmul__", "mm", "bmm", "addmm", "einsum"}
CONVOLUTIONS = {"conv2d", "conv_transpose2d"}
RESIZINGS = ("pool", "interpolate", "upsample", "pixel_shuffle", "grid_sample")

Change = Callable[[int, Tensor], Tensor]  # (number of a layer, its output) -> what the network goes on with


@dataclass(frozen=True)
class Layer:
    """One convolution or matrix product, as it was computed. kind: the function's name; input: what it was given."""

    kind: str
    input: Tensor
    output_shape: torch.Size
    stride: int

    @property
    def is_dense(self) -> bool:
        return self.kind in DENSE

    @property
    def is_strided(self) -> bool:
        """A stride counts where there is something to stride over: from or to one pixel, it does nothing."""
        return self.stride > 1 and 1 not in (self.input.shape[-1], self.output_shape[-1])

    @property
    def takes_a_map(self) -> bool:
        """A map of more than one pixel."""
        return self.input.dim() == 4 and self.input.shape[-1] > 1

    @property
    def smaller_size(self) -> str:
        """Height x width of the smaller one of its two maps, which no padding or cropping changes."""
        return "x".join(map(str, min(tuple(shape[-2:]) for shape in (self.input.shape, self.output_shape))))


class Watch(TorchFunctionMode):
    """Notes the layers of everything that is computed in its context, and other ways to resize a map."""

    def __init__(self, change: Change = lambda number, output: output):
        super().__init__()
        self.layers: list[Layer] = []
        self.resizings: list[str] = []
        self._change = change

    def __torch_function__(
        self, function: Callable, types: Any, args: tuple = (), kwargs: dict[str, Any] | None = None
    ) -> Any:
        kwargs = kwargs or {}
        name = getattr(function, "__name__", "")
        if any(word in name for word in RESIZINGS):
            self.resizings.append(name)
        elif name in ("mean", "sum") and _is_over_pixels(*args, **kwargs):
            self.resizings.append(f"{name} over all pixels")
        if name not in CONVOLUTIONS | DENSE:
            return function(*args, **kwargs)
        given = args[name in ("addmm", "einsum")] if args else kwargs["input"]
        given = given.detach().clone()  # an activation in place may write over it
        output = self._change(len(self.layers), function(*args, **kwargs))
        stride = _stride(*args, **kwargs) if name in CONVOLUTIONS else 1
        self.layers.append(Layer(name, given, output.shape, stride))
        return output


def _stride(
    input: Tensor, weight: Tensor, bias: Tensor | None = None, stride: Any = 1, *args: Any, **kwargs: Any
) -> int:
    return stride if isinstance(stride, int) else max(stride)


def _is_over_pixels(tensor: Tensor, dim: Any = None, *args: Any, **kwargs: Any) -> bool:
    """Of maps (B, C, H, W), over height and width of each image by itself."""
    dims = {dim} if isinstance(dim, int) else set(dim or ())
    return tensor.dim() == 4 and tensor.shape[-1] > 1 and {d % 4 for d in dims} in ({2, 3}, {1, 2, 3})


def weights_of(module: nn.Module) -> list[nn.Parameter]:
    """Parameters that are matrices or kernels; gains and biases are not, even when they are (1, C, 1, 1)."""
    return [p for p in module.parameters() if p.dim() == 2 or p.squeeze().dim() > 1]


def watch(network: nn.Module, data: Tensor, change: Change = lambda number, output: output) -> tuple[Tensor, Watch]:
    """What the network makes of the data in training mode, and what was seen on the way; there is no graph."""
    torch.manual_seed(0)  # dropout, should there be any, drops the same each time
    with torch.no_grad(), Watch(change) as seen:
        output = network.train()(data)
    return output, seen


def find_norm(network: nn.Module, data: Tensor, number: int) -> str:
    """What follows a layer: "batch" norm, some "other" norm, or "none".

    A norm takes away again what is added to all of the layer's output; a batch norm not what is added to one image.
    """
    plain, _ = watch(network, data)

    def is_noticed(weights: Tensor) -> bool:
        def shift(at: int, output: Tensor) -> Tensor:
            return output + output.std() * _per_image(weights, output) if at == number else output

        return bool((watch(network, data, shift)[0] - plain).abs().max() > 0.01 * plain.abs().max())

    if is_noticed(torch.ones(len(data))):
        return "none"
    return "batch" if is_noticed((torch.arange(len(data)) == 0).float()) else "other"


def find_slope(network: nn.Module, data: Tensor, number: int) -> float:
    """How much of a negative number the activation after a layer keeps: 0 with ReLU, 1 without any activation.

    The layer is made to give 1 in one half of each map and -1 in the other half, to every second image the other way
    round, so that a norm leaves them as they are. The next layer gets what has become of both. data: an even number.
    """

    def put_signs(at: int, output: Tensor) -> Tensor:
        if at != number:
            return output
        size = output.shape[-1]
        signs = torch.where(torch.arange(size) < size / 2, 1.0, -1.0).expand_as(output).clone()
        signs[1::2] *= -1
        return signs

    received = watch(network, data, put_signs)[1].layers[number + 1].input
    kept = -received.amin(dim=0) / received.amax(dim=0)  # 0 / 0 where there is only padding
    return round(float(kept.nanmedian()), 2) + 0.0


def put_last(network: nn.Module, data: Tensor, values: Tensor) -> Tensor:
    """What the network gives when its last layer computes these values, (B,), one for all of an image."""
    last = len(watch(network, data)[1].layers) - 1
    return watch(network, data, lambda at, output: output * 0 + _per_image(values, output) if at == last else output)[0]


def _per_image(values: Tensor, like: Tensor) -> Tensor:
    """(B,) as (B, 1, ...)."""
    return values.reshape(-1, *[1] * (like.dim() - 1))
