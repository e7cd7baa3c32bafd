"""How many submissions this machine can grade at a time: one a core, as long as all of them fit into its memory.

A child that the system stops for want of memory looks like one that took too much: that must not happen to a student
because of the neighbours.
"""

import os

from autograder.sandbox import container
from autograder.sandbox.limits import MIB, Limits

OWN_MIB = 1300  # the grader and its sandbox, whatever the number of workers (measured)


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
    free_now, most = free_bytes(), most_in_memory()
    if free_now is None or most is None or workers <= most:
        return ""
    wanted, free = (OWN_MIB + workers * Limits().memory_mib) / 1024, free_now / MIB / 1024
    return (
        f"{workers} workers may take {wanted:.1f} GB, and {free:.1f} GB are free: a right answer"
        f" could run out of memory because of its neighbours; take --workers {most}"
    )


def free_bytes() -> int | None:
    """Memory that processes can still take, of the machine and of the container that this one runs in."""
    available = container.field(container.ROOT / "proc/meminfo", "MemAvailable:")
    found = [container.free_bytes(), None if available is None else available * 1024]
    return min((size for size in found if size is not None), default=None)
