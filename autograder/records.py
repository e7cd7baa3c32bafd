"""The words of the grader as frozen records: what flows from a submission to its report."""

import hashlib
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class Verdict(StrEnum):
    """How an observation or a test ended; GRADER_ERROR is never the student's fault."""

    PASSED = "PASSED"
    WRONG = "WRONG"
    CRASHED = "CRASHED"
    TIMED_OUT = "TIMED_OUT"
    OUT_OF_MEMORY = "OUT_OF_MEMORY"
    NOT_WRITTEN = "NOT_WRITTEN"
    SKIPPED = "SKIPPED"
    FORBIDDEN = "FORBIDDEN"
    UNREADABLE = "UNREADABLE"
    GRADER_ERROR = "GRADER_ERROR"


@dataclass(frozen=True)
class Exercise:
    """One graded definition of a homework, or one trained network.

    uses: earlier exercises that a student's answer may call; when one of those failed, this one is judged again
    with our stand-in in its place (follow-through credit).
    artefact: the name of the handed-in file of weights that is judged instead of a definition, if it is one.
    extra: its points are extra credit, on top of the homework's full points.
    """

    name: str
    section: str
    uses: tuple[str, ...] = ()
    artefact: str = ""
    extra: bool = False


@dataclass(frozen=True)
class Shown:
    """Images that a trained network drew, which its student may see: rows * columns of a probe's value, in order."""

    probe: str
    value: str
    rows: int
    columns: int
    caption: str


@dataclass(frozen=True)
class Submission:
    """A student's notebook and artefacts as bytes; origin is where they were found, for messages only.

    submitted: when it was handed in (ISO 8601, UTC), where the course's system says so.
    """

    student: str
    origin: str
    notebook: bytes
    artefacts: dict[str, bytes] = field(default_factory=dict)
    submitted: str = ""

    @property
    def digest(self) -> str:
        """A hash of all that was handed in; without artefacts it is that of the notebook's file."""
        digest = hashlib.sha256(self.notebook)
        for name, content in sorted(self.artefacts.items()):
            digest.update(name.encode() + hashlib.sha256(content).digest())
        return digest.hexdigest()


@dataclass(frozen=True)
class Harvest:
    """The definitions of one notebook, and the artefacts beside it.

    statements: (source, place) in notebook order; a place reads "cell 12".
    problems: exercise -> (verdict, saw) for what cannot be run at all.
    notes: repairs and oddities, one sentence each.
    """

    statements: tuple[tuple[str, str], ...]
    problems: dict[str, tuple[Verdict, str]] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    artefacts: dict[str, bytes] = field(default_factory=dict)


@dataclass(frozen=True)
class Observation:
    """What one probe brought back: values if the verdict is PASSED, else what was seen of the failure.

    values: name -> Tensor, bool, int, float or str. error: the exception's class name, when one was raised.
    seconds: processor time of the child; megabytes: its peak resident memory.
    """

    probe: str
    verdict: Verdict
    values: dict[str, Any] = field(default_factory=dict)
    saw: str = ""
    error: str = ""
    seconds: float = 0.0
    megabytes: float = 0.0
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Score:
    """The outcome of one hidden test for one submission. title is the test's docstring.

    observed: a hash of the values behind a wrong answer, the same for students who are wrong in the same way.
    """

    exercise: str
    test: str
    title: str
    verdict: Verdict
    points: float
    max_points: int
    saw: str = ""
    think: str = ""
    read: str = ""
    mistake: str = ""
    advice: str = ""
    seconds: float = 0.0
    followed_through: tuple[str, ...] = ()
    extra: bool = False
    observed: str = ""


@dataclass(frozen=True)
class Report:
    """All that is known of one graded submission. problem: why nothing could be graded, if so.

    statements: the harvested definitions as in `Harvest`, to compare submissions with each other.
    submitted: when it was handed in (ISO 8601, UTC), if that is known.
    """

    student: str
    homework: str
    origin: str
    scores: tuple[Score, ...]
    notes: tuple[str, ...] = ()
    problem: str = ""
    made_by: dict[str, str] = field(default_factory=dict)
    statements: tuple[tuple[str, str], ...] = ()
    submitted: str = ""

    @property
    def points(self) -> float:
        """All points, extra credit among them."""
        return sum(score.points for score in self.scores)

    @property
    def max_points(self) -> int:
        """Full points; extra credit comes on top."""
        return sum(score.max_points for score in self.scores if not score.extra)

    @property
    def extra(self) -> tuple[float, int]:
        """The points of extra credit, and how many there are to get."""
        extra = [score for score in self.scores if score.extra]
        return sum(score.points for score in extra), sum(score.max_points for score in extra)

    @property
    def is_open(self) -> bool:
        """Nothing or not all could be graded: no grade yet that another program should be told."""
        return bool(self.problem) or any(score.verdict == Verdict.GRADER_ERROR for score in self.scores)
