"""Grades many submissions: harvest and judge here, observe in the sandbox, of this machine or of a cluster's.

What needs torch, pytest or IPython is imported inside of functions: the sandbox's process, which takes seconds to
start, is under way by then.
"""

import gc
import importlib.metadata
import platform
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from autograder import suite
from autograder.cluster import ClusterError
from autograder.records import Harvest, Observation, Report, Score, Submission, Verdict
from autograder.sandbox.supervisor import Sandbox, SandboxError
from autograder.suite import Suite
from homework.notebook.cells import UnreadableNotebook

if TYPE_CHECKING:
    from autograder.observe import Observed
    from autograder.references import References

AHEAD = 4  # submissions in flight per worker thread: enough that a slow one in front stops nobody
OUR_FAULT = "the grader itself failed on this notebook; tell the instructor"
MAX_NOTES, MAX_NOTE = 20, 300  # they are a student's words


@dataclass(frozen=True)
class Grading:
    """One submission on its way through the grader. sandbox: the level that its code was run at."""

    submission: Submission
    harvest: Harvest
    problem: str = ""
    notes: tuple[str, ...] = ()
    sandbox: str = ""


class Crew(Protocol):
    """Those who observe, so many at once; a context manager that gives up what is in flight at its end."""

    at_once: int

    def __enter__(self) -> "Crew": ...

    def __exit__(self, *_: object) -> None: ...

    def submit(self, harvest: Harvest) -> Future[tuple["Observed", str]]:
        """The observations to come, and the level of the sandbox they were made in."""


class Threads:
    """A crew on this machine: a few threads that only wait for one sandbox. Who enters does not wait for its start."""

    def __init__(
        self, chosen: Suite, known: "Callable[[], References]", workers: int, level: str, hidden: Sequence[Path]
    ):
        self._chosen, self._known, self.at_once = chosen, known, workers
        self._sandbox = Sandbox(chosen.probe_sources, level, [str(path.resolve()) for path in hidden])

    def __enter__(self) -> "Threads":
        self._pool = ThreadPoolExecutor(self.at_once)
        self._started = self._pool.submit(self._sandbox.__enter__)
        return self

    def __exit__(self, *_: object) -> None:
        self._pool.shutdown(cancel_futures=True)
        if not self._started.cancelled() and not self._started.exception():
            self._sandbox.__exit__()

    def submit(self, harvest: Harvest) -> Future[tuple["Observed", str]]:
        self._started.result()  # where there is no sandbox, nobody can be graded
        return self._pool.submit(self._observe, harvest)

    def _observe(self, harvest: Harvest) -> tuple["Observed", str]:
        from autograder.observe import observe

        return observe(harvest, self._chosen, self._sandbox, self._known()), self._sandbox.level


def grade(
    submissions: Iterable[Submission],
    chosen: Suite,
    workers: int,
    level: str,
    hidden: Sequence[Path],
    done: "Callable[[Report, Observed], None]",
    scheduler: str = "",
    warn: Callable[[str], None] = print,
) -> None:
    """Grade each submission and hand its report, and what it was made from, to `done`, in the submissions' order.

    hidden: folders that student code must never be able to read, beside the suites. scheduler: the address of a Dask
    scheduler whose workers observe in the place of this machine; `warn` is told of each that is refused.
    """

    @cache
    def known() -> "References":
        from autograder import references

        return references.load(chosen.references)

    def finish(seen: "tuple[Grading, Observed]", scores: list[Score]) -> None:
        grading, observed = seen
        done(to_report(grading, chosen, scores, provenance(chosen, known(), grading.sandbox)), observed)

    with _crew(chosen, known, workers, level, hidden, scheduler, warn) as crew:
        judge, all_seen = _import_judge(), _observe_all(submissions, chosen, crew)
        judge(chosen, known(), ((seen, seen[1]) for seen in all_seen), finish)


def _import_judge() -> Callable:
    gc.disable()  # torch stays: looking through it for garbage again and again is a fifth of the time it takes
    from autograder.judge import judge

    gc.enable()
    return judge


def _crew(
    chosen: Suite, known: "Callable[[], References]", workers: int, level: str, hidden: Sequence[Path], scheduler: str,
    warn: Callable[[str], None],
) -> Crew:  # fmt: skip
    if not scheduler:
        return Threads(chosen, known, workers, level, hidden)
    from autograder.cluster.client import Cluster

    return Cluster(scheduler, chosen, level, hidden, warn)


def harvest_submission(submission: Submission, chosen: Suite) -> tuple[Harvest, str]:
    """The harvest, and in one sentence why there is none of the notebook; then every definition is UNREADABLE."""
    found, problem = _harvest_notebook(submission.notebook, chosen)
    return replace(found, artefacts=submission.artefacts), problem


def _harvest_notebook(notebook: bytes, chosen: Suite) -> tuple[Harvest, str]:
    from autograder.harvest import harvest

    others = {name: suite.load(name).written for name in suite.homeworks() if name != chosen.homework}
    try:
        return harvest(notebook, chosen.written, others), ""
    except UnreadableNotebook as error:
        return _nothing(chosen, Verdict.UNREADABLE, str(error))
    except Exception as error:  # ours to repair, and no reason to stop the class
        return _nothing(chosen, Verdict.GRADER_ERROR, f"{OUR_FAULT} ({type(error).__name__} in harvest)")


def _nothing(chosen: Suite, verdict: Verdict, problem: str) -> tuple[Harvest, str]:
    return Harvest((), dict.fromkeys(chosen.written, (verdict, problem))), problem


def _observe_all(submissions: Iterable[Submission], chosen: Suite, crew: Crew) -> "Iterator[tuple[Grading, Observed]]":
    waiting: deque[tuple[Grading, Future[tuple[Observed, str]]]] = deque()
    for submission in submissions:
        grading = Grading(submission, *harvest_submission(submission, chosen))
        waiting.append((grading, crew.submit(grading.harvest)))
        while len(waiting) > crew.at_once * AHEAD:
            yield _collect(*waiting.popleft(), chosen)
    while waiting:
        yield _collect(*waiting.popleft(), chosen)


def _collect(grading: Grading, future: Future[tuple["Observed", str]], chosen: Suite) -> "tuple[Grading, Observed]":
    """The observations, and what the worker had to say about the notebook, each note once."""
    from autograder.observe import Observed

    try:
        observed, level = future.result()
    except (SandboxError, ClusterError):  # nobody can be graded
        raise
    except Exception as error:
        reason = getattr(error, "reason", type(error).__name__)  # a worker tells what it met there
        problem = f"{OUR_FAULT} ({reason} in observe)"
        probes = [(name, probe) for name, probes in chosen.probes.items() for probe in probes]
        lost = {key: Observation(key[1], Verdict.GRADER_ERROR, saw=problem) for key in probes}
        return replace(grading, problem=problem), Observed(lost)
    told = dict.fromkeys(note[:MAX_NOTE] for seen in observed.own.values() for note in seen.notes)
    return replace(grading, notes=tuple(told)[:MAX_NOTES], sandbox=level), observed


def to_report(grading: Grading, chosen: Suite, scores: list[Score], made_by: dict[str, str]) -> Report:
    return Report(
        student=grading.submission.student,
        homework=chosen.homework,
        origin=grading.submission.origin,
        scores=tuple(scores),
        notes=(*grading.harvest.notes, *grading.notes),
        problem=grading.problem,
        made_by=made_by | {"source": grading.submission.digest},
        statements=grading.harvest.statements,
        submitted=grading.submission.submitted,
    )


def provenance(chosen: Suite, known: "References", level: str) -> dict[str, str]:
    """How a grade was made: enough to make it again."""
    return {
        "suite": chosen.digest,
        "solution": known.provenance.get("solution", ""),
        "python": platform.python_version(),
        "torch": importlib.metadata.version("torch"),
        "autograder": importlib.metadata.version("lecture19-homework"),
        "sandbox": level,
    }
