"""Measures a command with everything it starts.

Processor time is the kernel's (wait4), which counts a descendant only if each process on the way to it was waited for.
The grader's zygote is not, where bubblewrap stands between: so this process adopts orphans, and waits for them as well.
Where a control group can be made (cgroup v1 cpuacct, as root), it counts once more, whoever was waited for.
"""

import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from autograder.sandbox import kernel

PR_SET_CHILD_SUBREAPER = 36
ACCOUNTS = Path("/sys/fs/cgroup/cpuacct")
SCRIPTS = str(Path(sys.executable).parent)  # nbgrader calls alembic by its name
ENVIRONMENT = {**os.environ, "OMP_NUM_THREADS": "1", "PATH": f"{SCRIPTS}:{os.environ['PATH']}"}
ENVIRONMENT.pop("PYTHONDONTWRITEBYTECODE", None)  # nobody compiles everything anew each time


@dataclass(frozen=True)
class Usage:
    """Processor and wall seconds, the resident megabytes of the largest process, and the control group's seconds."""

    cpu: float
    wall: float
    megabytes: float
    counted: float = float("nan")
    output: str = ""


def measure(command: Sequence[str], cwd: Path | None = None, may_fail: bool = False) -> Usage:
    """Run a command to its end; what it prints is kept, and shown when it fails and may not."""
    kernel.prctl(PR_SET_CHILD_SUBREAPER, 1)
    with _account() as account, tempfile.TemporaryFile("w+") as output:
        started = time.perf_counter()
        process = subprocess.Popen(_joining(account, command), cwd=cwd, stdout=output, stderr=output, env=ENVIRONMENT)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        wall = time.perf_counter() - started
        usages = [usage, *wait_for_orphans()]
        output.seek(0)
        text = output.read()
        if process.returncode and not may_fail:
            sys.exit(f"{' '.join(command)} failed:\n{text}")
        cpu = sum(each.ru_utime + each.ru_stime for each in usages)
        return Usage(cpu, wall, max(each.ru_maxrss for each in usages) / 1024, _counted(account), text)


def wait_for_orphans() -> Iterator[resource.struct_rusage]:
    """What each of our descendants used that has outlived its parent; waits until they have all ended."""
    with suppress(ChildProcessError):  # there is none left
        while True:
            yield os.wait4(-1, 0)[2]


@contextmanager
def _account() -> Iterator[Path | None]:
    """A control group of our own that counts processor time, or None."""
    folder = ACCOUNTS / f"grading-{os.getpid()}"
    try:
        folder.mkdir()
    except OSError:
        yield None
        return
    try:
        yield folder
    finally:
        folder.rmdir()


def _joining(account: Path | None, command: Sequence[str]) -> list[str]:
    """The command, in a shell that enters the control group first."""
    if account is None:
        return list(command)
    return ["sh", "-c", 'echo $$ > "$0/cgroup.procs" && exec "$@"', str(account), *command]


def _counted(account: Path | None) -> float:
    return int((account / "cpuacct.usage").read_text()) / 1e9 if account else float("nan")
