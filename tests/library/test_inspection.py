"""homework.inspection sees what a network computes, whether modules or functions do it."""

import pytest
import torch
import torch.nn.functional as F
from torch import nn

from homework.inspection import find_norm, find_slope, put_last, watch, weights_of


class ByFunctions(nn.Module):
    """Two strided convolutions and a matrix product; what stands between them is given."""

    def __init__(self, norm, activation):
        super().__init__()
        self.kernels = nn.ParameterList([nn.Parameter(torch.randn(4, 1, 4, 4)), nn.Parameter(torch.randn(6, 4, 4, 4))])
        self.last = nn.Parameter(torch.randn(6 * 16, 1))
        self.norm, self.activation = norm, activation

    def forward(self, x):
        for kernel in self.kernels:
            x = self.activation(self.norm(F.conv2d(x, kernel, stride=2, padding=1)))
        return (x.flatten(start_dim=1) @ self.last).flatten()


def by_modules(norm, activation):
    first, second = nn.Conv2d(1, 4, 4, 2, 1, bias=False), nn.Conv2d(4, 6, 4, 2, 1, bias=False)
    return nn.Sequential(
        first, norm(4), activation, second, norm(6), activation, nn.Flatten(), nn.Linear(96, 1), nn.Flatten(0)
    )


@pytest.fixture
def images():
    return torch.randn(6, 1, 16, 16, generator=torch.Generator().manual_seed(0))


def no_norm(x):
    return x


def batch_norm(x):
    return F.batch_norm(x, None, None, training=True)


@pytest.mark.parametrize("network", [ByFunctions(batch_norm, F.relu), by_modules(nn.BatchNorm2d, nn.ReLU())])
def test_layers_are_found_with_their_sizes(network, images):
    output, seen = watch(network, images)
    assert output.shape == (6,)
    assert [layer.smaller_size for layer in seen.layers if layer.is_strided] == ["8x8", "4x4"]
    assert [layer.is_dense for layer in seen.layers] == [False, False, True]
    assert seen.resizings == []
    assert len(weights_of(network)) == 3


@pytest.mark.parametrize(
    ("network", "expected"),
    [
        (ByFunctions(no_norm, F.relu), "none"),
        (ByFunctions(batch_norm, F.relu), "batch"),
        (ByFunctions(F.instance_norm, F.relu), "other"),
        (by_modules(nn.BatchNorm2d, nn.ReLU()), "batch"),
        (by_modules(nn.Identity, nn.ReLU()), "none"),
        (by_modules(lambda channels: nn.GroupNorm(2, channels), nn.ReLU()), "other"),
    ],
)
def test_the_norm_behind_a_layer_is_told_by_what_it_takes_away(network, expected, images):
    assert [find_norm(network, images, number) for number in (0, 1)] == [expected] * 2


@pytest.mark.parametrize(
    ("activation", "slope"),
    [
        (F.relu, 0.0),
        (no_norm, 1.0),
        (lambda x: F.leaky_relu(x, 0.2), 0.2),
        (lambda x: torch.where(x > 0, x, x / 4), 0.25),
    ],
)
@pytest.mark.parametrize("norm", [no_norm, batch_norm])
def test_the_slope_of_an_activation_is_measured(activation, slope, norm, images):
    assert find_slope(ByFunctions(norm, activation), images, 0) == pytest.approx(slope, abs=0.01)


@pytest.mark.parametrize("resize", [lambda x: F.max_pool2d(x, 2), lambda x: F.interpolate(x, scale_factor=0.5)])
def test_other_ways_to_resize_are_noted(resize, images):
    _, seen = watch(nn.Sequential(nn.Conv2d(1, 2, 3), _Do(resize)), images)
    assert len(seen.resizings) == 1


def test_the_last_layer_can_be_made_to_say_anything(images):
    network = nn.Sequential(nn.Flatten(), nn.Linear(256, 1), nn.Tanh(), nn.Flatten(0))
    values = torch.tensor([-3.0, -1, 0, 1, 2, 3])
    assert torch.allclose(put_last(network, images, values), values.tanh())


class _Do(nn.Module):
    def __init__(self, function):
        super().__init__()
        self.forward = function
