"""How many submissions this machine can grade at a time: one a core, as long as all of them fit into its memory.

A child that the system stops for want of memory looks like one that took too much: that must not happen to a student
because of the neighbours.
"""

import os
from pathlib import Path

from autograder.sandbox.limits import MIB, Limits

OWN_MIB = 1300  # the grader and its sandbox, whatever the number of workers (measured)
ROOT = Path("/")
# The limit of a container, what it uses, and where it says how much of that are files it can drop: cgroup v2, then v1.
_CONTAINERS = (
    ("sys/fs/cgroup/memory.max", "sys/fs/cgroup/memory.current", "sys/fs/cgroup/memory.stat"),
    ("sys/fs/cgroup/memory/memory.limit_in_bytes", "sys/fs/cgroup/memory/memory.usage_in_bytes",
     "sys/fs/cgroup/memory/memory.stat"),
)  # fmt: skip


def default() -> int:
    """As many as there are cores and memory for, at least one."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return max(1, min(cores, most_in_memory() or cores))


def most_in_memory() -> int | None:
    """How many workers fit if student code takes all that it may, at least one; None where the system does not tell."""
    free = free_bytes()
    return None if free is None else max(1, (free - OWN_MIB * MIB) // (Limits().memory_mib * MIB))


def describe_risk(workers: int) -> str:
    """One sentence if so many may not fit into memory, else ""."""
    most = most_in_memory()
    if most is None or workers <= most:
        return ""
    wanted, free = (OWN_MIB + workers * Limits().memory_mib) / 1024, free_bytes() / MIB / 1024
    return (
        f"{workers} workers may take {wanted:.1f} GB, and {free:.1f} GB are free: a right answer"
        f" could run out of memory because of its neighbours; take --workers {most}"
    )


def free_bytes() -> int | None:
    """Memory that processes can still take, of the machine and of the container that this one runs in."""
    found = [_field(ROOT / "proc/meminfo", "MemAvailable:", 1024)]
    for limit, used, statistics in _CONTAINERS:
        most, current = _number(ROOT / limit), _number(ROOT / used)
        if most is not None and current is not None:
            found.append(max(0, most - current + (_field(ROOT / statistics, "inactive_file", 1) or 0)))
    return min((size for size in found if size is not None), default=None)


def _field(path: Path, name: str, unit: int) -> int | None:
    lines = path.read_text().splitlines() if path.is_file() else []
    return next((int(line.split()[1]) * unit for line in lines if line.split()[:1] == [name]), None)


def _number(path: Path) -> int | None:
    text = path.read_text().strip() if path.is_file() else ""
    return int(text) if text.isdigit() else None  # cgroup v2 says "max" for no limit
