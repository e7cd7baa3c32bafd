"""Moves a process's memory into huge pages, so that a fork has a fraction of the page table to copy.

With torch a process holds a hundred thousand small pages, whose table each fork copies and each child's end frees: half
of what a short job costs. Linux 6.1 moves memory on request (madvise(2), MADV_COLLAPSE), which takes a second in all;
so it is done in small steps, in between the jobs, and a short run is not kept waiting. Where the kernel cannot or will
not do it, nothing changes.
"""

import ctypes
import os
from collections.abc import Iterator

SIZE = 2 << 20  # bytes of a huge page, and what they are aligned to; elsewhere than on x86_64 it may be refused
STEP = 4  # huge pages that are made at a time, some ten milliseconds
_MADV_COLLAPSE = 25
_MAPS = "/proc/self/maps"


def collapse() -> Iterator[None]:
    """Each step moves a little more of what this process has allocated, until all of it was tried."""
    libc = ctypes.CDLL(None)
    for number, address in enumerate(_addresses(), start=1):
        libc.madvise(ctypes.c_void_p(address), ctypes.c_size_t(SIZE), _MADV_COLLAPSE)
        if number % STEP == 0:
            yield


def _addresses() -> list[int]:
    """Where a huge page would fit into this process's own memory."""
    if not os.path.exists(_MAPS):
        return []
    with open(_MAPS, encoding="utf-8") as maps:
        found = [line.split() for line in maps]
    ranges = [
        [int(end, 16) for end in fields[0].split("-")]
        for fields in found
        if fields[1] == "rw-p" and fields[4] == "0" and fields[5:] in ([], ["[heap]"])
    ]
    return [address for low, high in ranges for address in range(-(-low // SIZE) * SIZE, high - SIZE + 1, SIZE)]
