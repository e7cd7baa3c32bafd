"""Weights from a file that somebody else has written: they fill the given network, or a sentence says why not."""

from collections.abc import Callable, Mapping

from safetensors.torch import load
from torch import Tensor, nn


class UnusableWeights(ValueError):
    """A file holds no weights that a given network can use; one sentence."""


def read_weights(content: bytes, file: str) -> dict[str, Tensor]:
    """The tensors of a safetensors file by name, as float32.

    Args:
        content: of the file.
        file: its name, for the sentence.

    Raises:
        UnusableWeights: it is no such file.
    """
    try:
        return {name: tensor.float() for name, tensor in load(content).items()}
    except Exception as error:  # a broken file can fail in a dozen ways
        raise UnusableWeights(f"{file} cannot be opened as a safetensors file") from error


def conv_shape(weights: Mapping[str, Tensor], name: str) -> tuple[int, int]:
    """Outputs and inputs of the 2d convolution whose weight has this name; (0, 0) if there is none."""
    weight = weights.get(name)
    return (weight.shape[0], weight.shape[1]) if weight is not None and weight.dim() == 4 else (0, 0)


def fill(make: Callable[[], nn.Module], weights: Mapping[str, Tensor], name: str) -> nn.Module:
    """The network that `make` gives, with these weights, in eval mode.

    Args:
        make: gives the network that the weights should belong to; ValueError if there is none of that size.
        weights: its state_dict.
        name: what it is called, for the sentence.

    Raises:
        UnusableWeights: the weights are another network's, or some are NaN or infinite.
    """
    try:
        network = make()
        network.load_state_dict(weights)
    except (RuntimeError, ValueError) as error:
        raise UnusableWeights(f"its tensors are not those of the given {name}") from error
    if not all(tensor.isfinite().all() for tensor in weights.values()):
        raise UnusableWeights("some of its weights are NaN or infinite")
    return network.eval()
