"""What a frozen block computes, and which parameters are left to learn."""

import torch.nn.functional as F
from torch import Tensor, nn


def find_frozen_output(images: Tensor, tensors: dict[str, Tensor]) -> Tensor:
    """Convolution, batch norm by its running statistics, tanh, and no dropout, in float64.

    tensors: parameters and buffers of the block, by their names in it.
    """
    tensors = {name: tensor.double() for name, tensor in tensors.items()}
    maps = F.conv2d(images.double(), tensors["conv.weight"], padding=1)
    mean, variance, gain, bias = (
        tensors[f"rest.0.{name}"][:, None, None] for name in ("running_mean", "running_var", "weight", "bias")
    )
    return (gain * (maps - mean) / (variance + 1e-5).sqrt() + bias).tanh()


def name_learners(model: nn.Module, parts: tuple[str, ...]) -> list[str]:
    """Names of the parameters that lie in none of these parts, in the order of the model."""
    frozen = {id(parameter) for part in parts for parameter in model.get_submodule(part).parameters()}
    return [name for name, parameter in model.named_parameters() if id(parameter) not in frozen]


def find_frozen_features(features: Tensor, tensors: dict[str, Tensor]) -> Tensor:
    """A dense layer, batch norm by its running statistics, and no dropout, in float64.

    tensors: parameters and buffers of the block, by their names in it.
    """
    tensors = {name: tensor.double() for name, tensor in tensors.items()}
    hidden = features.double() @ tensors["dense.weight"].T + tensors["dense.bias"]
    mean, variance, gain, bias = (tensors[f"norm.{n}"] for n in ("running_mean", "running_var", "weight", "bias"))
    return gain * (hidden - mean) / (variance + 1e-5).sqrt() + bias
