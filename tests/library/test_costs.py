"""What a step costs, against counts by hand and torch's own counter; its time, against the formula of the paper."""

import pytest
import torch
from torch import nn
from torch.utils.flop_counter import FlopCounterMode

from homework.training import Updater
from homework.training.costs import Costs, Operation, counted
from homework.training.estimate import GPUS, REACHED, Machine, machine_of

KB = 1024


def costs_of(call):
    with counted() as costs:
        call()
    return costs


def test_flops_of_a_convolution_and_its_backward_pass_are_those_of_torch():
    network = nn.Sequential(
        nn.Conv2d(3, 8, 3, padding=1), nn.BatchNorm2d(8), nn.ReLU(), nn.Flatten(), nn.Linear(512, 4)
    )
    updater = Updater(network.parameters(), lr=1e-3)
    x = torch.randn(2, 3, 8, 8)

    def step():
        updater.update(network(x).square().mean())

    step()
    with FlopCounterMode(display=False) as counter:
        step()
    assert costs_of(step).flops == counter.get_total_flops() > 0


def test_flops_of_a_linear_layer_by_hand():
    layer, x = nn.Linear(64, 32, bias=False), torch.randn(16, 64)
    assert costs_of(lambda: layer(x).sum().backward()).flops == 2 * (2 * 16 * 64 * 32)  # no gradient of x is wanted


@pytest.mark.parametrize(
    ("call", "moved"),
    [
        (lambda x, y: x + y, 12 * KB),
        (lambda x, y: x + x, 8 * KB),  # read once
        (lambda x, y: x + y[:1].expand(1024), 8 * KB + 4),  # a broadcast reads its numbers once
        (lambda x, y: x.add_(y), 12 * KB),
        (lambda x, y: x.to(torch.float16), 6 * KB),
        (lambda x, y: x.view(2, 512).T[0], 0),  # views move nothing
    ],
)
def test_bytes_by_hand(call, moved):
    x, y = torch.ones(1024), torch.ones(1024)
    assert costs_of(lambda: call(x, y)).bytes == moved


def test_views_are_not_launched():
    x = torch.ones(4, 4)
    assert costs_of(lambda: x.T.reshape(16)[2:].add(1)).launches == 2  # the copy that reshape needs, and the sum


def test_memory_is_the_most_that_lived_at_one_time():
    x = torch.ones(1024)

    def step():
        y = x
        for _ in range(5):
            y = y * 2

    assert costs_of(step).memory == 3 * 4 * KB  # x, and y before and after


def test_memory_holds_what_the_backward_pass_needs():
    w = torch.ones(1024, requires_grad=True)

    def step():
        y = w
        for _ in range(4):
            y = y.exp()  # keeps its result
        y.sum().backward()

    assert costs_of(step).memory >= 5 * 4 * KB


def test_operations_in_16_bits_are_known():
    x = torch.ones(8, 8)
    with torch.autocast("cpu", dtype=torch.bfloat16):
        costs = costs_of(lambda: x @ x)
    assert [each.is_half for each in costs.operations if each.flops] == [True]


def test_the_first_cost_of_the_roofline_decides():
    machine = Machine("some", single=10, half=20, bandwidth=5, launch=1.0, memory=100)
    slow = Costs([Operation(100, 10, False), Operation(100, 10, True), Operation(0, 40, False)])
    assert machine.seconds(slow) == 100 / 10 + 100 / 20 + 40 / 5
    quick = Costs([Operation(1, 1, False)] * 7)
    assert machine.seconds(quick) == 7 * 1.0
    alone = Machine("some", 10, 10, 5, launch=1.0, memory=100, is_asynchronous=False)
    assert alone.seconds(quick) == pytest.approx(7 * (1 / 5 + 1.0))


def test_half_of_a_data_sheet_is_counted_on():
    assert GPUS["T4"].single == REACHED * 8.1e12
    assert GPUS["T4"].bandwidth == REACHED * 320e9
    assert [gpu.memory for gpu in GPUS.values()] == sorted(gpu.memory for gpu in GPUS.values())


def test_no_estimate_for_a_machine_that_is_not_known():
    assert machine_of("mps") is None
    processor = machine_of("cpu")
    assert processor is not None
    assert processor.seconds(Costs([Operation(10**9, 0, False)])) > 0
