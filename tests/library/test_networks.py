"""The given networks: their shapes, what they hear of their condition, and that they learn what can be known."""

import math

import pytest
import torch
import torch.nn.functional as F
from hypothesis import given, settings
from hypothesis import strategies as st
from safetensors.torch import load_file
from torch import Tensor, nn

from homework.datasets import to_model_range
from homework.networks import WEIGHTS, ImageClassifier, PointDenoiser, UNet, load_classifier, time_embedding

CLASSES = 5


def normal(seed: int, *shape: int) -> Tensor:
    return torch.randn(shape, generator=torch.Generator().manual_seed(seed))


def awake(network: nn.Module) -> nn.Module:
    """The network with all parameters away from their start: a U-Net that still answers 0 shows nothing."""
    with torch.no_grad():
        for number, parameter in enumerate(network.parameters()):
            parameter.copy_(normal(number, *parameter.shape) / 5)
    return network


def make_unet() -> UNet:
    return awake(UNet(channels=2, classes=CLASSES, width=8))


def make_points() -> PointDenoiser:
    return awake(PointDenoiser(dim=3, hidden=16, classes=CLASSES))


DENOISERS = pytest.mark.parametrize(("make", "shape"), [(make_unet, (2, 12, 8)), (make_points, (3,))])
T, LABELS = torch.tensor([0, 7, 80, 999]), torch.tensor([0, 4, 2, 2])


@pytest.mark.parametrize("t", [0, 1, 17, 999])
def test_time_embedding_is_the_published_one(t):
    """Vaswani et al. (2017), section 3.5, with all sines before all cosines."""
    angles = [t / 10_000 ** (2 * i / 12) for i in range(6)]
    expected = torch.tensor([*map(math.sin, angles), *map(math.cos, angles)])
    torch.testing.assert_close(time_embedding(torch.tensor([t]), 12)[0], expected, rtol=0, atol=2e-4)


def test_every_timestep_has_an_embedding_of_its_own():
    assert torch.pdist(time_embedding(torch.arange(1000), 32)).min() > 0.1


@settings(max_examples=15)
@given(st.integers(1, 3), st.integers(1, 3), st.integers(1, 8), st.integers(1, 8), st.integers(1, 4))
def test_noise_has_the_shape_of_the_images_and_starts_at_zero(batch, channels, high, wide, width):
    x = torch.ones(batch, channels, 4 * high, 4 * wide)
    noise = UNet(channels, CLASSES, width=8 * width)(x, torch.zeros(batch, dtype=torch.long))
    assert noise.shape == x.shape
    assert not noise.any()


@pytest.mark.parametrize(("width", "parameters"), [(16, 63_000), (32, 235_000), (64, 900_000)])
def test_the_network_is_about_as_large_as_told(width, parameters):
    network = UNet(channels=1, classes=10, width=width)
    assert sum(parameter.numel() for parameter in network.parameters()) == pytest.approx(parameters, rel=0.1)


@DENOISERS
def test_no_labels_are_null_labels(make, shape):
    network, x = make(), normal(0, 4, *shape)
    assert network.null_label == CLASSES
    null = torch.full((4,), CLASSES)
    torch.testing.assert_close(network(x, T), network(x, T, null), rtol=0, atol=0)


@DENOISERS
def test_every_timestep_and_label_makes_a_difference(make, shape):
    network, x = make(), normal(0, 1, *shape).expand(CLASSES + 1, *shape)
    labels, t = torch.arange(CLASSES + 1), torch.tensor([0, 1, 10, 100, 500, 999])
    for answers in (network(x, t, labels[:1].expand(6)), network(x, t[:1].expand(6), labels)):
        assert torch.pdist(answers.flatten(1)).min() > 1e-3


@DENOISERS
def test_an_item_owes_nothing_to_the_rest_of_its_batch(make, shape):
    """Else a sampler would give other images when it is asked for more."""
    network, x = make(), normal(0, 4, *shape)
    alone = torch.cat([network(x[i : i + 1], T[i : i + 1], LABELS[i : i + 1]) for i in range(4)])
    torch.testing.assert_close(network(x, T, LABELS), alone, rtol=1e-4, atol=1e-5)


@DENOISERS
def test_every_parameter_is_trained(make, shape):
    network = make()
    network(normal(0, 4, *shape), T, LABELS).square().mean().backward()
    assert [name for name, parameter in network.named_parameters() if not parameter.grad.any()] == []
    assert network.condition.label.weight.grad.any(dim=1).nonzero().flatten().tolist() == [0, 2, 4]


@DENOISERS
@pytest.mark.parametrize(("dtype", "error"), [(torch.bfloat16, 0.1), (torch.float64, 1e-4)])
def test_a_network_can_be_moved_to_another_precision(make, shape, dtype, error):
    network, x = make(), normal(0, 4, *shape)
    expected = network(x, T, LABELS)
    found = network.to(dtype)(x.to(dtype), T, LABELS)
    assert found.dtype == dtype
    assert (found - expected).norm() < error * expected.norm()


@DENOISERS
def test_autocast_computes_in_half_and_trains_in_full_precision(make, shape):
    network, x = make(), normal(0, 4, *shape)
    expected = network(x, T, LABELS)
    with torch.autocast("cpu", torch.bfloat16):
        found = network(x, T, LABELS)
    assert found.dtype == torch.bfloat16
    assert (found - expected).norm() < 0.1 * expected.norm()
    found.float().square().mean().backward()
    assert all(parameter.grad.dtype == torch.float32 for parameter in network.parameters())


def train(network: nn.Module, noised, steps: int) -> None:
    """Adam on the noise-prediction error; `noised(rng)` gives x_t, t, labels and the noise."""
    rng = torch.Generator().manual_seed(0)
    optimizer = torch.optim.Adam(network.parameters(), lr=5e-3)
    for _ in range(steps):
        *inputs, noise = noised(rng)
        optimizer.zero_grad()
        F.mse_loss(network(*inputs), noise).backward()
        optimizer.step()


KEPT = torch.linspace(0.95, 0.05, 10)  # ᾱ of each timestep


def test_points_learn_the_noise_that_can_be_known():
    """x_0 ~ N(m, s²), x_t = √ᾱ x_0 + √(1-ᾱ) ε: then E[ε | x_t] = √(1-ᾱ) (x_t - √ᾱ m) / (ᾱ s² + 1 - ᾱ)."""
    mean, std = torch.tensor([-1.0, 1.0]), 0.3

    def noised(rng: torch.Generator) -> tuple[Tensor, ...]:
        t, labels = torch.randint(10, (256,), generator=rng), torch.randint(2, (256,), generator=rng)
        noise, kept = torch.randn(256, 2, generator=rng), KEPT[t][:, None]
        x0 = mean[labels][:, None] + std * torch.randn(256, 2, generator=rng)
        return kept.sqrt() * x0 + (1 - kept).sqrt() * noise, t, labels, noise

    torch.manual_seed(0)
    network = PointDenoiser(dim=2, hidden=32, classes=2)
    train(network, noised, steps=400)
    x, t, labels, _ = noised(torch.Generator().manual_seed(1))
    kept, m = KEPT[t][:, None], mean[labels][:, None]
    best = (1 - kept).sqrt() * (x - kept.sqrt() * m) / (kept * std**2 + 1 - kept)
    assert F.mse_loss(network(x, t, labels), best) < 0.03  # of a noise of variance 1


def test_unet_learns_to_tell_noise_from_image():
    """Two images, light above or light below: with t and the label known, all of the noise can be known."""
    light = torch.linspace(1, -1, 8)[None, :, None].expand(1, 8, 8)
    images = torch.stack([light, -light])

    def noised(rng: torch.Generator) -> tuple[Tensor, ...]:
        t, labels = torch.randint(10, (32,), generator=rng), torch.randint(2, (32,), generator=rng)
        noise, kept = torch.randn(32, 1, 8, 8, generator=rng), KEPT[t][:, None, None, None]
        return kept.sqrt() * images[labels] + (1 - kept).sqrt() * noise, t, labels, noise

    torch.manual_seed(0)
    network = UNet(channels=1, classes=2, width=8)
    train(network, noised, steps=150)
    *inputs, noise = noised(torch.Generator().manual_seed(1))
    assert F.mse_loss(network(*inputs), noise) < 0.1  # of a noise of variance 1


def test_points_without_classes_need_no_labels():
    assert PointDenoiser()(normal(0, 4, 2), T).shape == (4, 2)


@pytest.mark.parametrize(("channels", "side"), [(1, 28), (3, 32)])
def test_logits_are_read_off_the_features(channels, side):
    classifier, x = ImageClassifier(channels, CLASSES, width=8).eval(), normal(0, 4, channels, side, side)
    assert classifier.features(x).shape == (4, 32)
    assert classifier(x).shape == (4, CLASSES)
    torch.testing.assert_close(classifier(x), classifier.head(classifier.features(x)))


def test_shipped_classifier_knows_its_clothes(root):
    """On test images that stand in the suite, so that no data set is needed."""
    held_out = load_file(root / "autograder" / "suites" / "hw1_diffusion" / "given" / "held_out.safetensors")
    with torch.no_grad():
        logits = load_classifier("fashion_mnist")(to_model_range(held_out["images"]))
    assert (logits.argmax(dim=1) == held_out["labels"]).float().mean() >= 0.9


def test_shipped_classifier_judges_each_image_alone_and_in_full_precision():
    classifier, x = load_classifier("fashion_mnist"), normal(0, 3, 1, 28, 28)
    torch.testing.assert_close(classifier(x)[:1], classifier(x[:1]), rtol=1e-4, atol=1e-5)
    assert {parameter.dtype for parameter in classifier.parameters()} == {torch.float32}


def test_shipped_weights_are_a_small_download():
    assert 0 < sum(file.stat().st_size for file in WEIGHTS.iterdir()) < 300_000


def test_unknown_classifier_costs_one_sentence():
    with pytest.raises(ValueError, match=r"^there is no trained classifier 'mnist'; choose one of fashion_mnist$"):
        load_classifier("mnist")
