"""`autograder grade` as a user starts it, and what it costs before the first grade is there."""

import os
import subprocess
import sys
import time
from collections import deque
from collections.abc import Sequence
from pathlib import Path

from race.stopwatch import ENVIRONMENT, wait_for_orphans

AUTOGRADER = [sys.executable, "-c", "from autograder.cli import main; main()"]
TICKS = os.sysconf("SC_CLK_TCK")


def grade_command(submissions: Path, out: Path) -> list[str]:
    """Grade this folder into a results folder that is new."""
    return [*AUTOGRADER, "grade", str(submissions), "--homework", "hw4_contrastive", "--out", str(out), "--force"]


def until_first_line(command: Sequence[str]) -> tuple[float, float]:
    """Processor seconds of a command and all its descendants, and wall seconds, when it prints its first line."""
    started = time.perf_counter()
    with subprocess.Popen(command, stdout=subprocess.PIPE, env=ENVIRONMENT, text=True) as process:
        process.stdout.readline()
        wall = time.perf_counter() - started
        seconds = cpu_of_tree(process.pid)
        process.stdout.read()
    deque(wait_for_orphans(), maxlen=0)  # else the next measurement would count them
    if process.returncode:
        sys.exit(f"{' '.join(command)} failed")
    return seconds, wall


def cpu_of_tree(root: int) -> float:
    """What /proc knows of this process, of its descendants, and of those that they waited for."""
    parents, seconds = {}, {}
    for entry in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = entry.read_text().rpartition(")")[2].split()
        except OSError:
            continue  # it has just ended
        pid = int(entry.parent.name)
        parents[pid], seconds[pid] = int(fields[1]), sum(map(int, fields[11:15])) / TICKS
    return sum(used for pid, used in seconds.items() if _descends(pid, root, parents))


def _descends(pid: int, root: int, parents: dict[int, int]) -> bool:
    while pid in parents and pid != root:
        pid = parents[pid]
    return pid == root
