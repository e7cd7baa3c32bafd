"""nbgrader: scores, comments and late penalties into a course's gradebook, by nbgrader's own API.

An exercise's points go to the grade cell of its check, its comment to its answer's cell; both as what nbgrader calls
automatic. What a person wrote (manual scores, comments, extra credit) is never touched; where it stands beside an
automatic score that has changed, formgrader is told to ask for another look. Marks that are kept here and not there, as
in a gradebook that was made anew, are put back. Written answers wait for a person, but
those that nobody has written: they get 0. What formgrader shows makes `formgrader_copy`.
"""

from collections.abc import Container, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from autograder import names
from autograder.exports.changes import Change
from autograder.exports.formgrader_copy import Copies, Copy
from autograder.exports.gradebook import cells_of, open_course, open_gradebook
from autograder.exports.wording import comment
from autograder.harmless import clean
from autograder.records import Score, Verdict
from autograder.report.outline import by_exercise
from autograder.results.counting import Counted
from autograder.results.marks import Given, Mark
from autograder.results.policy import has_time
from autograder.roster.students import FOUND_AS
from homework.notebook.cells import CHECK


def write(grades: Sequence[Counted], course: Path) -> list[str]:
    """Write all grades, which are of one homework; whom to look after, one sentence each."""
    homework = grades[0].report.homework
    directory, config = open_course(course)
    notes: list[str] = []
    with open_gradebook(directory, course) as book, Copies(directory, config, homework) as copies:
        cells = cells_of(book, homework, grades, course)
        for grade in _as_collected(grades, directory):
            if grade.report.is_missing:  # nbgrader counts 0 for a student that it knows without a submission
                if not grade.is_blank:
                    book.update_or_create_student(grade.report.student)
                notes += _not_put_back(book, grade)
            elif grade.report.problem:
                notes.append(f"{clean(grade.report.student)} is left out: {clean(grade.report.problem)}")
            else:
                notes += _write_one(book, grade, cells, copies.make(grade.report))
    return notes


def changes(grades: Sequence[Counted], course: Path) -> list[Change]:
    """Of the automatic points that `write` would write; what a person gave there is no part of them."""
    homework = grades[0].report.homework
    directory, _ = open_course(course)
    with open_gradebook(directory, course) as book:
        cells = cells_of(book, homework, grades, course)
        there = {each.student_id: _automatic(each) for each in book.assignment_submissions(homework)}
        found = []
        for grade in _as_collected(grades, directory):
            ours = by_exercise(grade.report.scores).items()
            after = sum(_points(scores, cells[CHECK + exercise]) for exercise, scores in ours)
            before = there.pop(grade.report.student, None)
            found.append(Change(grade.report.student, before, None if grade.report.problem else after))
    return [*found, *(Change(student, points, None) for student, points in there.items() if points is not None)]


def _automatic(submission: Any) -> float | None:
    entries = [entry for notebook in submission.notebooks for entry in notebook.grades if entry.name.startswith(CHECK)]
    given = [entry.auto_score for entry in entries if entry.auto_score is not None]
    return sum(given) if given else None


def _as_collected(grades: Sequence[Counted], directory: Any) -> Iterator[Counted]:
    """The grades under the names that nbgrader has from its folders, which a Mac may have decomposed."""
    place = Path(directory.root) / directory.submitted_directory
    collected = {names.composed(path.name): path.name for path in place.iterdir()} if place.is_dir() else {}
    for grade in grades:
        student, as_found = grade.report.student, grade.report.identity.get(FOUND_AS, "")
        own = collected.get(student) or collected.get(as_found) or student
        yield replace(grade, report=replace(grade.report, student=own))


def _write_one(book: Any, grade: Counted, cells: dict[str, float], copy: Copy) -> list[str]:
    report = grade.report
    of = (report.homework, report.homework, report.student)
    book.update_or_create_student(report.student)
    when = {"timestamp": report.submitted.removesuffix("+00:00") + " UTC"} if has_time(report) else {}
    book.update_or_create_submission(report.homework, report.student, **when)
    for exercise, scores in by_exercise(report.scores).items():
        _write_score(book.find_grade(CHECK + exercise, *of), scores, cells[CHECK + exercise])
        _write_comment(book, exercise, of, comment(scores))
    for name in cells.keys() - {CHECK + score.exercise for score in report.scores}:
        _write_answer(book.find_grade(name, *of), copy, name in copy.unanswered)
        _write_comment(book, name, of, "No response." if name in copy.unanswered else None)
    put_back = [each.mark for each in grade.by_hand.given(report) if _put_back(book, each, of, cells)]
    book.db.commit()
    notebook = book.find_submission_notebook(*of)
    notebook.late_submission_penalty = grade.share * max(0.0, notebook.score - grade.excess) + grade.excess
    book.db.commit()
    return [*_to_tell(grade, put_back), *([copy.problem] if copy.problem else [])]


def _put_back(book: Any, each: Given, of: tuple[str, str, str], cells: Container[str]) -> bool:
    """A mark of ours where the gradebook has none; whether there was one to put back."""
    mark, cell = each.mark, each.mark.cell if each.is_question else CHECK + each.mark.cell
    if mark.is_blank or (mark.points is None and not mark.extra) or cell not in cells:
        return False
    entry = book.find_grade(cell, *of)
    if entry.manual_score is not None or entry.extra_credit:
        return False
    entry.manual_score, entry.extra_credit = mark.points, mark.extra or None
    entry.needs_manual_grade = mark.points is not None and each.is_outdated
    _write_comment(book, mark.cell, of, mark.comment or None, is_manual=True)
    return True


def _not_put_back(book: Any, grade: Counted) -> Iterator[str]:
    """Marks of who has handed in nothing have no place in a gradebook without their submission."""
    from nbgrader.api import MissingEntry

    homework, student = grade.report.homework, grade.report.student
    if not grade.by_hand.has_points(grade.report):
        return
    try:
        book.find_submission(homework, student)
    except MissingEntry:
        kept = ", ".join(f"{each.mark.cell} {each.mark}" for each in grade.by_hand.given(grade.report))
        yield f"{clean(student)} has marks here and no submission in the gradebook, so they are not in it: {kept}"


def _write_answer(entry: Any, copy: Copy, is_unanswered: bool) -> None:
    """A written answer: 0 where there is none, as nbgrader does; else a person's look, and another at a new one."""
    entry.auto_score = 0.0 if is_unanswered else None
    if entry.manual_score is not None:
        entry.needs_manual_grade |= copy.is_new
    else:
        entry.needs_manual_grade = not is_unanswered


def _write_score(entry: Any, scores: Sequence[Score], most: float) -> None:
    points = _points(scores, most)
    is_open = any(score.verdict == Verdict.GRADER_ERROR for score in scores)
    has_changed = entry.manual_score is not None and entry.auto_score != points
    is_settled = entry.manual_score is not None
    entry.needs_manual_grade = has_changed or (entry.needs_manual_grade if is_settled else is_open)
    entry.auto_score = points


def _points(scores: Sequence[Score], most: float) -> float:
    return min(max(sum(score.points for score in scores), 0.0), most)


def _write_comment(book: Any, cell: str, of: tuple[str, str, str], text: str | None, is_manual: bool = False) -> None:
    from nbgrader.api import MissingEntry

    try:
        setattr(book.find_comment(cell, *of), "manual_comment" if is_manual else "auto_comment", text)
    except MissingEntry:  # a trained network has no cell with an answer
        return


def _to_tell(grade: Counted, put_back: Sequence[Mark]) -> Iterator[str]:
    student = clean(grade.report.student)
    if put_back:
        cells = ", ".join(f"{mark.cell} {mark}" for mark in put_back)
        yield (
            f"{student} had no mark in the gradebook where one is kept here, and has it again: {cells}; to take it"
            " back, clear it in formgrader and run `autograder import --drop-gone`"
        )
    if grade.is_open:
        yield f"{student}: {clean(grade.why_open)}; formgrader asks for those by hand"
    if grade.drop_in:
        yield f"{student} has {grade.drop_in:g} points from outside the homework; enter them in formgrader"
