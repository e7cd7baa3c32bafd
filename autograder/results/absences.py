"""Who of the roster has handed in nothing of a homework; a report of nothing stands for each."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from autograder.harmless import clean
from autograder.records import Report, Verdict
from autograder.results.store import Results
from autograder.roster.students import Student

if TYPE_CHECKING:
    from autograder.results.counting import Counted

NOTHING = "nothing was handed in"


@dataclass(frozen=True)
class Absences:
    """reports: one for each who has handed in nothing. before: who is not in this run, and has handed in before."""

    reports: tuple[Report, ...]
    before: tuple[str, ...]


def find(store: Results, run: int) -> Absences:
    """Of a run, by the roster of the store; nobody without one."""
    found = store.by_roster(run)
    before = _handed_in_before(store, run) if found.without else set()
    homework = found.works[0].homework if found.works else ""
    absent = [student for student in found.without if student.id not in before]
    return Absences(
        tuple(_nothing(student, homework, found.works[0]) for student in absent),
        tuple(student.id for student in found.without if student.id in before),
    )


def describe(grades: "Iterable[Counted]", before: Sequence[str]) -> list[str]:
    """Who has handed in nothing and what they get, and who is not in this run; a sentence each."""
    absent = [grade for grade in grades if grade.report.is_missing]
    by_hand = [each.report.student for each in absent if each.by_hand.has_points(each.report)]
    rest = [each for each in absent if each.report.student not in by_hand]
    kinds = (
        ("handed in nothing, no grade for it", [each.report.student for each in rest if each.is_blank]),
        ("handed in nothing, 0 points for it", [each.report.student for each in rest if not each.is_blank]),
        ("handed in nothing, what was given by hand counts", by_hand),
        ("not in this run but in one before, and left as they are", before),
    )
    return [f"{what} ({len(some)}): {', '.join(map(clean, some))}" for what, some in kinds if some]


def _nothing(student: Student, homework: str, like: Report) -> Report:
    scores = tuple(score.unanswered(Verdict.UNREADABLE, NOTHING) for score in like.scores)
    return Report(student.id, homework, "", scores, problem=NOTHING, is_missing=True)


def _handed_in_before(store: Results, run: int) -> set[str]:
    """In other runs of the homework that were finished: who grades a few again does not take theirs from the others."""
    known = {each.number: each for each in store.runs()}
    others = [each for each in known.values() if each.homework == known[run].homework and each.finished]
    reports = (report for other in others if other.number != run for report in store.reports(other.number))
    return {report.student for report in reports if not report.is_missing}
