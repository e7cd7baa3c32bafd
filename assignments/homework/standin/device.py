"""The stand-in itself: puts its modes and its torch.cuda in place, and takes them away again."""

import functools
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import torch

from homework.standin import autocast, patches
from homework.standin.counters import Counters, Measured
from homework.standin.dispatch import DeviceMode
from homework.standin.functions import FunctionMode
from homework.standin.tensor import OnDevice


@functools.cache
def stay_ready() -> None:
    """Pay now what the first use costs: for a process that has no GPU, and whose many forks each use a stand-in.

    Nothing is differentiated here: after that, torch refuses to do it in a fork.
    """
    autocast.keep()
    with StandIn():
        torch.nn.functional.linear(torch.ones(1, 2).cuda(), torch.ones(2, 2, device="cuda")).sum().cpu()


class StandIn:
    """One device. kind: "cuda", a Tesla T4, or "mps". Works as a context, or for a whole process by install()."""

    def __init__(self, kind: str = "cuda"):
        self.device = torch.device(kind, 0)
        self.counters = Counters()
        self.random = torch.Generator()  # where the device's own stream stands
        self._stack: ExitStack | None = None

    def install(self) -> "StandIn":
        """From here on this machine has the device."""
        with ExitStack() as stack:
            patches.apply(self, stack)
            if self.device.type == "cuda" and not autocast.keep.cache_info().currsize:
                stack.callback(autocast.register()._destroy)
            stack.enter_context(DeviceMode(self))
            stack.enter_context(FunctionMode(self))
            self._stack = stack.pop_all()
        return self

    def remove(self) -> None:
        """The machine is as it was."""
        if self._stack:
            self._stack.close()
            self._stack = None

    __enter__ = install

    def __exit__(self, *error: Any) -> None:
        self.remove()

    @contextmanager
    def measured(self) -> Iterator[Measured]:
        """What the lines inside cost; to be read afterwards."""
        counters, memory, found = self.counters, self.counters.memory, Measured()
        syncs, launches, moved = len(counters.syncs), counters.launches, counters.bytes_moved
        peak, memory.peak = memory.peak, memory.now
        yield found
        found.syncs, found.launches = counters.syncs[syncs:], counters.launches - launches
        found.bytes_moved, found.peak_bytes = counters.bytes_moved - moved, memory.peak
        memory.peak = max(peak, memory.peak)

    def is_here(self, tensor: Any) -> bool:
        """Whether something is a tensor on this device."""
        return isinstance(tensor, OnDevice) and tensor.standin is self

    def put(self, tensor: torch.Tensor) -> OnDevice:
        """A tensor on the device that shares the memory of one on the processor."""
        return OnDevice(tensor, self)

    @contextmanager
    def own_random_stream(self) -> Iterator[None]:
        """The processor's stream stands still while the device draws from its own."""
        before = torch.default_generator.get_state()
        torch.default_generator.set_state(self.random.get_state())
        try:
            yield
        finally:
            self.random.set_state(torch.default_generator.get_state())
            torch.default_generator.set_state(before)
