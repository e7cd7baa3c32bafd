"""The container that this process runs in: how much memory it has, and whether something in it was stopped for want.

A control group without a limit of its own is held by those above it. Under cgroup v1 in Docker, and in a namespace of
its own, a container sees its own group at the top, whatever its path is called: so all groups up to there are asked.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from autograder.sandbox.limits import MIB

ROOT = Path("/")
LEAST_MIB = 1400  # a submission at a time with a trained network; below it, the grader's own processes are stopped
ENOUGH_MIB = 3000  # also with student code that takes all that it may


@dataclass(frozen=True)
class _Form:
    """A version of cgroups. limit, used: files with a number; kills: one with a line "oom_kill NUMBER"."""

    top: str
    limit: str
    used: str
    kills: str


_V2 = _Form("sys/fs/cgroup", "memory.max", "memory.current", "memory.events")
_V1 = _Form("sys/fs/cgroup/memory", "memory.limit_in_bytes", "memory.usage_in_bytes", "memory.oom_control")


def limit_bytes() -> int | None:
    """The least that a group here is limited to; None where none is, or the system does not tell."""
    limits = (_number(group / form.limit) for form, group in _groups())
    return min((limit for limit in limits if limit is not None), default=None)


def free_bytes() -> int | None:
    """Memory that the groups here can still take, with what they can drop of files; None as for the limit."""
    found = []
    for form, group in _groups():
        most, current = _number(group / form.limit), _number(group / form.used)
        if most is not None and current is not None:
            found.append(max(0, most - current + (field(group / "memory.stat", "inactive_file") or 0)))
    return min(found, default=None)


def oom_kills() -> int:
    """How many processes the system has stopped for want of memory so far, here or anywhere on the machine.

    Only its growth means something: one process may be counted several times.
    """
    counts = [field(group / form.kills, "oom_kill") for form, group in _groups()]
    return sum(count or 0 for count in [*counts, field(ROOT / "proc/vmstat", "oom_kill")])


def describe_shortage() -> str:
    """One sentence if not even one submission can be graded in so little memory, else ""."""
    limit = limit_bytes()
    if limit is None or limit >= LEAST_MIB * MIB:
        return ""
    return (
        f"this container has {limit / MIB:.0f} MiB of memory, and grading takes {LEAST_MIB} MiB at the least: the"
        f" system would stop right answers; give it {ENOUGH_MIB} MiB"
    )


def field(path: Path, name: str) -> int | None:
    """The number in a file's line "NAME NUMBER"."""
    lines = map(str.split, _read(path).splitlines())
    return next((int(line[1]) for line in lines if line[:1] == [name]), None)


def _groups() -> Iterator[tuple[_Form, Path]]:
    """The groups of this process, its own first and that at the top last, of both versions."""
    for line in _read(ROOT / "proc/self/cgroup").splitlines() or ["0::/", "1:memory:/"]:
        _, controllers, path = line.split(":", 2)
        if controllers and "memory" not in controllers.split(","):
            continue
        form = _V1 if controllers else _V2
        own = Path(path.lstrip("/"))
        yield from ((form, ROOT / form.top / each) for each in (own, *own.parents) if ".." not in each.parts)


def _number(path: Path) -> int | None:
    text = _read(path).strip()
    return int(text) if text.isdigit() else None  # cgroup v2 says "max" for no limit


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except OSError:  # another system, or a group that is hidden here
        return ""
