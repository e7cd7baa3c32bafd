"""How long a step takes, computed from what it costs by a roofline: written down here, for the GPUs that Colab lends.

An operation takes as long as its arithmetic or its memory, whichever is longer: max(FLOPs / peak, bytes / bandwidth).
A GPU works while the processor prepares the next launches: a step takes the longer of all operations and all launches.
A processor does one after the other, so there they add up.

Peak and bandwidth of GPUs are those of NVIDIA's data sheets (T4 2019, L4 2023, A100 SXM4 40 GB 2021), dense, times the
share that common networks reach; the launch cost is our guess for PyTorch on Colab's hosts. TF32 is not counted on.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import torch

from homework.training.costs import Costs

_FEW = 40  # operations
REACHED = 0.5  # of peak and of bandwidth; assumed for GPUs, and for processors chosen to fit: see docs/TRAINING.md


@dataclass(frozen=True)
class Machine:
    """single, half: FLOP/s in float32, and in the 16-bit type of its matrix units. bandwidth: bytes/s. launch: s."""

    name: str
    single: float
    half: float
    bandwidth: float
    launch: float
    memory: float  # bytes
    is_asynchronous: bool = True

    def __str__(self) -> str:
        return self.name

    def seconds(self, costs: Costs) -> float:
        """One step with these costs."""
        works = sum(
            max(each.flops / (self.half if each.is_half else self.single), each.bytes / self.bandwidth)
            for each in costs.operations
        )
        launches = costs.launches * self.launch
        return max(works, launches) if self.is_asynchronous else works + launches


def _gpu(name: str, single: float, half: float, bandwidth: float, launch: float, gigabytes: float) -> Machine:
    return Machine(name, REACHED * single, REACHED * half, REACHED * bandwidth, launch, gigabytes * 1e9)


GPUS = {
    "T4": _gpu("a T4", 8.1e12, 65e12, 320e9, launch=15e-6, gigabytes=15),
    "L4": _gpu("an L4", 30.3e12, 121e12, 300e9, launch=12e-6, gigabytes=22),
    "A100": _gpu("an A100", 19.5e12, 312e12, 1555e9, launch=10e-6, gigabytes=40),
}


def machine_of(device: str) -> Machine | None:
    """The machine that this process trains on; None for a GPU that is not in the list."""
    if device == "cpu":
        return measured_processor(torch.get_num_threads())
    if device != "cuda":
        return None
    words = torch.cuda.get_device_name().replace("-", " ").split()
    return next((gpu for name, gpu in GPUS.items() if name in words), None)


@cache
def measured_processor(threads: int) -> Machine:
    """This processor with so many threads, by three small measurements of a tenth of a second each."""
    square, long, one = torch.ones(512, 512), torch.ones(1 << 24), torch.ones(1, requires_grad=True)
    other = torch.empty_like(long)
    single = REACHED * 2 * 512**3 / _seconds(lambda: torch.mm(square, square))
    bandwidth = REACHED * 2 * 4 * (1 << 24) / _seconds(lambda: other.copy_(long))
    launch = _seconds(lambda: _there_and_back(one)) / _FEW
    return Machine("this processor", single, single, bandwidth, launch, float("inf"), is_asynchronous=False)


def _there_and_back(x: torch.Tensor) -> None:
    """As many operations as `_FEW` says, half of them in the backward pass."""
    y = x
    for _ in range(_FEW // 2):
        y = y.neg()
    torch.autograd.grad(y, x)


def _seconds(call: Callable[[], object], patience: float = 0.1) -> float:
    """One call's, the fastest of those that fit into `patience` seconds: others ran while something else did."""
    call()
    fastest, end = float("inf"), time.process_time() + patience
    while time.process_time() < end:
        before = time.process_time()
        call()
        fastest = min(fastest, time.process_time() - before)
    return fastest
