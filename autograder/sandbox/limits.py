"""What a probe may use. The table of limits in docs/GRADING.md is checked against these numbers."""

import math
import os
import resource
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

MIB = 1 << 20
OF_GRADER_MIB = 4096  # of our own process while it grades; an honest class takes an eighth
MAX_THREADS = 256  # more than any homework needs; the processes that wait for a child look at it


@dataclass(frozen=True)
class Limits:
    """Limits of one call of a probe; memory and files are those of its process."""

    wall_seconds: float = 20.0
    cpu_seconds: int = 6
    memory_mib: int = 1536
    file_mib: int = 64
    scratch_mib: int = 256
    open_files: int = 64
    output_mib: int = 16


def apply(limits: Limits, cpu_seconds: int) -> None:
    """Set the resource limits in a freshly forked child; cpu_seconds: for all calls that it is to answer.

    Memory is relative to what the parent had mapped before: torch alone maps gigabytes, so an absolute limit
    would be either useless or already exceeded.
    """
    mapped, data = _mapped_bytes()
    if mapped:
        _limit(resource.RLIMIT_DATA, data + limits.memory_mib * MIB)
        _limit(resource.RLIMIT_AS, mapped + 2 * limits.memory_mib * MIB)
    seconds = cpu_seconds + round(time.process_time())  # a process that is no fork does not start at 0
    _limit(resource.RLIMIT_CPU, seconds, seconds + 1)  # the soft one can be ignored
    _limit(resource.RLIMIT_FSIZE, limits.file_mib * MIB)
    _limit(resource.RLIMIT_NOFILE, limits.open_files)
    _limit(resource.RLIMIT_STACK, resource.getrlimit(resource.RLIMIT_STACK)[0])  # it grows and is not data
    _limit(resource.RLIMIT_CORE, 0)
    _limit(resource.RLIMIT_MEMLOCK, 0)
    if hasattr(resource, "RLIMIT_MSGQUEUE"):
        _limit(resource.RLIMIT_MSGQUEUE, 0)


def begin_call(limits: Limits) -> None:
    """The processor time of one call begins now."""
    _, most = resource.getrlimit(resource.RLIMIT_CPU)
    wanted = math.ceil(time.process_time() - 0.3) + limits.cpu_seconds  # whole seconds; a fork starts just above 0
    resource.setrlimit(resource.RLIMIT_CPU, (wanted if most == resource.RLIM_INFINITY else min(wanted, most), most))


@contextmanager
def bounded_memory() -> Iterator[None]:
    """The grader itself gets a MemoryError, and not the system's killer, where it takes OF_GRADER_MIB more than now."""
    soft, hard = resource.getrlimit(resource.RLIMIT_DATA)
    _, data = _mapped_bytes()
    wanted = data + OF_GRADER_MIB * MIB
    resource.setrlimit(resource.RLIMIT_DATA, (wanted if soft == resource.RLIM_INFINITY else min(wanted, soft), hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_DATA, (soft, hard))


def _limit(which: int, soft: int, hard: int | None = None) -> None:
    ceiling = resource.getrlimit(which)[1]
    wanted = soft if hard is None else hard
    hard = wanted if ceiling == resource.RLIM_INFINITY else min(wanted, ceiling)
    resource.setrlimit(which, (min(soft, hard), hard))


def _mapped_bytes() -> tuple[int, int]:
    """VmSize and VmData of this process; zeros where the system does not tell, as macOS does not limit them either."""
    sizes = {"VmSize:": 0, "VmData:": 0}
    if not os.path.exists("/proc/self/status"):
        return 0, 0
    with open("/proc/self/status", encoding="utf-8") as status:
        for line in status:
            if line.startswith(("VmSize:", "VmData:")):
                name, kib = line.split()[:2]
                sizes[name] = int(kib) * 1024
    return sizes["VmSize:"], sizes["VmData:"]
