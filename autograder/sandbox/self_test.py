"""The sandbox's self-test: a throwaway child puts the layers on and tries to get out.

Theory of operation. What a kernel claims and what it does are not the same (containers, patched kernels, gVisor), so a
tier counts only if its child was seen to fail at everything below. Each attempt is one call that succeeds or raises,
harmless if it succeeds: the file is ours, the listener is ours, signal 0 only asks.
"""

import errno
import json
import os
import signal
import socket
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

SECONDS = 20
FILES_OPEN = {"reads a file outside", "writes outside", "reads the hidden tests", "changes a file's mode"}


@dataclass(frozen=True)
class Target:
    """What the child tries to reach."""

    folder: str
    port: int
    parent: int
    hidden: Sequence[str] = ()


@contextmanager
def targets(parent: int, hidden: Sequence[str] = ()) -> Iterator[Target]:
    """A file and a listener of our own, outside of what a child may touch."""
    with tempfile.TemporaryDirectory(prefix="outside-") as folder, socket.socket() as listener:
        (Path(folder) / "sentinel").write_text("outside", encoding="utf-8")
        (Path(folder) / "sentinel").chmod(0o600)
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        yield Target(folder, listener.getsockname()[1], parent, tuple(hidden))


def _read(target: Target) -> None:
    (Path(target.folder) / "sentinel").read_text(encoding="utf-8")


def _write(target: Target) -> None:
    (Path(target.folder) / "planted").write_text("planted", encoding="utf-8")


def _read_hidden(target: Target) -> None:
    for path in target.hidden:
        os.listdir(path)
    if not target.hidden:
        raise FileNotFoundError


def _connect(target: Target) -> None:
    with socket.socket() as client:
        client.connect(("127.0.0.1", target.port))


def _open_datagram_socket(target: Target) -> None:
    socket.socket(socket.AF_INET, socket.SOCK_DGRAM).close()


def _signal_parent(target: Target) -> None:
    os.kill(target.parent, 0)


def _fork(target: Target) -> None:
    child = os.fork()
    if not child:
        os._exit(0)
    os.waitpid(child, 0)


def _exec(target: Target) -> None:
    try:
        os.execv("/nonexistent", ["/nonexistent"])
    except FileNotFoundError:
        return  # the kernel looked for the program, so it would have run one


def _open_memory(target: Target) -> None:
    open(f"/proc/{target.parent}/mem", "rb").close()


def _change_mode(target: Target) -> None:
    sentinel = Path(target.folder) / "sentinel"
    sentinel.chmod(0o644)
    if sentinel.stat().st_mode & 0o777 != 0o644:
        raise PermissionError(errno.EPERM, "it said yes and did nothing")


def _read_clock(target: Target) -> None:
    time.clock_gettime(~target.parent << 3 | 2)  # clock_getcpuclockid(3)


def _look_into_the_page_cache(target: Target) -> None:
    with open(os.__file__, "rb") as file:
        try:
            os.preadv(file.fileno(), [bytearray(1)], 0, getattr(os, "RWF_NOWAIT", 0))  # Linux only
        except BlockingIOError:
            return  # it is told that the file was not read


ATTEMPTS: dict[str, Callable[[Target], None]] = {
    "reads a file outside": _read,
    "writes outside": _write,
    "reads the hidden tests": _read_hidden,
    "connects to the network": _connect,
    "opens a datagram socket": _open_datagram_socket,
    "sends a signal to its parent": _signal_parent,
    "starts a process": _fork,
    "runs a program": _exec,
    "opens its parent's memory": _open_memory,
    "changes a file's mode": _change_mode,
    "reads its parent's clock": _read_clock,
    "sees whether a file was read before": _look_into_the_page_cache,
}


def attempt(target: Target, tier: str) -> list[str]:
    """What gets through in this process and should not; honest work that does not work counts too."""
    through = []
    for name, action in ATTEMPTS.items():
        try:
            action(target)
            through.append(name)
        except OSError:
            pass
    return [name for name in through if not _is_open(name, tier)] + _honest_work()


def _is_open(name: str, tier: str) -> bool:
    """The files of E' are open, and who chose it was told so; tier 0 stops nothing."""
    return tier == "0" or (tier == "E'" and name in FILES_OPEN)


def _honest_work() -> list[str]:
    import torch

    return [] if (torch.ones(8, 8) @ torch.ones(8, 8)).sum() == 512 else ["cannot multiply matrices"]


def try_out(plan: Any, apply: Callable[[Any, str, int], None], target: Target) -> list[str]:
    """What the plan does not stop, seen by a forked child, which aims at this process too."""
    target = replace(target, parent=os.getpid())
    with tempfile.TemporaryDirectory(prefix="inside-") as scratch:
        reader, writer = os.pipe()
        child = os.fork()
        if not child:
            _report(writer, plan, apply, scratch, target)
        os.close(writer)
        return _read_report(reader, child)


def _report(writer: int, plan: Any, apply: Callable[[Any, str, int], None], scratch: str, target: Target) -> None:
    try:
        signal.alarm(SECONDS)
        nothing = os.open(os.devnull, os.O_RDWR)
        os.dup2(nothing, 1)  # libraries complain about what they may not read
        os.dup2(nothing, 2)
        apply(plan, scratch, 0)
        found = attempt(target, plan.tier.name)
    except BaseException as error:
        found = [f"{type(error).__name__}: {error}"]
    try:
        os.write(writer, json.dumps(found).encode())
    finally:
        os._exit(0)


def _read_report(reader: int, child: int) -> list[str]:
    with open(reader, "rb") as report:
        text = report.read()
    os.waitpid(child, 0)
    return json.loads(text) if text else ["the child died"]
