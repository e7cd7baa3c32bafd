"""Weights that somebody else has written fill the given network, or a sentence says why not."""

import pytest
import torch
from safetensors.torch import save
from torch import nn

from homework.networks import UnusableWeights, conv_shape, fill, read_weights

NAME = "line for points"


def line():
    return nn.Linear(2, 1)


def test_weights_of_half_precision_fill_a_network_in_eval_mode():
    content = save({"weight": torch.tensor([[1.5, -2.0]]).half(), "bias": torch.tensor([0.25]).half()})
    network = fill(line, read_weights(content, "line.safetensors"), NAME)
    assert not network.training
    assert network(torch.tensor([2.0, 1.0])).item() == 1.25


def test_a_file_that_is_none_is_named():
    with pytest.raises(UnusableWeights, match=r"^line\.safetensors cannot be opened as a safetensors file$"):
        read_weights(b"half of it", "line.safetensors")


@pytest.mark.parametrize(
    ("weights", "problem"),
    [
        ({"weight": torch.ones(1, 3), "bias": torch.ones(1)}, "its tensors are not those of the given line for points"),
        ({"weight": torch.ones(1, 2)}, "its tensors are not those of the given line for points"),
        ({"weight": torch.ones(1, 2), "bias": torch.tensor([torch.nan])}, "some of its weights are NaN or infinite"),
    ],
)
def test_weights_that_cannot_be_used(weights, problem):
    with pytest.raises(UnusableWeights) as raised:
        fill(line, weights, NAME)
    assert str(raised.value) == problem


def test_a_size_of_which_there_is_no_network():
    with pytest.raises(UnusableWeights, match="not those of the given group norm"):
        fill(lambda: nn.GroupNorm(2, 3), {}, "group norm")


def test_sizes_are_those_of_a_convolution_or_none():
    weights = nn.Conv2d(3, 5, kernel_size=1).state_dict()
    assert conv_shape(weights, "weight") == (5, 3)
    assert conv_shape(weights, "bias") == conv_shape(weights, "head.weight") == (0, 0)
