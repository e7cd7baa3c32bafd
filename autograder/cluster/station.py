"""The worker's part: observe one submission in this machine's sandbox, which stays open from one to the next.

Dask's scheduler loads this module too, to read the tasks; so what is heavy is imported where it is needed.
"""

import atexit
import hashlib
import importlib.metadata
import platform
import threading
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from autograder.cluster.parcels import Answer, Request
    from autograder.sandbox.supervisor import Sandbox
    from autograder.suite import Suite

SAME = "install the client's checkout and packages there, and start it again"
_sandboxes: dict[tuple[str, str], "Sandbox"] = {}  # (suite's digest, level) -> opened
_opening = threading.Lock()


def answer(data: bytes) -> bytes:
    """The task: a request's bytes to an answer's. It raises nothing, for Dask would pickle the error."""
    from autograder.cluster import parcels
    from autograder.sandbox.confinement import ConfinementError
    from autograder.sandbox.host import SandboxError
    from autograder.suite import UnknownHomework

    try:
        given = _answer(parcels.unpack_request(data))
    except (ConfinementError, SandboxError, UnknownHomework) as error:
        given = parcels.Answer(refused=str(error))
    except Exception as error:  # ours to repair, and no reason to stop the class
        given = parcels.Answer(failed=type(error).__name__)
    return parcels.pack_answer(given)


def _answer(request: "Request") -> "Answer":
    from autograder import suite
    from autograder.cluster.parcels import Answer
    from autograder.observe import observe
    from autograder.sandbox import confinement, supervisor

    chosen = suite.load(request.homework)
    for part, ours in versions(chosen).items():
        if ours != request.versions.get(part):
            theirs = request.versions.get(part, "another")
            return Answer(refused=f"its {part} is {ours[:12]}, the client's {theirs[:12]}; {SAME}")
    confinement.refuse_exposed(supervisor.readable_paths(), request.hidden)
    sandbox = _sandbox(chosen, request.level)
    return Answer(observe(request.harvest, chosen, sandbox, _references(chosen.references)), sandbox.level)


def versions(chosen: "Suite") -> dict[str, str]:
    """What two machines must have in common for their grades to mean the same."""
    return {
        f"suite of {chosen.homework}": chosen.digest,
        "grader's code": _digest_of_code(),
        "torch": importlib.metadata.version("torch"),
        "Python": ".".join(platform.python_version_tuple()[:2]),
    }


@cache
def _digest_of_code() -> str:
    """A hash of the grader's and the given library's modules; a suite has its own."""
    import homework

    digest = hashlib.sha256()
    for folder in (Path(__file__).parents[1], Path(homework.__file__).parent):
        for path in sorted(folder.rglob("*.py")):
            if "suites" not in path.relative_to(folder).parts:
                digest.update(path.relative_to(folder).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


@cache
def _references(folder: Path):
    from autograder import references

    return references.load(folder)


def _sandbox(chosen: "Suite", level: str) -> "Sandbox":
    """The one that is open for this suite and level, or a new one that stays open until the worker ends."""
    from autograder.sandbox.supervisor import Sandbox

    with _opening:
        if (chosen.digest, level) not in _sandboxes:
            sandbox = Sandbox(chosen.probe_sources, level)
            sandbox.__enter__()
            atexit.register(sandbox.__exit__)
            _sandboxes[chosen.digest, level] = sandbox
        return _sandboxes[chosen.digest, level]
