"""The one kind of error that reaches a user, and the one try that a submission gets at each stage.

Whatever is thrown while a submission is read, judged, stored or shown is that submission's failure, and not the run's.
"""

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import FrameType
from typing import TypeVar

T = TypeVar("T")
STAGE_SECONDS = 30.0  # of our own work on one submission; honest ones take a hundredth
EACH_SECONDS = 1.0  # more for each other one, where a page is made of all


class AutograderError(Exception):
    """What the command line shows as a sentence and exit status 2; any other exception is a bug with its traceback."""


class Stopped(AutograderError):
    """Ctrl-C. A sentence on what is kept; the command line adds how to go on."""


class TookTooLong(BaseException):
    """The clock of a stage ran out. No Exception: whoever catches those goes on with what hangs."""


@dataclass(frozen=True)
class Failed:
    """What became of a stage that threw something; kind: the class of the error."""

    stage: str
    kind: str

    @property
    def problem(self) -> str:
        return f"the grader itself failed on this submission ({self.kind} in {self.stage}); tell the instructor"


def attempt(stage: str, work: Callable[[], T], submissions: int = 1) -> T | Failed:
    """What `work` gives, or how it failed. An AutograderError (no sandbox, no store) and Ctrl-C end the run."""
    try:
        with _clock(STAGE_SECONDS + EACH_SECONDS * (submissions - 1)):
            return work()
    except AutograderError:
        raise
    except (Exception, TookTooLong) as error:
        return Failed(stage, type(error).__name__)


@contextmanager
def _clock(seconds: float) -> Iterator[None]:
    """TookTooLong after so many, and each second after that; only the main thread has such a clock."""
    if threading.current_thread() is not threading.main_thread() or signal.getitimer(signal.ITIMER_REAL)[0]:
        yield
        return
    before = signal.signal(signal.SIGALRM, _ring)
    signal.setitimer(signal.ITIMER_REAL, seconds, 1.0)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def _ring(number: int, frame: FrameType | None) -> None:
    raise TookTooLong
