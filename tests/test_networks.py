"""The given networks: shapes, sizes, what they depend on, and the classifier that is shipped."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from homework.datasets import DatasetUnavailable, load_fashion_mnist, to_model_range
from homework.evaluation import class_agreement
from homework.networks import ImageClassifier, PointDenoiser, UNet, load_classifier, time_embedding


def trained_a_little(network, *inputs):
    """The network with a last layer that is not zero, as after a few steps."""
    with torch.no_grad():
        for number, parameter in enumerate(network.parameters()):
            parameter.copy_(torch.randn(parameter.shape, generator=torch.Generator().manual_seed(number)) / 5)
    return network


@pytest.mark.parametrize(("channels", "height", "width"), [(1, 28, 28), (3, 32, 32), (2, 8, 12)])
def test_the_unet_gives_noise_of_the_shape_of_its_images(channels, height, width):
    network = UNet(channels, classes=10)
    x, t = torch.randn(3, channels, height, width), torch.tensor([0, 7, 199])
    assert network(x, t, torch.tensor([0, 9, network.null_label])).shape == x.shape
    assert network(x, t).shape == x.shape


def test_a_fresh_unet_predicts_nothing():
    """Its first loss is the variance of the noise, 1, whatever the images are."""
    x = torch.randn(2, 1, 28, 28)
    assert UNet(1, 10)(x, torch.tensor([3, 4])).abs().max() == 0


def test_no_label_is_the_null_label():
    network = trained_a_little(UNet(1, 10))
    x, t = torch.randn(2, 1, 28, 28), torch.tensor([3, 4])
    torch.testing.assert_close(network(x, t), network(x, t, torch.tensor([10, 10])))


@pytest.mark.parametrize("changed", ["t", "labels", "x"])
def test_each_item_depends_on_its_own_inputs_alone(changed):
    network = trained_a_little(UNet(1, 10))
    inputs = {"x": torch.randn(2, 1, 8, 8), "t": torch.tensor([3, 40]), "labels": torch.tensor([1, 2])}
    others = {**inputs, changed: inputs[changed].clone()}
    others[changed][1] += 1
    before, after = network(**inputs), network(**others)
    torch.testing.assert_close(after[0], before[0])
    assert not torch.allclose(after[1], before[1])


@pytest.mark.parametrize(("width", "least", "most"), [(16, 50_000, 70_000), (32, 200_000, 260_000)])
def test_the_unet_is_as_large_as_promised(width, least, most):
    assert least < sum(parameter.numel() for parameter in UNet(1, 10, width).parameters()) < most


def test_every_weight_of_the_unet_is_used():
    network = trained_a_little(UNet(1, 2))
    network(torch.randn(3, 1, 8, 8), torch.tensor([1, 2, 3]), torch.tensor([0, 1, 2])).square().sum().backward()
    assert [name for name, parameter in network.named_parameters() if not parameter.grad.any()] == []


def test_the_unet_runs_under_autocast():
    network = trained_a_little(UNet(1, 10)).to(memory_format=torch.channels_last)
    x, t = torch.randn(2, 1, 28, 28).to(memory_format=torch.channels_last), torch.tensor([3, 4])
    with torch.autocast("cpu", dtype=torch.bfloat16):
        rounded = network(x, t)
    assert rounded.dtype == torch.bfloat16
    assert (rounded.float() - network(x, t)).abs().mean() < 0.05 * network(x, t).abs().mean()


@settings(deadline=None, max_examples=20)
@given(st.lists(st.integers(0, 1000), min_size=2, max_size=50, unique=True))
def test_no_two_timesteps_look_alike(times):
    codes = time_embedding(torch.tensor(times), 64)
    assert codes.shape == (len(times), 64)
    assert codes.abs().max() <= 1
    distances = torch.cdist(codes, codes) + 10 * torch.eye(len(times))
    assert distances.min() > 0.1


@pytest.mark.parametrize("classes", [0, 3])
def test_points_keep_their_shape(classes):
    network = PointDenoiser(dim=2, hidden=32, classes=classes)
    x, t = torch.randn(5, 2), torch.arange(5)
    assert network(x, t).shape == (5, 2)
    torch.testing.assert_close(network(x, t), network(x, t, torch.full((5,), classes)))


def test_the_classifier_gives_logits_from_its_features():
    network = ImageClassifier(channels=3, classes=7, width=4).eval()
    x = torch.randn(2, 3, 32, 32)
    assert network.features(x).shape == (2, 16)
    torch.testing.assert_close(network(x), network.head(network.features(x)))


def test_an_unknown_classifier_is_named_with_those_there_are():
    with pytest.raises(ValueError, match="'mnist'; choose one of fashion_mnist"):
        load_classifier("mnist")


def test_the_shipped_classifier_recognises_clothes():
    try:
        data = load_fashion_mnist(train=False)
    except DatasetUnavailable as reason:
        pytest.skip(str(reason))
    assert class_agreement(load_classifier("fashion_mnist"), to_model_range(data.images), data.labels) >= 0.90
