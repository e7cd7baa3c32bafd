"""One update: scaling, clipping, learning rate and average, against numbers worked out by hand."""

import pytest
import torch
from torch import nn

from homework import training
from homework.training import TrainingError, Updater, average_of, hardware, updater


def test_an_update_follows_the_clipped_gradient():
    weight = nn.Parameter(torch.tensor([3.0, 4.0]))
    own = Updater([weight], lr=0.1, clip=1.0, optimizer=torch.optim.SGD)
    own.update(weight.square().sum() / 2)  # gradient (3, 4), of norm 5
    torch.testing.assert_close(weight.data, torch.tensor([3 - 0.1 * 0.6, 4 - 0.1 * 0.8]))
    Updater([weight], lr=1.0, clip=None, optimizer=torch.optim.SGD).update(weight.square().sum() / 2)
    torch.testing.assert_close(weight.data, torch.zeros(2))


def test_gradients_of_earlier_losses_do_not_add_up():
    weight = nn.Parameter(torch.tensor(1.0))
    own = Updater([weight], lr=0.1, optimizer=torch.optim.SGD, clip=None)
    (5 * weight).backward()
    own.update(2 * weight)
    torch.testing.assert_close(weight.data, torch.tensor(0.8))


def test_each_updater_moves_its_own_network_only():
    generator, discriminator = nn.Linear(2, 3), nn.Linear(3, 1)
    before = [discriminator.weight.clone(), generator.weight.clone()]
    Updater(generator.parameters(), lr=0.1).update(discriminator(generator(torch.ones(4, 2))).mean())
    assert torch.equal(discriminator.weight, before[0])
    assert not torch.equal(generator.weight, before[1])


def test_options_reach_the_optimizer():
    own = Updater([nn.Parameter(torch.zeros(1))], lr=2e-4, betas=(0.5, 0.999), weight_decay=0.0)
    assert own.optimizer.param_groups[0]["betas"] == (0.5, 0.999)
    assert isinstance(own.optimizer, torch.optim.AdamW)


def test_the_learning_rate_rises_and_then_falls_along_a_cosine():
    weight = nn.Parameter(torch.zeros(()))
    own = Updater([weight], lr=1.0, warmup=3, total=13, optimizer=torch.optim.SGD)
    rates = []
    for _ in range(14):
        rates.append(own.optimizer.param_groups[0]["lr"])
        own.update(0.0 * weight)
    assert rates[:4] == pytest.approx([0.25, 0.5, 0.75, 1.0])
    assert rates[8] == pytest.approx(0.5)  # halfway from 3 to 13
    assert rates[13] == pytest.approx(0.0)
    assert sorted(rates[3:], reverse=True) == rates[3:]


@pytest.fixture
def float16(monkeypatch):
    """Gradient scaling as on an older GPU, with the scaler of the CPU."""
    monkeypatch.setattr(updater, "low_precision", lambda device: torch.float16)


@pytest.mark.usefixtures("float16")
def test_scaling_changes_neither_the_gradient_nor_its_clipping():
    weight = nn.Parameter(torch.tensor([3.0, 4.0]))
    own = Updater([weight], lr=0.1, clip=1.0, optimizer=torch.optim.SGD)
    own.update(weight.square().sum() / 2)
    assert own.scaler.get_scale() > 1
    torch.testing.assert_close(weight.data, torch.tensor([3 - 0.1 * 0.6, 4 - 0.1 * 0.8]))


@pytest.mark.usefixtures("float16")
def test_a_step_that_overflows_is_left_out():
    weight = nn.Parameter(torch.tensor(1.0))
    own = Updater([weight], lr=0.1, warmup=1, optimizer=torch.optim.SGD)
    own.update(weight * 1e37)  # times 65,536 it is beyond float32
    assert weight.item() == 1.0
    assert own.scaler.get_scale() == 2**15
    own.update(weight * 0.5)
    assert weight.item() == pytest.approx(1 - 0.1 * 0.5)  # the warmup went on


def test_weights_decay_and_gains_biases_and_scales_do_not():
    network = nn.Sequential(nn.Conv2d(1, 2, 3), nn.BatchNorm2d(2), nn.Flatten(), nn.Linear(2, 1))
    scale = nn.Parameter(torch.tensor(2.0))
    before = [parameter.detach().clone() for parameter in network.parameters()]
    own = Updater([*network.parameters(), scale], lr=0.1, clip=None, weight_decay=0.5)
    own.update(0.0 * sum(parameter.sum() for parameter in [*network.parameters(), scale]))
    for parameter, old in zip(network.parameters(), before, strict=True):
        torch.testing.assert_close(parameter.data, old * (0.95 if old.dim() > 1 else 1.0))  # 1 - lr * decay
    assert scale.item() == 2.0


@pytest.mark.usefixtures("float16")
def test_the_state_of_the_scaler_is_kept():
    weight = nn.Parameter(torch.tensor(1.0))
    own, other = (Updater([weight], lr=0.1) for _ in range(2))
    own.update(weight * 1e37)
    other.load_state_dict(own.state_dict())
    assert other.scaler.get_scale() == own.scaler.get_scale() == 2**15


@pytest.mark.parametrize(
    ("loss", "says"),
    [
        (torch.ones(3, requires_grad=True), r"has shape \(3,\); take a mean"),
        (torch.tensor(1.0), "does not depend on any trainable parameter"),
        (1.0, "is a float; return it without .item"),
    ],
)
def test_a_loss_that_cannot_be_followed_is_one_sentence(loss, says):
    with pytest.raises(TrainingError, match=says):
        Updater([nn.Parameter(torch.zeros(1))], lr=0.1).update(loss)


def test_the_average_follows_the_weights():
    network = nn.Linear(1, 1, bias=False)
    average = average_of(network, decay=0.9)
    for value in (1.0, 2.0, 4.0):
        nn.init.constant_(network.weight, value)
        average.update_parameters(network)
    # Starts at the first weights; then 0.9 of itself and 0.1 of the new ones.
    assert average.module.weight.item() == pytest.approx(0.9 * (0.9 * 1 + 0.1 * 2) + 0.1 * 4)
    assert not average.training
    assert not average(torch.ones(1, 1)).requires_grad
    assert network.weight.requires_grad


@pytest.mark.parametrize(("capability", "dtype"), [((7, 5), torch.float16), ((8, 0), torch.bfloat16)])
def test_sixteen_bits_are_chosen_by_compute_capability(monkeypatch, capability, dtype):
    monkeypatch.setattr(torch.cuda, "get_device_capability", lambda device: capability)
    monkeypatch.setattr(torch.cuda, "is_bf16_supported", lambda: True)  # a T4 says so too
    assert hardware.low_precision(torch.device("cuda")) == dtype


def test_the_cpu_computes_in_float32():
    network = nn.Linear(2, 2)
    with training.autocast("cpu"):
        assert network(torch.ones(1, 2)).dtype == torch.float32
