"""The processes that run student code, as the grader holds them: a zygote for many jobs, or a process for one."""

import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from typing import Any

from autograder.errors import AutograderError
from autograder.sandbox import kernel
from autograder.sandbox.channel import Channel
from autograder.sandbox.reaping import reap, used

START_SECONDS, ANSWER_SECONDS = 120, 30
FORK_TRIES = 20
_IN_PLACE_OF_THE_HEAP = {
    # A large tensor gets memory of its own and gives all of it back. In glibc's heap, aligned blocks leave holes that
    # none of them fits into (bug 14581): a loop that holds little could use up all that is allowed, in every other run.
    "MALLOC_MMAP_THRESHOLD_": str(1 << 20),
    "MALLOC_TRIM_THRESHOLD_": str(256 << 20),  # what is smaller is not given back and asked for again all the time
    "THP_MEM_ALLOC_ENABLE": "1",  # torch: in huge pages, as memory of its own is new each time
}
ENVIRONMENT = {
    **_IN_PLACE_OF_THE_HEAP,
    "PATH": "/usr/bin:/bin",
    "LANG": "C.UTF-8",
    "OMP_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "PYTHONDONTWRITEBYTECODE": "1",
    "MPLBACKEND": "agg",
    "PYTHONHASHSEED": "0",  # the order of a set of words would differ from start to start
    "TORCHDYNAMO_DISABLE": "1",  # no compiler can be started here: torch.compile gives back what it was given
    "SEED_SHIFT": os.environ.get("SEED_SHIFT", "0"),
}


class Gone(Exception):
    """The process has ended or does not answer: whatever it was doing is lost, and nobody's fault yet."""


class Unsafe(Exception):
    """The process must not be forked; the sentence says why."""


class SandboxError(AutograderError):
    """The sandbox itself failed: the grader's fault, never a student's. One sentence."""


class Host:
    """A started process; `ready` waits until it has imported torch."""

    def __init__(self, start: dict[str, Any], settings_folder: str, prefix: Sequence[str] = ()):
        ours, theirs = socket.socketpair()
        ours.settimeout(START_SECONDS)
        self._channel = Channel(ours)
        command = [*prefix, sys.executable, "-s", "-P", "-m", "autograder.sandbox.zygote", str(theirs.fileno())]
        environment = {**ENVIRONMENT, "HOME": settings_folder, "MPLCONFIGDIR": settings_folder}
        self._process = subprocess.Popen(
            command,
            env=environment,
            pass_fds=[theirs.fileno()],
            stdin=subprocess.DEVNULL,
            cwd="/",
            start_new_session=True,  # a terminal's Ctrl-C is the grader's alone, who ends this process
        )
        theirs.close()
        self._start = start
        self._answer: dict[str, Any] | None = None
        self._lock = threading.Lock()
        self.gone = False

    def ready(self) -> dict[str, Any]:
        """What the process says when it is ready, or why it is not."""
        if self._answer is None:
            self._answer = self.ask(self._start)
            self._channel.settimeout(ANSWER_SECONDS)
        return self._answer

    def ask(self, message: dict[str, Any], descriptors: list[int] | None = None) -> dict[str, Any]:
        """One question and its answer; several threads may ask, one after the other."""
        try:
            with self._lock:
                self._channel.send(message, descriptors)
                answer, _ = self._channel.receive()
        except (OSError, EOFError, ValueError) as error:
            self.close()
            raise Gone(str(error)) from error
        return answer

    def close(self) -> None:
        self.gone = True
        self._channel.close()
        self._process.kill()
        self._process.wait()


class Zygote(Host):
    """Forks one child a job."""

    def begin(self, request: dict[str, Any], descriptors: list[int]) -> int:
        """The pid of the child that has the job now."""
        for _ in range(FORK_TRIES):
            answer = self.ask(request, descriptors)
            if "pid" in answer:
                return answer["pid"]
            if "unsafe" in answer:
                raise Unsafe(answer["unsafe"])
            time.sleep(ANSWER_SECONDS / FORK_TRIES)  # no process to be had just now
        raise SandboxError(f"the sandbox cannot start processes: {answer.get('refused')}")

    def used(self, pid: int) -> float:
        """Seconds of processor time of a child that was not finished yet."""
        return self.ask({"used": pid})["seconds"]

    def finish(self, pid: int, grace: bool) -> dict[str, Any]:
        """How the child ended, which ends here if it has not."""
        return self.ask({"reap": pid, "grace": grace})


class OneShot(Host):
    """Does one job itself, where a fork would not be safe."""

    def begin(self, request: dict[str, Any], descriptors: list[int]) -> int:
        if "level" not in self.ready():
            raise SandboxError(f"the sandbox's process is not ready: {self.ready().get('refused')}")
        answer = self.ask(request, descriptors)
        self._used = answer["used"]  # for importing torch: not the student's
        return answer["pid"]

    def used(self, pid: int) -> float:
        """As a zygote tells it of its child; 0 where the system does not tell, as macOS."""
        return used(self._process.pid) - self._used if kernel.IS_LINUX else 0.0

    def finish(self, pid: int, grace: bool) -> dict[str, Any]:
        usage = reap(self._process.pid, grace)
        self._process.returncode = -usage["signal"]  # reaped here: Popen must not wait for it
        self.gone = True
        self._channel.close()
        return {**usage, "seconds": usage["seconds"] - self._used}

    def is_crowded(self, most_threads: int) -> bool:
        """Whether it runs more threads than any homework needs."""
        try:
            return len(os.listdir(f"/proc/{self._process.pid}/task")) > most_threads
        except OSError:
            return False
