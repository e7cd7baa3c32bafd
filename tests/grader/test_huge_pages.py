"""A process's memory moves into huge pages a little at a time, holds what it held, and stays as it is elsewhere."""

import mmap
import platform
import re
from pathlib import Path

import pytest

from autograder.sandbox import huge_pages

pytestmark = pytest.mark.skipif(platform.system() != "Linux", reason="huge pages on request are Linux's")


def huge_kib():
    return int(re.search(r"AnonHugePages:\s+(\d+)", Path("/proc/self/smaps_rollup").read_text())[1])


@pytest.fixture
def memory():
    """So much memory of our own, filled, that eight huge pages fit into it wherever it begins."""
    with mmap.mmap(-1, 9 * huge_pages.SIZE, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS) as memory:
        memory.madvise(mmap.MADV_NOHUGEPAGE)
        for start in range(0, len(memory), mmap.PAGESIZE):
            memory[start : start + 8] = start.to_bytes(8, "big")
        memory.madvise(mmap.MADV_HUGEPAGE)
        yield memory


def test_memory_keeps_its_contents_and_is_moved_where_the_kernel_can(memory):
    before = huge_kib()
    steps = sum(1 for _ in huge_pages.collapse())
    assert steps >= 8 // huge_pages.STEP
    starts = range(0, len(memory), mmap.PAGESIZE)
    assert all(memory[start : start + 8] == start.to_bytes(8, "big") for start in starts)
    release = tuple(map(int, re.findall(r"\d+", platform.release())[:2]))
    if release >= (6, 1) and Path("/sys/kernel/mm/transparent_hugepage").is_dir():
        assert huge_kib() - before >= 4 * huge_pages.SIZE // 1024  # the kernel may be short of them


def test_nothing_is_tried_without_proc(monkeypatch, tmp_path):
    monkeypatch.setattr(huge_pages, "_MAPS", str(tmp_path / "maps"))
    assert list(huge_pages.collapse()) == []


def test_only_memory_of_the_process_alone_is_asked_for(monkeypatch, tmp_path):
    """Not files, what is shared, what is not written to, or a piece smaller than a huge page."""
    maps = tmp_path / "maps"
    maps.write_text(
        "00200000-00800000 rw-p 00000000 00:00 0 \n"
        "00a00000-00e00000 rw-p 00000000 00:00 0          [heap]\n"
        "01100000-01500000 rw-p 00000000 00:00 0 \n"
        "02000000-02400000 r--p 00000000 00:00 0 \n"
        "03000000-03400000 rw-s 00000000 00:01 17         /dev/zero (deleted)\n"
        "04000000-04400000 rw-p 00000000 08:01 99         /usr/lib/libtorch.so\n"
        "05000000-05400000 rw-p 00000000 00:00 0          [stack]\n"
    )
    monkeypatch.setattr(huge_pages, "_MAPS", str(maps))
    expected = [0x200000, 0x400000, 0x600000, 0xA00000, 0xC00000, 0x1200000]
    assert huge_pages._addresses() == expected
