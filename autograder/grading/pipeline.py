"""Grades many submissions: look, judge, report. What is a student's is read and run in the observing crew's sandbox.

What needs torch or IPython is imported inside of functions: the sandbox's process, which takes seconds to start, is
under way by then.
"""

import gc
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, TypeVar

from autograder import versions
from autograder.errors import AutograderError, Failed, TookTooLong, attempt
from autograder.observing.crew import Crew
from autograder.records import Observed, Receipt, Report, Submission
from autograder.suite import Suite

if TYPE_CHECKING:
    from autograder.judging.judge import Judge
    from autograder.observing.look import Seen

AHEAD = 4  # submissions in flight per worker thread: enough that a slow one in front stops nobody
AHEAD_BYTES = 256 << 20  # of files that wait for a worker
WAIT_SECONDS = 1.0
MAX_NOTES = 20  # of what the worker says of one submission
Asked = TypeVar("Asked")
Graded = tuple[Report, Observed]


def grade(submissions: Iterable[Submission], chosen: Suite, crew: Crew) -> Generator[Graded]:
    """The report of each submission, and what it was made from.

    In the submissions' order, but for those that are looked at again with stand-ins: these come last, since no stand-in
    may be in a student's process while another student's own answers are still to come.
    """
    with crew:
        grader = _Grader(chosen, _load_judge(chosen))
        waiting: list[tuple[Receipt, bytes]] = []
        for submission, seen in _in_flight(submissions, crew.look, crew, _size):
            if isinstance(seen, Failed) or not seen.observed.replaced:
                yield grader.judge(submission.receipt, seen)
            elif isinstance(packed := attempt("pack", partial(_pack, seen)), Failed):
                yield grader.judge(submission.receipt, packed)
            else:
                waiting.append((submission.receipt, packed))
        again = _in_flight(waiting, lambda each: crew.look_again(_unpack(each[1])), crew, lambda each: len(each[1]))
        for (receipt, _), seen in again:
            yield grader.judge(receipt, seen)


def _pack(seen: "Seen") -> bytes:
    from autograder.observing.cluster import parcels

    return parcels.pack_seen(seen)


def _unpack(packed: bytes) -> "Seen":
    from autograder.observing.cluster import parcels

    return parcels.unpack_seen(packed)


def _load_judge(chosen: Suite) -> "Judge":
    """The suite's judge; torch is imported here, while the sandbox starts."""
    with _without_collecting():
        from autograder.judging.judge import Judge
        from autograder.observing import references
    return Judge(chosen, references.known(chosen.references_folder))


@contextmanager
def _without_collecting() -> Iterator[None]:
    """torch stays: looking through it for garbage again and again is a fifth of the time its import takes."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def _in_flight(
    given: Iterable[Asked],
    submit: Callable[[Asked], "Future[Seen]"],
    crew: Crew,
    size: Callable[[Asked], int],
) -> Iterator[tuple[Asked, "Seen | Failed"]]:
    """Each with what the crew has seen of it, in order; a few are under way at a time."""
    waiting: deque[tuple[Asked, Future[Seen] | Failed]] = deque()
    for each in given:
        waiting.append((each, _begin(submit, each)))
        while len(waiting) > crew.at_once * AHEAD or sum(size(asked) for asked, _ in waiting) > AHEAD_BYTES:
            yield _next(waiting, submit, crew)
    while waiting:
        yield _next(waiting, submit, crew)


def _begin(submit: Callable[[Asked], "Future[Seen]"], each: Asked) -> "Future[Seen] | Failed":
    """Without a clock: the first one waits until the sandbox has started."""
    try:
        return submit(each)
    except AutograderError:  # there is no sandbox, or no cluster: nobody can be graded
        raise
    except Exception as error:
        return Failed("submit", type(error).__name__)


def _next(
    waiting: "deque[tuple[Asked, Future[Seen] | Failed]]", submit: Callable[[Asked], "Future[Seen]"], crew: Crew
) -> tuple[Asked, "Seen | Failed"]:
    """The one in front. Where memory was short it is tried again: another one may have taken it."""
    each, future = waiting.popleft()
    seen = _wait(future, crew)
    if isinstance(seen, Failed) and seen.kind == MemoryError.__name__:
        seen = _wait(_begin(submit, each), crew)
    return each, seen


def _wait(future: "Future[Seen] | Failed", crew: Crew) -> "Seen | Failed":
    if isinstance(future, Failed):
        return future
    while True:
        try:
            return future.result(timeout=WAIT_SECONDS)
        except AutograderError:  # of the sandbox or the cluster: nobody can be graded
            raise
        except TimeoutError as error:
            if future.done():  # its own
                return Failed("observe", type(error).__name__)
            if crew.is_late(future):
                return Failed("observe", TookTooLong.__name__)
        except Exception as error:
            return Failed("observe", getattr(error, "reason", type(error).__name__))  # a worker tells what it met


class _Grader:
    """Makes reports of what was seen."""

    def __init__(self, chosen: Suite, judge: "Judge"):
        self._chosen, self._judge = chosen, judge
        self._made_by = versions.made_by(chosen) | {"solution": judge.references.provenance.get("solution", "")}

    def judge(self, receipt: Receipt, seen: "Seen | Failed") -> Graded:
        """The report; where any stage has failed, the one that says so."""
        if not isinstance(seen, Failed):
            report = attempt("judge", partial(self._report, receipt, seen))
            if not isinstance(report, Failed):
                return report, seen.observed
            seen = report
        return self._failed(receipt, seen), Observed()

    def _report(self, receipt: Receipt, seen: "Seen") -> Report:
        told = dict.fromkeys(note for each in seen.observed.own.values() for note in each.notes)
        return Report(
            student=receipt.student,
            homework=self._chosen.homework,
            origin=f"{receipt.origin}: {seen.notebook}" if seen.notebook else receipt.origin,
            scores=tuple(self._judge.scores(seen.observed)),
            notes=(*receipt.notes, *seen.harvest.notes, *list(told)[:MAX_NOTES]),
            problem=seen.problem,
            made_by=self._made_by | {"sandbox": seen.level, "source": receipt.digest},
            statements=seen.harvest.statements,
            submitted=receipt.submitted,
            artefacts=dict(seen.artefacts),
            unread=seen.harvest.unread,
            is_missing=receipt.is_missing,
            identity=receipt.identity,
        )

    def _failed(self, receipt: Receipt, failed: Failed) -> Report:
        return Report(
            student=receipt.student,
            homework=self._chosen.homework,
            origin=receipt.origin,
            scores=tuple(self._judge.failed(failed.problem)),
            problem=failed.problem,
            made_by=self._made_by | {"sandbox": "", "source": receipt.digest},
            submitted=receipt.submitted,
            identity=receipt.identity,
        )


def _size(submission: Submission) -> int:
    return len(submission.notebook) + sum(map(len, submission.artefacts.values()))
