"""Those who observe, so many submissions at once: the threads of this machine, or a cluster's workers."""

from collections.abc import Sequence
from concurrent.futures import Future
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, Self

from autograder.observing.pool import Pool
from autograder.records import Submission
from autograder.sandbox.budget import Budget
from autograder.suite import Suite

if TYPE_CHECKING:
    from autograder.observing.look import Seen  # it needs torch, which is imported while the sandbox starts

PATIENCE_SECONDS = Budget.wall_seconds + 120  # for a look of this machine's; the budget ends it long before


class Crew(Protocol):
    """A context manager that gives up what is in flight at its end; who enters does not wait until it can observe."""

    @property
    def at_once(self) -> int:
        """How many submissions are observed at a time."""

    def __enter__(self) -> Self: ...

    def __exit__(self, *_: object) -> None: ...

    def look(self, submission: Submission) -> "Future[Seen]":
        """The first look to come, with the student's own definitions."""

    def look_again(self, seen: "Seen") -> "Future[Seen]":
        """The second one, with our stand-ins in the place of what was wrong in the first."""

    def is_late(self, future: "Future[Seen]") -> bool:
        """Whether it should be waited for no longer; then it is given up."""


class Threads:
    """A crew on this machine: a few threads that only wait for one sandbox.

    hidden: folders that student code must never be able to read, beside the suites.
    """

    def __init__(self, chosen: Suite, workers: int, level: str, hidden: Sequence[Path]):
        from autograder.observing.opening import open_sandbox

        self._chosen, self.at_once = chosen, workers
        self._sandbox = open_sandbox(chosen, level, [str(path.resolve()) for path in hidden])

    def __enter__(self) -> Self:
        self._pool = Pool(self.at_once)
        self._started = self._pool.submit(self._sandbox.__enter__)
        return self

    def __exit__(self, *problem: object) -> None:
        if any(problem):  # what is in flight is waited for by nobody
            self._sandbox.stop()
        self._pool.close()
        if self._started.done() and not self._started.cancelled() and not self._started.exception():
            self._sandbox.__exit__()

    def look(self, submission: Submission) -> "Future[Seen]":
        self._started.result()  # where there is no sandbox, nobody can be graded
        return self._pool.submit(self._look, submission)

    def look_again(self, seen: "Seen") -> "Future[Seen]":
        return self._pool.submit(self._look_again, seen)

    def is_late(self, future: "Future[Seen]") -> bool:
        if self._sandbox.is_alone:  # its own budget ends who is alone; the others wait at nobody's expense
            self._pool.start_clocks_anew()
        if is_late := self._pool.is_late(future, PATIENCE_SECONDS):
            self._pool.give_up(future)
        return is_late

    def _look(self, submission: Submission) -> "Seen":
        from autograder.observing import look, references

        known = references.known(self._chosen.references_folder)
        return look.look(submission, self._chosen, self._sandbox, known)

    def _look_again(self, seen: "Seen") -> "Seen":
        from autograder.observing import look, references

        known = references.known(self._chosen.references_folder)
        return look.look_again(seen, self._chosen, self._sandbox, known)
