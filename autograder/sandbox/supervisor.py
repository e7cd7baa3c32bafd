"""The grader's end of the sandbox: one child for each job, and no longer than allowed.

Theory of operation. A zygote is started once and asked for a child per job. A child takes the calls of its job one
after the other and answers each with a frame; it ends with the first call that fails to answer, or that leaves
something behind. When the zygote dies, all jobs in flight are lost with it: the first to notice starts another, and
every lost job is run again with no other job beside it, so that one that kills its zygote is found out and costs nobody
else anything. Where forks are unsafe each job gets a process.
"""

import base64
import json
import os
import secrets
import signal
import sys
import tempfile
import threading
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass, field
from functools import partial
from pathlib import Path

from autograder import framing
from autograder.sandbox import bubblewrap, confinement, kernel, probing, scratch
from autograder.sandbox.collection import collect_all
from autograder.sandbox.host import Gone, Host, OneShot, SandboxError, Unsafe, Zygote
from autograder.sandbox.limits import MAX_THREADS, MIB, Limits
from autograder.sandbox.turns import Turns

SUITES = str(Path(__file__).parents[1] / "suites")


@dataclass(frozen=True)
class Job:
    """Calls of probes, (exercise, probe) pairs, on one notebook's statements, (source, place) pairs, and on files.

    limits are those of one call; memory and files are shared by all of them.
    """

    calls: tuple[tuple[str, str], ...]
    statements: tuple[tuple[str, str], ...]
    limits: Limits = field(default_factory=Limits)
    files: dict[str, bytes] = field(default_factory=dict)


@dataclass(frozen=True)
class Outcome:
    """What came back: a frame or not, and how the child ended.

    ended: "answered", "timed out", "flooded" (far too much printed or written), or "died" (then `signal` may say how).
    seconds and megabytes are those of the child, which may have answered other calls too.
    """

    ended: str
    frame: bytes = b""
    nonce: bytes = b""
    signal: int = 0
    seconds: float = 0.0
    megabytes: float = 0.0


class Sandbox:
    """Runs one suite's probes; `run` may be called from several threads at once.

    level: "best", "weak" (accepts what does not hold), "off", "one-shot" (a process for each job), or a tier's name.
    hidden: what student code must never read, beside the suites. `.level` says what was reached.
    """

    def __init__(self, probes: dict[str, str], level: str = "best", hidden: Sequence[str] = ()):
        self._wanted = "best" if level == "one-shot" else level
        self._start = {
            "probes": probes, "readable": readable_paths(), "level": self._wanted, "hidden": [SUITES, *hidden],
            "wrapped": False, "one_shot": False,
        }  # fmt: skip
        self._one_shot = level == "one-shot"
        self._lock = threading.Lock()
        self._turns = Turns()
        self._spare = threading.local()
        self._hosts: list[Host] = []
        self._free_slots: list[int] = []
        self._slots = 0
        self._zygote: Zygote | None = None
        self.level = ""

    def __enter__(self) -> "Sandbox":
        kernel.hide_memory()
        self._root = scratch.make_root()
        self._root.chmod(0o711)  # a slot's uid passes through to its own folder, and lists nothing
        try:
            with self._lock:
                self._launch()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        for host in self._hosts:
            if not host.gone:
                host.close()
        scratch.remove(self._root)

    def run(self, job: Job) -> list[Outcome]:
        """Run one job in a child of its own: an outcome for each call, up to the first that was not answered.

        A job that is lost with its zygote is run again, alone, once.
        """
        try:
            with self._turns.shared():
                return self._attempt(job)
        except Gone:
            pass
        with self._turns.alone():
            try:
                return self._attempt(job)
            except Gone:
                return [Outcome("died")]

    def _launch(self) -> None:
        if self._one_shot:
            self._choose_tier_for_one_shots()
            return
        for prefix in self._prefixes():
            zygote, answer = self._try({"wrapped": bool(prefix)}, Zygote, prefix)
            if "level" in answer:
                self._zygote, self.level = zygote, answer["level"]
                return
            if "unsafe" in answer:
                self._one_shot = True
                self._choose_tier_for_one_shots()
                return
        raise SandboxError(answer["refused"])

    def _prefixes(self) -> list[list[str]]:
        """bubblewrap if it works, else nothing in front; nothing too if the wrapped process does not start."""
        wants_wrapping = self._wanted in ("best", "weak", "A", "C")
        prefix = bubblewrap.prefix(self._start["readable"], self._root) if wants_wrapping else []
        return [prefix, []] if prefix else [[]]

    def _choose_tier_for_one_shots(self) -> None:
        """The strongest tier out of which a process like those that will run the jobs cannot get."""
        failures = []
        for tier in confinement.candidates(self._wanted, wrapped=False):
            _, answer = self._try({"level": tier.name, "one_shot": True, "only_try": True}, OneShot)
            if answer.get("through") == []:
                self._start = {**self._start, "level": tier.name, "one_shot": True}
                self.level = f"F (a process for each probe; {answer['level']})"
                return
            failures.append(f"{tier.name}: {answer.get('refused') or 'not stopped: ' + ', '.join(answer['through'])}")
        raise SandboxError(confinement.refusal(failures))

    def _try(self, changes: dict, kind: type[Host], prefix: Sequence[str] = ()) -> tuple[Host, dict]:
        """Start a process that finds out whether it can be left, with something outside for it to try to reach."""
        folder = tempfile.mkdtemp(dir=self._root)
        with probing.targets(os.getpid(), self._start["hidden"]) as target:
            start = {**self._start, **changes, "target": asdict(target), "scratch": folder}
            host = self._keep(kind(start, str(self._root), prefix))
            try:
                answer = host.ready()
            except Gone:
                answer = {"refused": "the sandbox's process did not start; see its message above"}
        if "level" not in answer:
            host.close()
        scratch.remove(Path(folder))
        return host, answer

    def _keep(self, host: Host) -> Host:
        self._hosts = [other for other in self._hosts if not other.gone] + [host]
        return host

    def _host(self) -> Host:
        """The zygote, restarted if need be; or this thread's next process, with another one warming up behind it."""
        with self._lock:
            if not self._one_shot:
                if self._zygote is None or self._zygote.gone:
                    self._launch()
                if not self._one_shot:
                    return self._zygote
            host = getattr(self._spare, "host", None) or self._keep(OneShot(self._start, str(self._root)))
            self._spare.host = self._keep(OneShot(self._start, str(self._root)))
            return host

    def _attempt(self, job: Job) -> list[Outcome]:
        host, slot = self._host(), self._take_slot()
        folder = Path(tempfile.mkdtemp(dir=self._root))
        try:
            return self._run_in(host, job, slot, folder)
        except Unsafe:
            with self._lock:
                self._one_shot = True
                self._launch()
            raise Gone from None
        finally:
            scratch.remove(folder)
            with self._lock:
                self._free_slots.append(slot)

    def _run_in(self, host: Zygote | OneShot, job: Job, slot: int, folder: Path) -> list[Outcome]:
        nonce = secrets.token_bytes(framing.NONCE_BYTES)
        request = {"limits": asdict(job.limits), "scratch": str(folder), "slot": slot, "calls": len(job.calls)}
        with ExitStack() as ours:
            result, output = (os.pipe() for _ in range(2))
            ours.callback(os.close, result[0])
            ours.callback(os.close, output[0])
            with ExitStack() as theirs:
                theirs.callback(os.close, result[1])
                theirs.callback(os.close, output[1])
                contents = theirs.enter_context(_written({**_contents(job), "nonce": nonce.hex()}))
                child = host.begin(request, [contents, result[1], output[1]])
            is_greedy = partial(_is_greedy, host, folder, job.limits)
            answers = collect_all(result[0], output[0], nonce, len(job.calls), job.limits, is_greedy)
        usage = host.finish(child, grace=answers[-1][0] == "died")
        return [_outcome(ended, frame, nonce, usage, job) for ended, frame in answers]

    def _take_slot(self) -> int:
        """A small number that no job in flight shares."""
        with self._lock:
            if not self._free_slots:
                self._slots += 1
                self._free_slots.append(self._slots - 1)
            return self._free_slots.pop()


def _contents(job: Job) -> dict:
    files = {name: base64.b64encode(content).decode() for name, content in job.files.items()}
    return {"calls": job.calls, "statements": job.statements, "files": files}


@contextmanager
def _written(job: dict) -> Iterator[int]:
    """A descriptor of a nameless file with the job, for the child alone."""
    with tempfile.TemporaryFile() as file:
        file.write(json.dumps(job).encode())
        file.seek(0)
        yield file.fileno()


def _is_greedy(host: Zygote | OneShot, folder: Path, limits: Limits) -> bool:
    crowded = isinstance(host, OneShot) and host.is_crowded(MAX_THREADS)
    return crowded or scratch.is_overfull(folder, limits.scratch_mib * MIB)


def _outcome(ended: str, frame: bytes, nonce: bytes, usage: dict, job: Job) -> Outcome:
    killed_by_clock = usage["signal"] == signal.SIGKILL and usage["seconds"] >= job.limits.cpu_seconds * len(job.calls)
    if ended == "died" and (usage["signal"] == signal.SIGXCPU or killed_by_clock):
        ended = "timed out"
    return Outcome(ended, frame, nonce, usage["signal"], usage["seconds"], usage["megabytes"])


def readable_paths() -> list[str]:
    """What student code may read: the interpreter, its libraries and the given `homework` package."""
    import homework

    libraries = [path for path in sys.path if "site-packages" in path or "dist-packages" in path]
    paths = [sys.prefix, sys.base_prefix, *libraries, str(Path(homework.__file__).parent)]
    return [path for path in dict.fromkeys(paths) if os.path.exists(path)]
