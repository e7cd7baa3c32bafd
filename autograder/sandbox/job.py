"""A job, the place that a process of it runs in, and what came of it."""

import json
import math
import signal
import socket
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any, BinaryIO

from autograder.sandbox.budget import Budget
from autograder.sandbox.host import OneShot, Zygote
from autograder.sandbox.limits import Limits


@dataclass(frozen=True)
class Outcome:
    """What came back: a frame or not, and how the child ended.

    ended: "answered", "timed out", "flooded" (far too much printed or written), "died" (then `signal` may say how), or
    "starved" (a process was stopped because the machine has too little memory: nobody's answer).
    seconds are those of the child, which may have answered other calls too, and of its stand-ins' child; megabytes
    those of the larger of both, which share most of what they hold.
    """

    ended: str
    frame: bytes = b""
    nonce: bytes = b""
    signal: int = 0
    seconds: float = 0.0
    megabytes: float = 0.0

    def with_usage(self, usage: dict) -> "Outcome":
        """The same, where a second child has used this beside the first."""
        megabytes = max(self.megabytes, usage["megabytes"])
        return replace(self, seconds=self.seconds + usage["seconds"], megabytes=megabytes)


@dataclass(frozen=True)
class Job:
    """Calls of probes, (exercise, probe) pairs, on one notebook's statements, (source, place) pairs, and on files.

    needs: exercise -> indices of the statements that it needs; all of them where there are none.
    limits are those of one call; memory and files are shared by all of them. stand_ins: statements like the notebook's,
    whose definitions are called in place of its own; they run in a child of their own. budget: what is left for the
    submission.
    """

    calls: tuple[tuple[str, str], ...]
    statements: tuple[tuple[str, str], ...]
    limits: Limits = field(default_factory=Limits)
    files: dict[str, bytes] = field(default_factory=dict)
    stand_ins: tuple[tuple[str, str], ...] = ()
    needs: Mapping[str, Sequence[int]] | None = None
    budget: Budget = field(default_factory=Budget)

    @property
    def cpu_seconds(self) -> int:
        """For all calls together."""
        return max(1, min(len(self.calls) * self.limits.cpu_seconds, math.ceil(self.budget.seconds_left)))

    def share(self) -> tuple["Job", "Job"]:
        """The same for the student's child and for the stand-ins', which has a third of the memory.

        So a job takes no more of the machine than any other; of all else each has the limits for itself.
        """
        third = self.limits.memory_mib // 3
        rest = replace(self.limits, memory_mib=self.limits.memory_mib - third)
        return replace(self, limits=rest), replace(self, limits=replace(self.limits, memory_mib=third))

    def contents(self, nonce: bytes) -> "Contents":
        """What the student's child is told; of the stand-ins nothing."""
        told = {"calls": self.calls, "statements": self.statements, "needs": self.needs, "nonce": nonce.hex()}
        return Contents(told, self.files)

    def outcome(self, ended: str, frame: bytes, nonce: bytes, usage: dict) -> Outcome:
        """What came of a call, with what its child has used."""
        killed_by_clock = usage["signal"] == signal.SIGKILL and usage["seconds"] >= self.cpu_seconds
        if ended == "died" and (usage["signal"] == signal.SIGXCPU or killed_by_clock):
            ended = "timed out"
        return Outcome(ended, frame, nonce, usage["signal"], usage["seconds"], usage["megabytes"])


@dataclass(frozen=True)
class Contents:
    """What a child is given: a line of JSON, and files as they are."""

    told: dict[str, Any]
    files: Mapping[str, bytes] = field(default_factory=dict)

    def write(self, file: BinaryIO) -> None:
        lengths = {name: len(content) for name, content in self.files.items()}
        file.writelines([json.dumps({**self.told, "files": lengths}).encode(), b"\n", *self.files.values()])


@dataclass(frozen=True)
class Place:
    """Where one child of a job runs: by which process, in which slot and scratch folder."""

    host: Zygote | OneShot
    slot: int
    folder: Path

    def begin(self, job: Job, contents: Contents, descriptors: Sequence[int | socket.socket]) -> int:
        """The pid of a child that has these contents, in a nameless file for it alone, and these descriptors."""
        limits, seconds = asdict(job.limits), job.cpu_seconds
        request = {"limits": limits, "scratch": str(self.folder), "slot": self.slot, "cpu_seconds": seconds}
        handed = [each if isinstance(each, int) else each.fileno() for each in descriptors]
        with tempfile.TemporaryFile() as file:
            contents.write(file)
            file.seek(0)
            return self.host.begin(request, [file.fileno(), *handed])

    def finish(self, child: int, job: Job, grace: bool) -> dict[str, Any]:
        """How the child ended, which ends here if it has not; what it used is gone from the budget."""
        usage = self.host.finish(child, grace)
        job.budget.used_seconds += usage["seconds"]
        return usage
