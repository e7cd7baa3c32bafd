"""What persons gave in nbgrader's formgrader, read from the course's gradebook: it comes home as marks.

nbgrader keeps neither who gave a score nor when; a mark says that it came from there, and since when it is here.
"""

from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from math import isfinite
from pathlib import Path
from typing import Any

from autograder import names
from autograder.exports import ExportError
from autograder.exports.gradebook import cells_of, open_course, open_gradebook
from autograder.harmless import clean
from autograder.records import Report
from autograder.results.counting import Counted
from autograder.results.marks import Mark
from autograder.roster.students import FOUND_AS, Roster
from autograder.suite.questions import questions
from homework.notebook.cells import CHECK

SOURCE = "nbgrader"


@dataclass(frozen=True)
class Found:
    """What the gradebook holds. unknown: what belongs to nobody or nothing here, one sentence each."""

    marks: tuple[Mark, ...]
    unknown: tuple[str, ...] = ()


@dataclass(frozen=True)
class Differences:
    """The gradebook's marks beside those that are here.

    gone: those that it has no longer; answered: where nobody had answered, and somebody has since.
    """

    new: tuple[Mark, ...]
    changed: tuple[tuple[Mark, Mark], ...]
    gone: tuple[Mark, ...]
    answered: tuple[Mark, ...]
    same: int

    @property
    def to_keep(self) -> list[Mark]:
        return [*self.new, *(after for _, after in self.changed)]

    def describe(self, homework: str, drop_gone: bool, dry_run: bool) -> Iterator[str]:
        """What became of the marks, in a line that counts; before they are kept also a line for each other one."""
        counts = f"{len(self.new)} new, {len(self.changed)} changed, {self.same} the same"
        yield f"{homework}: {'nothing is kept; ' if dry_run else ''}marks of nbgrader: {counts}"
        if dry_run:
            yield from (f"  {clean(mark.student)}, {mark.cell}: {mark}" for mark in self.new)
            yield from (f"  {clean(old.student)}, {old.cell}: {old} -> {new}" for old, new in self.changed)
        gone = [f"{clean(mark.student)}, {mark.cell}: {mark}" for mark in self.gone]
        if gone:
            stay = "are taken back" if drop_gone and not dry_run else "stay, unless you say --drop-gone"
            yield f"kept before and not in the gradebook any more, {len(gone)} in all; they {stay}:"
            yield from (f"  {line}" for line in gone)
        if not dry_run and (self.new or self.changed or (gone and drop_gone)):
            yield "now `autograder report` shows them on the pages, and every `autograder export` counts them"


def read(grades: Sequence[Counted], course: Path, roster: Roster) -> Found:
    """All marks of the homework of these grades; ExportError where the gradebook is not one of it.

    roster: by which a name of the gradebook is looked up that no grade has.
    """
    homework = grades[0].report.homework
    directory, _ = open_course(course)
    marks: dict[tuple[str, str], Mark] = {}
    unknown: list[str] = []
    reports = {grade.report.student: grade.report for grade in grades}
    with open_gradebook(directory, course) as book:
        known = _known_cells(book, homework, grades, course)
        for submission in book.assignment_submissions(homework):
            student = _student_of(submission.student_id, reports, roster)
            for mark in _marks_in(submission):
                if mark.is_blank and not student:  # nobody gave it, and nobody misses it
                    continue
                doubt = _doubt(mark, reports.get(student or ""), known, marks)
                if doubt:
                    unknown.append(doubt)
                elif student:
                    marks[student, mark.cell] = replace(mark, student=student)
    return Found(tuple(marks.values()), tuple(unknown))


def _student_of(name: str, reports: Mapping[str, Report], roster: Roster) -> str | None:
    """Whom nbgrader's folder of this name is of: the grade of this name, that was found as it, or the roster's."""
    if found := names.find(name, reports):
        return found
    found_as = {
        report.identity[FOUND_AS]: student for student, report in reports.items() if FOUND_AS in report.identity
    }
    return found_as.get(names.find(name, found_as) or "") or names.find(roster.label(name), reports)


def compare(found: Found, there: Sequence[Mark]) -> Differences:
    """there: the marks that are here, of whatever program; only those of the gradebook can be gone from it."""
    before = {(mark.student, mark.cell): mark for mark in there}
    own = {(mark.student, mark.cell): mark for mark in found.marks}
    changed = [(before[key], mark) for key, mark in own.items() if key in before and before[key] != mark]
    missing = [mark for key, mark in before.items() if key not in own and mark.source == SOURCE]
    return Differences(
        new=tuple(mark for key, mark in own.items() if key not in before),
        changed=tuple(changed),
        gone=tuple(mark for mark in missing if not mark.is_blank),
        answered=tuple(mark for mark in missing if mark.is_blank),
        same=sum(before.get(key) == mark for key, mark in own.items()),
    )


def _known_cells(book: Any, homework: str, grades: Sequence[Counted], course: Path) -> set[str]:
    """Exercises and questions; ExportError where one of them has other points in the gradebook."""
    there = cells_of(book, homework, grades, course)
    asked = {question.name: question.points for question in questions(homework)}
    for name, points in asked.items():
        if name in there and there[name] != points:
            raise ExportError(
                f"{name} has {there[name]:g} points in the gradebook and {points:g} here; run `nbgrader"
                f" generate_assignment {homework}` in {course}"
            )
    return {*asked, *(score.exercise for grade in grades for score in grade.report.scores)}


def _marks_in(submission: Any) -> Iterator[Mark]:
    """Of one submission, under nbgrader's name of its student."""
    for notebook in submission.notebooks:
        comments = {comment.name: comment for comment in notebook.comments}
        for entry in notebook.grades:
            mark = _mark(submission.student_id, entry, comments.pop(entry.name.removeprefix(CHECK), None))
            if mark.points is not None or mark.extra or mark.comment:
                yield mark
        for name, comment in comments.items():
            if comment.manual_comment:
                yield Mark(submission.student_id, name, comment=comment.manual_comment, source=SOURCE)


def _mark(student: str, entry: Any, comment: Any) -> Mark:
    """A question that nobody has answered has its 0 from the export, and waits for nobody."""
    is_exercise, points = entry.name.startswith(CHECK), entry.manual_score
    is_automatic = not is_exercise and points is None and not entry.needs_manual_grade
    said = comment and (comment.manual_comment or (comment.auto_comment if is_automatic else ""))
    points = entry.auto_score if is_automatic else points
    return Mark(
        student,
        entry.name.removeprefix(CHECK),
        points=points,
        extra=entry.extra_credit or 0.0,
        comment=said or "",
        beside=entry.auto_score if is_exercise and points is not None else None,
        is_open=bool(entry.needs_manual_grade and points is not None),
        is_blank=is_automatic and points is not None,
        source=SOURCE,
    )


def _doubt(mark: Mark, report: Report | None, known: Container[str], marks: Container[tuple[str, str]]) -> str:
    """Why a mark is left out, in a sentence; empty if it is not."""
    who, what = clean(mark.student), f"{mark} for {clean(mark.cell)}"
    if report is None:
        return f"{who} has a mark in formgrader and no grade here ({what}); grade the submission, and import again"
    if mark.cell not in known:
        return f"{who}: {what} is left out: {report.homework} has no such exercise or question"
    if not isfinite(mark.points or 0.0) or not isfinite(mark.extra):
        return f"{who}: {what} is left out: this is no number; enter another one in formgrader"
    if (report.student, mark.cell) in marks:
        return f"{who}: {what} is left out: two students of the gradebook are {clean(report.student)} here; keep one"
    return ""
