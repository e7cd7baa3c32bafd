"""Waits are noted by line; launches, bytes, memory and FLOPs are what a pencil says they are."""

import pytest
import torch
from torch import nn
from torch.utils.flop_counter import FlopCounterMode


@pytest.mark.parametrize(
    ("program", "what"),
    [
        (lambda x: x.sum().item(), "item"),
        (lambda x: bool(x.sum() > 0), "item"),
        (lambda x: float(x[0]), "item"),
        (lambda x: [0, 1, 2, 3][x[0].long()], "item"),
        (lambda x: range(4)[x.long()[0] :], "item"),
        (lambda x: x.tolist(), "tolist"),
        (lambda x: x.cpu(), "copy to the processor"),
        (lambda x: x.to("cpu"), "copy to the processor"),
        (lambda x: torch.zeros(4).copy_(x), "copy to the processor"),
        (lambda x: torch.ones(4).to("cuda"), "copy to the device"),
        (lambda x: torch.tensor([1.0, 2.0], device="cuda"), "copy to the device"),
        (lambda x: x[torch.tensor([0, 1])], "copy to the device"),
        (lambda x: x.nonzero(), "nonzero"),
        (lambda x: torch.where(x > 0), "nonzero"),
        (lambda x: x[x > 0], "mask as index"),
        (lambda x: torch.masked_select(x, x > 0), "masked_select"),
        (lambda x: x.unique(), "unique"),
        (lambda x: torch.equal(x, x), "equal"),
        (lambda x: str(x), "printing"),
        (lambda x: f"{x}", "printing"),
        (lambda x: f"{x.sum():.3f}", "item"),
        (lambda x: torch.cuda.synchronize(), "synchronize"),
    ],
)
def test_each_wait_is_noted_with_its_line(gpu, program, what):
    x = torch.ones(4, device="cuda")
    with gpu.measured() as found:
        program(x)
    assert [sync.what for sync in found.syncs] == [what]
    assert (found.syncs[0].file, found.syncs[0].line) == (__file__, program.__code__.co_firstlineno)


@pytest.mark.parametrize(
    "program",
    [
        lambda x: x.mean() + 1,
        lambda x: x.masked_fill(x > 0, 0.0),
        lambda x: x.clone().__setitem__(x > 0, 0.0),
        lambda x: torch.ones(4).to("cuda", non_blocking=True),
        lambda x: x[torch.tensor([0, 1], device="cuda") if False else slice(2)],
        lambda x: torch.where(x > 0, x, -x),
        lambda x: x.topk(2).indices,
        lambda x: torch.randn(4, device="cuda"),
    ],
)
def test_nothing_else_is_a_wait(gpu, program):
    x = torch.ones(4, device="cuda")
    with gpu.measured() as found:
        program(x)
    assert not found.syncs


def test_launches_and_bytes(gpu):
    x = torch.ones(1000, device="cuda")
    with gpu.measured() as found:
        y = x + x  # reads 4,000 bytes twice, writes them once
        y.view(10, 100).T[3]  # a view runs nothing
    assert (found.launches, found.bytes_moved) == (1, 12_000)


def test_memory_is_that_of_living_storages(gpu):
    before = torch.cuda.memory_allocated()
    x = torch.zeros(1000, device="cuda")  # 4,000 bytes are eight blocks of 512
    part = x[:10]
    assert torch.cuda.memory_allocated() - before == 4096
    del x
    assert torch.cuda.memory_allocated() - before == 4096
    del part
    assert torch.cuda.memory_allocated() == before


def test_the_peak_holds_what_backward_needs(gpu):
    network = nn.Sequential(*(nn.Linear(256, 256, bias=False) for _ in range(4))).to("cuda")
    x = torch.ones(512, 256, device="cuda")  # 524,288 bytes, as is what each layer gives
    with gpu.measured() as found, torch.no_grad():
        network(x)
    without = found.peak_bytes
    with gpu.measured() as found:
        network(x).sum()
    assert found.peak_bytes - without == pytest.approx(2 * 524_288, abs=4096)  # all four, not two at a time


def test_flops_are_counted_by_torch(gpu):
    layer, x = nn.Linear(100, 50, bias=False).to("cuda"), torch.ones(8, 100, device="cuda")
    with FlopCounterMode(display=False) as counter:
        layer(x).sum().backward()
    assert counter.get_total_flops() == 2 * (2 * 8 * 100 * 50)  # forward, and the weight's gradient
