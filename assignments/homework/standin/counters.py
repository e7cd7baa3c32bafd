"""What happens on the stand-in: waits by line, launches, bytes, and the memory of living tensors."""

import sys
import weakref
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

import torch
from torch import Tensor

HERE, TORCH = str(Path(__file__).parent), str(Path(torch.__file__).parent)
BLOCK = 512  # bytes; CUDA's allocator rounds each tensor up to whole blocks


@dataclass(frozen=True)
class Sync:
    """The processor waited for the device. what: such as "item"; the place is the first line outside of torch."""

    what: str
    file: str
    line: int

    def __str__(self) -> str:
        return f"{self.what} at {Path(self.file).name}:{self.line}"


@dataclass
class Measured:
    """What some lines cost. peak_bytes: the most memory that tensors took meanwhile, earlier ones included."""

    syncs: list[Sync] = field(default_factory=list)
    launches: int = 0
    bytes_moved: int = 0
    peak_bytes: int = 0


def caller() -> tuple[str, int]:
    """File and line of the first frame that is neither torch's nor ours."""
    frame = sys._getframe(1)
    while frame.f_back and frame.f_code.co_filename.startswith((HERE, TORCH)):
        if frame.f_code.co_filename.startswith(HERE) and Path(frame.f_code.co_filename).name.startswith("test_"):
            break
        frame = frame.f_back
    return frame.f_code.co_filename, frame.f_lineno


class Memory:
    """Bytes of the storages that live on the device; views share one."""

    def __init__(self) -> None:
        self.now = self.peak = 0
        self._known: dict[int, weakref.finalize] = {}

    def add(self, inner: Tensor) -> None:
        """Count the storage of a tensor, once, until nothing holds it any more."""
        storage = inner.untyped_storage()
        address, size = storage.data_ptr(), -(-storage.nbytes() // BLOCK) * BLOCK
        if address == 0 or (address in self._known and self._known[address].alive):
            return
        self._known[address] = weakref.finalize(storage, self._free, address, size)
        self._known[address].atexit = False
        self.now += size
        self.peak = max(self.peak, self.now)

    def holds(self, address: int) -> bool:
        """Whether a storage at this address lives on the device."""
        return address in self._known

    def _free(self, address: int, size: int) -> None:
        self.now -= size
        self._known.pop(address, None)


class Counters:
    """All that is counted since the start; measured() of the stand-in subtracts."""

    def __init__(self) -> None:
        self.syncs: list[Sync] = []
        self.launches = self.bytes_moved = 0
        self.memory = Memory()

    def wait(self, what: str) -> None:
        self.syncs.append(Sync(what, *caller()))

    def launch(self, tensors: Iterable[Tensor]) -> None:
        self.launches += 1
        self.bytes_moved += sum(tensor.numel() * tensor.element_size() for tensor in tensors)
