"""nbgrader: scores, comments and late penalties into a course's gradebook, by nbgrader's own API.

An exercise's points go to the grade cell of its check, its comment to its answer's cell; both as what nbgrader calls
automatic. What a person wrote (manual scores, comments, extra credit) is never touched; where it stands beside an
automatic score that has changed, formgrader is told to ask for another look. Written answers wait for a person, but
those that nobody has written: they get 0. What formgrader shows makes `formgrader_copy`.
"""

import warnings
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from autograder import names
from autograder.exports import ExportError
from autograder.exports.changes import Change
from autograder.exports.formgrader_copy import Copies, Copy
from autograder.exports.wording import comment
from autograder.harmless import clean
from autograder.records import Score, Verdict
from autograder.report.outline import by_exercise
from autograder.results.counting import Counted
from autograder.results.policy import has_time
from autograder.roster.students import FOUND_AS
from homework.notebook.cells import CHECK

CONFIG = "nbgrader_config.py"


def write(grades: Sequence[Counted], course: Path) -> list[str]:
    """Write all grades, which are of one homework; whom to look after, one sentence each."""
    homework = grades[0].report.homework
    directory, config = _open(course)
    notes = []
    with (
        warnings.catch_warnings(),
        _gradebook(directory, course) as book,
        Copies(directory, config, homework) as copies,
    ):
        warnings.filterwarnings("ignore", "Object of type .* not in session")  # SQLAlchemy 2.1 on nbgrader 0.9
        cells = _cells(book, homework, grades, course)
        for grade in _as_collected(grades, directory):
            if grade.report.is_missing:  # nbgrader counts 0 for a student that it knows without a submission
                if not grade.is_blank:
                    book.update_or_create_student(grade.report.student)
            elif grade.report.problem:
                notes.append(f"{clean(grade.report.student)} is left out: {clean(grade.report.problem)}")
            else:
                notes += _write_one(book, grade, cells, copies.make(grade.report))
    return notes


def changes(grades: Sequence[Counted], course: Path) -> list[Change]:
    """Of the automatic points that `write` would write; what a person gave there is no part of them."""
    homework = grades[0].report.homework
    directory, _ = _open(course)
    with warnings.catch_warnings(), _gradebook(directory, course) as book:
        warnings.filterwarnings("ignore", "Object of type .* not in session")
        cells = _cells(book, homework, grades, course)
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


def _open(course: Path) -> tuple[Any, Any]:
    """nbgrader's view of the course, and its configuration; the folder's own file says where everything is."""
    from nbgrader.coursedir import CourseDirectory
    from traitlets.config import Config, PyFileConfigLoader

    own = course / CONFIG
    config = PyFileConfigLoader(CONFIG, path=str(course)).load_config() if own.exists() else Config()
    if "root" not in config.CourseDirectory:
        config.CourseDirectory.root = str(course.resolve())
    return CourseDirectory(config=config), config


def _as_collected(grades: Sequence[Counted], directory: Any) -> Iterator[Counted]:
    """The grades under the names that nbgrader has from its folders, which a Mac may have decomposed."""
    place = Path(directory.root) / directory.submitted_directory
    collected = {names.composed(path.name): path.name for path in place.iterdir()} if place.is_dir() else {}
    for grade in grades:
        student, as_found = grade.report.student, grade.report.identity.get(FOUND_AS, "")
        own = collected.get(student) or collected.get(as_found) or student
        yield replace(grade, report=replace(grade.report, student=own))


def _gradebook(directory: Any, course: Path) -> Any:
    from nbgrader.api import Gradebook

    path = directory.db_url.removeprefix("sqlite:///")
    if path != directory.db_url and not Path(path).is_file():  # nbgrader would make an empty one
        raise ExportError(f"{course} has no gradebook yet; run `nbgrader generate_assignment` there first")
    return Gradebook(directory.db_url, directory.course_id)


def _cells(book: Any, homework: str, grades: Sequence[Counted], course: Path) -> dict[str, float]:
    """name -> points of every grade cell; ExportError if the gradebook has another version of the homework."""
    from nbgrader.api import MissingEntry

    again = f"run `nbgrader generate_assignment {homework}` in {course}"
    try:
        notebook = book.find_notebook(homework, homework)
    except MissingEntry:
        raise ExportError(f"the gradebook does not know {homework}; {again}") from None
    cells = {cell.name: cell.max_score for cell in notebook.grade_cells}
    for grade in grades:
        for exercise, scores in by_exercise(grade.report.scores).items():
            points = sum(score.max_points for score in scores)
            if cells.get(CHECK + exercise) != points:
                there = cells.get(CHECK + exercise, 0)
                raise ExportError(f"{exercise} has {there:g} points in the gradebook and {points} here; {again}")
    return cells


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
    book.db.commit()
    notebook = book.find_submission_notebook(*of)
    notebook.late_submission_penalty = grade.share * max(0.0, notebook.score - grade.excess) + grade.excess
    book.db.commit()
    return [*_to_tell(grade), *([copy.problem] if copy.problem else [])]


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
    entry.needs_manual_grade = is_open or has_changed or (entry.needs_manual_grade and entry.manual_score is not None)
    entry.auto_score = points


def _points(scores: Sequence[Score], most: float) -> float:
    return min(max(sum(score.points for score in scores), 0.0), most)


def _write_comment(book: Any, cell: str, of: tuple[str, str, str], text: str | None) -> None:
    from nbgrader.api import MissingEntry

    try:
        book.find_comment(cell, *of).auto_comment = text
    except MissingEntry:  # a trained network has no cell with an answer
        return


def _to_tell(grade: Counted) -> Iterator[str]:
    student = clean(grade.report.student)
    if grade.report.is_open:
        yield f"{student}: {clean(grade.report.why_open)}; formgrader asks for those by hand"
    if grade.drop_in:
        yield f"{student} has {grade.drop_in:g} points from outside the homework; enter them in formgrader"
