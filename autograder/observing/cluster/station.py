"""The worker's part: observe one submission in this machine's sandbox, which stays open from one to the next.

Dask's scheduler loads this module too, to read the tasks; so what is heavy is imported where it is needed.
"""

import atexit
import platform
import threading
from typing import TYPE_CHECKING

from autograder import versions

if TYPE_CHECKING:
    from autograder.observing.cluster.parcels import Answer, Request
    from autograder.sandbox.supervisor import Sandbox
    from autograder.suite import Suite

SAME = "install the client's checkout and packages there, and start it again"
_sandboxes: dict[tuple[str, str], "Sandbox"] = {}  # (suite's digest, level) -> opened
_opening = threading.Lock()


def answer(data: bytes) -> bytes:
    """The task: a request's bytes to an answer's. It raises nothing, for Dask would pickle the error."""
    from autograder.observing.cluster import parcels
    from autograder.sandbox.confinement import ConfinementError
    from autograder.sandbox.host import SandboxError
    from autograder.suite import UnknownHomework

    try:
        return parcels.pack_answer(_answer(parcels.unpack_request(data)))
    except (ConfinementError, SandboxError, UnknownHomework) as error:
        given = parcels.Answer(refused=str(error))
    except Exception as error:  # ours to repair, and no reason to stop the class
        given = parcels.Answer(failed=type(error).__name__)
    return parcels.pack_answer(given)


def _answer(request: "Request") -> "Answer":
    from autograder import suite
    from autograder.observing import references
    from autograder.observing.cluster.parcels import Answer
    from autograder.observing.look import look, look_again
    from autograder.sandbox import confinement, hosts

    chosen = suite.load(request.homework)
    for part, ours in describe_versions(chosen).items():
        if ours != request.versions.get(part):
            theirs = request.versions.get(part, "another")
            return Answer(refused=f"its {part} is {ours[:12]}, the client's {theirs[:12]}; {SAME}")
    confinement.refuse_exposed(hosts.readable_paths(), request.hidden)
    sandbox = _sandbox(chosen, request.level)
    known = references.known(chosen.references_folder)
    if request.seen:
        return Answer(look_again(request.seen, chosen, sandbox, known))
    return Answer(look(request.submission, chosen, sandbox, known) if request.submission else None)


def describe_versions(chosen: "Suite") -> dict[str, str]:
    """What two machines must have in common for their grades to mean the same."""
    made_by = versions.made_by(chosen)
    return {
        f"suite of {chosen.homework}": made_by["suite"],
        "grader's code": made_by["autograder"],
        "torch": made_by["torch"],
        "numpy": made_by["numpy"],
        "Python": ".".join(platform.python_version_tuple()[:2]),
    }


def _sandbox(chosen: "Suite", level: str) -> "Sandbox":
    """The one that is open for this suite and level, or a new one that stays open until the worker ends."""
    from autograder.observing.opening import open_sandbox

    with _opening:
        if (chosen.digest, level) not in _sandboxes:
            sandbox = open_sandbox(chosen, level)
            sandbox.__enter__()
            atexit.register(sandbox.__exit__)
            _sandboxes[chosen.digest, level] = sandbox
        return _sandboxes[chosen.digest, level]
