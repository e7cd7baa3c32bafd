"""The grader's end of the sandbox: starts the zygote, asks for one child a probe, and waits no longer than allowed."""

import json
import os
import secrets
import selectors
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import asdict, dataclass
from pathlib import Path

from autograder import wire
from autograder.sandbox.limits import MIB, Limits
from autograder.sandbox.zygote import LENGTH

START_SECONDS = 120
DRAIN_BYTES = 1 << 16


class SandboxError(Exception):
    """The sandbox itself failed: the grader's fault, never a student's."""


@dataclass(frozen=True)
class Job:
    """One call of one probe on one notebook's statements: (source, place) pairs."""

    exercise: str
    probe: str
    statements: tuple[tuple[str, str], ...]
    limits: Limits = Limits()


@dataclass(frozen=True)
class Outcome:
    """What came back: a frame or not, and how the child ended.

    ended: "answered", "timed out", "flooded" (far too much output), or "died" (then `signal` may say how).
    """

    ended: str
    frame: bytes = b""
    nonce: bytes = b""
    signal: int = 0
    seconds: float = 0.0
    megabytes: float = 0.0


class Sandbox:
    """A zygote for one suite's probes; `run` may be called from several threads at once."""

    def __init__(self, probes: dict[str, str], level: str = "best"):
        self._start = {"probes": probes, "readable": readable_paths(), "level": level}
        self._lock = threading.Lock()
        self._slots = threading.local()
        self._slot_count = 0
        self._root = Path(tempfile.mkdtemp(prefix="autograder-"))
        self._process: subprocess.Popen | None = None
        self._control: socket.socket | None = None
        self.level = ""

    def __enter__(self) -> "Sandbox":
        with self._lock:
            self._launch()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop()
        shutil.rmtree(self._root, ignore_errors=True)

    def run(self, job: Job) -> Outcome:
        """Run one job in a child of its own. A dead zygote is restarted and the job run again, alone, once."""
        try:
            return self._attempt(job)
        except (OSError, EOFError, SandboxError):
            with self._lock:
                if self._process is None or self._process.poll() is not None:
                    self._launch()
            return self._attempt(job)

    def _launch(self) -> None:
        self._stop()
        ours, theirs = socket.socketpair()
        command = [sys.executable, "-I", "-m", "autograder.sandbox.zygote", str(theirs.fileno())]
        environment = {
            "PATH": "/usr/bin:/bin",
            "LANG": "C.UTF-8",
            "OMP_NUM_THREADS": "1",
            "MKL_NUM_THREADS": "1",
            "OPENBLAS_NUM_THREADS": "1",
            "PYTHONDONTWRITEBYTECODE": "1",
            "MPLCONFIGDIR": str(self._root),
        }
        self._process = subprocess.Popen(
            command, env=environment, pass_fds=[theirs.fileno()], stdin=subprocess.DEVNULL, cwd="/"
        )
        theirs.close()
        ours.settimeout(START_SECONDS)
        self._control = ours
        try:
            self.level = self._ask(self._start)["level"]
        except (OSError, EOFError, KeyError) as error:
            raise SandboxError("the sandbox's process did not start; see its message above") from error

    def _stop(self) -> None:
        if self._control:
            self._control.close()
        if self._process:
            self._process.kill()
            self._process.wait()
        self._control = self._process = None

    def _attempt(self, job: Job) -> Outcome:
        nonce = secrets.token_bytes(wire.NONCE_BYTES)
        result_read, result_write = os.pipe()
        output_read, output_write = os.pipe()
        scratch = Path(tempfile.mkdtemp(dir=self._root))
        request = {
            "exercise": job.exercise, "probe": job.probe, "statements": job.statements, "nonce": nonce.hex(),
            "limits": asdict(job.limits), "scratch": str(scratch), "slot": self._slot(),
        }  # fmt: skip
        try:
            with self._lock:
                started = time.monotonic()
                pid = self._ask(request, [result_write, output_write]).get("pid")
            if pid is None:
                raise SandboxError("the zygote refused to fork")
            os.close(result_write)
            os.close(output_write)
            result_write = output_write = -1
            ended, frame = _collect(result_read, output_read, nonce, started + job.limits.wall_seconds, job.limits)
            with self._lock:
                usage = self._ask({"reap": pid})
        finally:
            for descriptor in (result_read, output_read, result_write, output_write):
                if descriptor >= 0:
                    os.close(descriptor)
            shutil.rmtree(scratch, ignore_errors=True)
        if ended == "died" and usage["signal"] == signal.SIGXCPU:
            ended = "timed out"
        return Outcome(ended, frame, nonce, usage["signal"], usage["seconds"], usage["megabytes"])

    def _slot(self) -> int:
        """A small number of this thread's own: no two jobs that run at once share one."""
        if not hasattr(self._slots, "number"):
            with self._lock:
                self._slots.number = self._slot_count
                self._slot_count += 1
        return self._slots.number

    def _ask(self, message: dict, descriptors: list[int] | None = None) -> dict:
        if self._control is None:
            raise SandboxError("the sandbox is not running")
        body = json.dumps(message).encode()
        head = LENGTH.pack(len(body))
        if descriptors:
            socket.send_fds(self._control, [head], descriptors)
        else:
            self._control.sendall(head)
        self._control.sendall(body)
        (length,) = LENGTH.unpack(self._read_exactly(LENGTH.size))
        return json.loads(self._read_exactly(length))

    def _read_exactly(self, count: int) -> bytes:
        data = bytearray()
        while len(data) < count:
            more = self._control.recv(count - len(data))
            if not more:
                raise EOFError("the zygote is gone")
            data += more
        return bytes(data)


def _collect(result: int, output: int, nonce: bytes, deadline: float, limits: Limits) -> tuple[str, bytes]:
    """Read one frame, and throw away what the student prints, until the frame is whole or hope is gone."""
    frame, printed, wanted = bytearray(), 0, wire.PREFIX_BYTES
    with selectors.DefaultSelector() as selector:
        selector.register(result, selectors.EVENT_READ)
        selector.register(output, selectors.EVENT_READ)
        while True:
            ready = selector.select(max(0.0, deadline - time.monotonic()))
            if not ready:
                return "timed out", b""
            for key, _ in ready:
                if key.fd == output:
                    chunk = os.read(output, DRAIN_BYTES)
                    printed += len(chunk)
                    if not chunk:
                        selector.unregister(output)
                    if printed > limits.output_mib * MIB:
                        return "flooded", b""
                    continue
                chunk = os.read(result, wanted - len(frame))
                if not chunk:
                    return "died", b""
                frame += chunk
                if len(frame) == wanted == wire.PREFIX_BYTES:
                    try:
                        wanted = wire.frame_length(bytes(frame), nonce)
                    except wire.WireError:
                        return "answered", bytes(frame)
                if len(frame) == wanted:
                    return "answered", bytes(frame)
            if time.monotonic() > deadline:
                return "timed out", b""


def readable_paths() -> list[str]:
    """What student code may read: the interpreter, its libraries and the given `homework` package."""
    import homework

    libraries = [path for path in sys.path if "site-packages" in path or "dist-packages" in path]
    return [sys.prefix, sys.base_prefix, *libraries, str(Path(homework.__file__).parent)]
