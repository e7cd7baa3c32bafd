"""The list of students in the class report: a row for each, and the words that it is found by."""

from collections.abc import Sequence
from dataclasses import dataclass

from autograder import names
from autograder.records import LATE, Score, Verdict
from autograder.report.given import describe_to_look_at
from autograder.report.outline import by_exercise
from autograder.report.tally import level_of
from autograder.report.wording import LABELS, name_mistake, show_points
from autograder.results.counting import Counted
from autograder.results.marks import Given
from autograder.suite.questions import Question

NOT_GRADED, LATE_WORD, AGAIN, NOT_MARKED, BY_HAND = "not graded", "late", "look again", "not marked", "by hand"
OFFERED = (NOT_GRADED, LATE_WORD, AGAIN, NOT_MARKED, BY_HAND)  # as buttons, where they find somebody


@dataclass(frozen=True)
class Cell:
    """Points of an exercise or a question; level: "full", "some", "none" or "open"."""

    text: str
    level: str
    is_by_hand: bool = False


@dataclass(frozen=True)
class Row:
    """words: what finds the student beside what the row shows: exercises with missing points, and what is offered."""

    grade: Counted
    cells: tuple[Cell, ...]
    remarks: str
    words: tuple[str, ...]


def rows_of(grades: Sequence[Counted], exercises: Sequence[str]) -> list[Row]:
    """By name, whatever its accents and capitals."""
    by_name = sorted(grades, key=lambda grade: (names.plain(grade.report.student), grade.report.student))
    return [_row(grade, exercises) for grade in by_name]


def offered(rows: Sequence[Row]) -> list[tuple[str, int]]:
    """(words, how many they find) of what is worth a button."""
    counted = ((words, sum(words in row.words for row in rows)) for words in OFFERED)
    return [(words, count) for words, count in counted if count]


def _row(grade: Counted, exercises: Sequence[str]) -> Row:
    given = {each.mark.cell: each for each in grade.by_hand.given(grade.report)}
    scores = {} if grade.report.problem else by_exercise(grade.report.scores)
    judged = {name: _exercise(scores.get(name, ()), given.get(name)) for name in exercises}
    written = [_question(each, given.get(each.name)) for each in grade.by_hand.questions]
    missing = [name for name, cell in judged.items() if cell.level != "full" and not grade.report.problem]
    states = {
        NOT_GRADED: grade.is_open,
        LATE_WORD: _is_late(grade),
        AGAIN: any(each.is_outdated for each in given.values()),
        NOT_MARKED: bool(grade.by_hand.waiting(grade.report)),
        BY_HAND: any(cell.is_by_hand for cell in (*judged.values(), *written)),
    }
    words = (*missing, *(word for word, holds in states.items() if holds))
    return Row(grade, (*judged.values(), *written), _remarks(grade), words)


def _exercise(scores: Sequence[Score], given: Given | None) -> Cell:
    if given and given.mark.points is not None:
        return Cell(show_points(given.after), _level(given.after, sum(score.max_points for score in scores)), True)
    if not scores:
        return Cell("", "open")
    points = given.after if given else sum(score.points for score in scores)
    return Cell(show_points(points), level_of(scores), bool(given and given.mark.extra))


def _question(question: Question, given: Given | None) -> Cell:
    if given is None or given.mark.points is None:
        return Cell("", "open")
    return Cell(show_points(given.after), _level(given.after, question.points), not given.mark.is_blank)


def _level(points: float, most: float) -> str:
    return "full" if points >= most else "some" if points > 0 else "none"


def _is_late(grade: Counted) -> bool:
    return grade.days > 0 or grade.report.submitted == LATE


def _remarks(grade: Counted) -> str:
    """What a TA would filter for: lateness, marks, verdicts other than right or wrong, mistakes, stand-ins, notes."""
    report = grade.report
    late = f"{grade.days} day{'' if grade.days == 1 else 's'} late" if grade.days else LATE_WORD
    remarks = [late] if _is_late(grade) else []
    remarks += describe_to_look_at(grade)
    if report.problem:
        return ", ".join([f"could not be graded: {report.problem}", *remarks])
    unusual = [score.verdict for score in report.scores if score.verdict not in (Verdict.PASSED, Verdict.WRONG)]
    remarks += [*filter(None, [grade.why_open]), *(LABELS[verdict] for verdict in unusual)]
    remarks += [name_mistake(score.mistake) for score in report.scores if score.mistake]
    remarks += ["followed through" for score in report.scores if score.followed_through]
    remarks += ["see the notes"] if report.notes else []
    remarks += report.unread if report.may_lie_elsewhere else ()
    return ", ".join(dict.fromkeys(remarks))
