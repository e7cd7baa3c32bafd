"""What persons gave by hand, beside the grader's own points: they replace an exercise's, or are those of a question.

A mark belongs to a student and a cell, and to no run: whoever is graded anew keeps it.
"""

import dataclasses
import json
from collections.abc import Iterator
from dataclasses import dataclass

from autograder.records import Report, Score
from autograder.suite.questions import Question


@dataclass(frozen=True)
class Mark:
    """What one student has for one cell, an exercise or a written question.

    points: None where there are none, but extra credit or a comment. beside: the grader's points of an exercise when
    this was given. is_open: who gave it was asked for another look. is_blank: nobody answered, and nobody gave it.
    source: the program that it was given in; by, given: who and when, where that program tells. kept: since when it is
    in the store (UTC).
    """

    student: str
    cell: str
    points: float | None = None
    extra: float = 0.0
    comment: str = ""
    beside: float | None = None
    is_open: bool = False
    is_blank: bool = False
    source: str = ""
    by: str = ""
    given: str = ""
    kept: str = dataclasses.field(default="", compare=False)

    def __str__(self) -> str:
        points = [f"{self.points:g}"] if self.points is not None else []
        extra = [f"{self.extra:+g} extra"] if self.extra else []
        return " ".join([*points, *extra, *(["with a comment"] if self.comment else [])])

    @property
    def origin(self) -> str:
        """Who gave it, when and where, as far as that is known."""
        known = [self.by, self.given, f"in {self.source}" if self.source else ""]
        return " ".join(filter(None, ["by hand", *known]))


def write(mark: Mark) -> str:
    return json.dumps({name: value for name, value in dataclasses.asdict(mark).items() if name != "kept"})


def read(content: str, kept: str) -> Mark:
    """The mark that `write` was given; fields of another version of the grader are left out."""
    told, names = json.loads(content), {field.name for field in dataclasses.fields(Mark)}
    return Mark(**{name: value for name, value in told.items() if name in names} | {"kept": kept})


@dataclass(frozen=True)
class Given:
    """A mark in its place. before: the grader's points of an exercise; after: what counts, extra credit included.

    most: full points of a question that is marked; of an exercise, whose tests have them, 0.
    """

    mark: Mark
    title: str
    before: float = 0.0
    after: float = 0.0
    most: float = 0.0
    is_question: bool = False

    @property
    def is_outdated(self) -> bool:
        """The grader says something else now than when the mark was given, or another look was asked for."""
        has_moved = self.mark.beside is not None and round(self.mark.beside, 2) != round(self.before, 2)
        return self.mark.points is not None and (self.mark.is_open or has_moved)


@dataclass(frozen=True)
class ByHand:
    """The marks of one student in a homework, and the questions that it has."""

    marks: tuple[Mark, ...] = ()
    questions: tuple[Question, ...] = ()

    def given(self, report: Report) -> tuple[Given, ...]:
        """Each mark whose cell the homework has: exercises in the report's order, then questions."""
        by_cell = {mark.cell: mark for mark in self.marks}
        exercises = [name for name in dict.fromkeys(score.exercise for score in report.scores) if name in by_cell]
        questions = [question for question in self.questions if question.name in by_cell]
        return (
            *(_of_exercise(by_cell[name], points_of(report, name)) for name in exercises),
            *(_of_question(by_cell[question.name], question) for question in questions),
        )

    def of(self, cell: str, report: Report) -> Given | None:
        return next((each for each in self.given(report) if each.mark.cell == cell), None)

    def change(self, report: Report) -> float:
        """What the marks add to the grader's points, or take."""
        return sum(each.after - each.before for each in self.given(report))

    def extra(self, report: Report) -> float:
        """The part of the points that is extra credit: the tests' own, and what a person made of it."""
        extra = {score.exercise for score in report.scores if score.extra}
        own = sum(points_of(report, name) for name in extra)
        return own + sum(
            each.after - each.before if each.mark.cell in extra or self._is_extra(each, report) else each.mark.extra
            for each in self.given(report)
        )

    def most(self, report: Report) -> float:
        """Full points of the questions that are marked."""
        return sum(each.most for each in self._marked(report) if not self._is_extra(each, report))

    def waiting(self, report: Report) -> list[Question]:
        """The questions that nobody has marked; none where nothing was handed in."""
        if report.is_missing:
            return []
        marked = {each.mark.cell for each in self._marked(report)}
        return [question for question in self.questions if question.name not in marked]

    def settles(self, exercise: str) -> bool:
        """Whether a person gave its points, whatever became of the grader's."""
        return any(mark.cell == exercise and mark.points is not None for mark in self.marks)

    def has_points(self, report: Report) -> bool:
        """Whether a person gave some, be they none of many."""
        real = (each.mark for each in self.given(report) if not each.mark.is_blank)
        return any(mark.points is not None or mark.extra for mark in real)

    def strays(self, report: Report) -> list[str]:
        """Cells of marks that the homework does not have any more."""
        known = {each.mark.cell for each in self.given(report)}
        return [mark.cell for mark in self.marks if mark.cell not in known]

    def _marked(self, report: Report) -> Iterator[Given]:
        return (each for each in self.given(report) if each.is_question and each.mark.points is not None)

    def _is_extra(self, each: Given, report: Report) -> bool:
        """In a homework that is all extra credit its questions are, too."""
        return each.is_question and report.max_points == 0


NOTHING = ByHand()


def points_of(report: Report, exercise: str) -> float:
    """The grader's own points; none where nothing could be graded."""
    own: list[Score] = [] if report.problem else [score for score in report.scores if score.exercise == exercise]
    return sum(score.points for score in own)


def _of_exercise(mark: Mark, before: float) -> Given:
    after = (before if mark.points is None else mark.points) + mark.extra
    return Given(mark, mark.cell, before, after)


def _of_question(mark: Mark, question: Question) -> Given:
    most = 0.0 if mark.points is None else question.points
    return Given(mark, question.title, 0.0, (mark.points or 0.0) + mark.extra, most, is_question=True)
