"""The words of the grader as frozen records: what flows from a submission to its report."""

import hashlib
import json
from collections.abc import Container, Mapping
from dataclasses import dataclass, field, fields, replace
from enum import StrEnum
from functools import cached_property
from typing import Any

LATE = "late"  # in place of a time: Canvas says that it was late, and not when it came
UNREADABLE_TIME = "unreadable"  # in place of a time: there is a stamp, and nobody can say what it means


class Verdict(StrEnum):
    """How an observation or a test ended; GRADER_ERROR is never the student's fault."""

    PASSED = "PASSED"
    WRONG = "WRONG"
    CRASHED = "CRASHED"
    TIMED_OUT = "TIMED_OUT"
    OUT_OF_MEMORY = "OUT_OF_MEMORY"
    NOT_WRITTEN = "NOT_WRITTEN"
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
    shared: other homeworks have it too; its files stand once, in `suites/shared`.
    """

    name: str
    section: str
    uses: tuple[str, ...] = ()
    artefact: str = ""
    extra: bool = False
    shared: bool = False


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
    """What a student handed in, as bytes that nobody has looked into; origin is where it was found, for messages only.

    notebook: a notebook's file, or an archive that holds some. artefacts: the files that lay beside it.
    submitted: when it was handed in (ISO 8601, UTC), LATE or UNREADABLE_TIME, where the course's system says so.
    problem: why it could not be fetched from where it lies, if so. notes: what is said of the files beside these.
    is_missing: nothing was handed in. identity: what a download tells of who the student is, as in `roster.students`.
    """

    student: str
    origin: str
    notebook: bytes
    artefacts: dict[str, bytes] = field(default_factory=dict)
    submitted: str = ""
    problem: str = ""
    notes: tuple[str, ...] = ()
    is_missing: bool = False
    identity: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def digest(self) -> str:
        """A hash of all that was handed in, of each file apart: no one file can stand for several."""
        files = [("", self.notebook), *sorted(self.artefacts.items())]
        listed = json.dumps([*([name, hashlib.sha256(content).hexdigest()] for name, content in files), *self.notes])
        return hashlib.sha256(listed.encode()).hexdigest()

    @property
    def receipt(self) -> "Receipt":
        return Receipt(**{each.name: getattr(self, each.name) for each in fields(Receipt)})


@dataclass(frozen=True)
class Receipt:
    """What a report says of a submission, without its bytes; the fields as there."""

    student: str
    origin: str
    submitted: str
    digest: str
    notes: tuple[str, ...] = ()
    is_missing: bool = False
    identity: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Harvest:
    """The definitions of one notebook, and the artefacts beside it.

    statements: (source, place) in notebook order; a place reads "cell 12".
    needs: exercise -> the indices of the statements that it needs; None if each needs all of them.
    problems: exercise -> (verdict, saw) for what cannot be run at all.
    notes: repairs and oddities, one sentence each. unread: what else was handed in and could not be read, as these.
    stand_ins: statements of ours whose definitions are called in place of the notebook's, in another process.
    """

    statements: tuple[tuple[str, str], ...]
    problems: dict[str, tuple[Verdict, str]] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    artefacts: dict[str, bytes] = field(default_factory=dict)
    needs: Mapping[str, tuple[int, ...]] | None = None
    unread: tuple[str, ...] = ()
    stand_ins: tuple[tuple[str, str], ...] = ()


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


Call = tuple[str, str]  # exercise, probe
Observations = dict[Call, Observation]  # what came back


@dataclass(frozen=True)
class Observed:
    """All observations of one submission.

    own: with nothing but the student's definitions. followed: exercises observed once more with our stand-ins in
    place of earlier ones that look wrong; replaced: exercise -> the names that were replaced. refuted: calls that are
    right on these inputs and wrong on others of their kind.
    """

    own: Observations = field(default_factory=dict)
    followed: Observations = field(default_factory=dict)
    replaced: dict[str, tuple[str, ...]] = field(default_factory=dict)
    refuted: tuple[Call, ...] = ()


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

    def unanswered(self, verdict: Verdict, saw: str) -> "Score":
        """The same test's score where there is nothing to judge."""
        return Score(self.exercise, self.test, self.title, verdict, 0, self.max_points, saw=saw, extra=self.extra)


@dataclass(frozen=True)
class Report:
    """All that is known of one graded submission. problem: why nothing could be graded, if so.

    statements: the harvested definitions as in `Harvest`, to compare submissions with each other.
    submitted, is_missing, identity: as of a submission.
    artefacts: name -> SHA-256 of each file that came with the notebook and is not empty. unread: as of a harvest.
    key: under which the store that it comes from found it; empty for a report that was just made.
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
    artefacts: dict[str, str] = field(default_factory=dict)
    unread: tuple[str, ...] = ()
    is_missing: bool = False
    identity: Mapping[str, str] = field(default_factory=dict)
    key: str = field(default="", compare=False)

    def failed(self, problem: str) -> "Report":
        """The same submission's report where the grader failed on it after all: every point is open."""
        scores = tuple(score.unanswered(Verdict.GRADER_ERROR, problem) for score in self.scores)
        return replace(self, scores=scores, problem=problem, notes=(), statements=())

    @property
    def points(self) -> float:
        """All points, extra credit among them; none where nothing could be graded, whatever lay beside it."""
        return 0 if self.problem else sum(score.points for score in self.scores)

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
    def may_lie_elsewhere(self) -> bool:
        """Something is missing in what was graded, and something beside it could not be read."""
        missing = (Verdict.NOT_WRITTEN, Verdict.UNREADABLE)
        return bool(self.unread) and any(score.verdict in missing for score in self.scores)

    def why_open(self, settled: Container[str] = ()) -> str:
        """Why nothing or not all, but for exercises that a person has settled, could be graded; empty where all was."""
        errors = (score.exercise for score in self.scores if score.verdict == Verdict.GRADER_ERROR)
        lost = dict.fromkeys(name for name in errors if name not in settled)
        return self.problem or (f"the grader itself failed on {', '.join(lost)}" if lost else "")

    @property
    def is_open(self) -> bool:
        """Nothing or not all could be graded: no grade yet that another program should be told."""
        return bool(self.why_open())
