"""Checks a zip in a process that knows nothing of the notebook's kernel, and ends that process in any case."""

import contextlib
import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory, TemporaryFile

from homework.submission.checking import Outcome
from homework.submission.packing import LIBRARY

SECONDS = 120


def check_in_fresh_process(path: Path, seconds: float = SECONDS) -> list[Outcome]:
    """One outcome for each exercise that was reached; the last one is "unfinished" if the process was ended by it."""
    command = [sys.executable, "-m", "homework.submission", str(path.resolve())]
    with TemporaryDirectory(ignore_cleanup_errors=True) as scratch, TemporaryFile() as output:
        process = subprocess.Popen(
            command, cwd=scratch, env=_environment(), stdin=subprocess.DEVNULL, stdout=output,
            stderr=subprocess.DEVNULL, start_new_session=True,
        )  # fmt: skip
        try:
            process.wait(seconds)
            why = "it ended the process that checked it"
        except subprocess.TimeoutExpired:
            why = f"it was still running when {seconds:.0f} seconds were over"
        finally:
            _end(process)
        output.seek(0)
        return _read(output.read(), why)


def _environment() -> dict[str, str]:
    """As the grader has it: no GPU, no window to draw in; and the library of this kernel."""
    path = os.pathsep.join(filter(None, (str(LIBRARY.parent), os.environ.get("PYTHONPATH"))))
    return {**os.environ, "PYTHONPATH": path, "CUDA_VISIBLE_DEVICES": "", "MPLBACKEND": "agg", "PYTHONUTF8": "1",
            "TORCHDYNAMO_DISABLE": "1"}  # fmt: skip


def _end(process: subprocess.Popen) -> None:
    """The process and, where the system has groups of them, all that it started."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        if hasattr(os, "killpg"):
            os.killpg(process.pid, signal.SIGKILL)
        else:
            process.kill()
    process.wait()


def _read(output: bytes, why: str) -> list[Outcome]:
    outcomes: dict[str, Outcome] = {}
    for line in output.decode("utf-8", "replace").split("\n"):
        with contextlib.suppress(ValueError, TypeError):  # the process was killed within a line
            outcome = Outcome(*json.loads(line))
            outcomes[outcome.name] = outcome
    return [Outcome(o.name, "unfinished", why) if o.kind == "running" else o for o in outcomes.values()]
