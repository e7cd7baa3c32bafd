"""nbgrader: scores, comments and late penalties into a course's gradebook, by nbgrader's own API.

An exercise's points go to the grade cell of its check, its comment to its answer's cell; both as what nbgrader calls
automatic. What a person wrote (manual scores, comments, extra credit) is never touched; where it stands beside an
automatic score that has changed, formgrader is told to ask for another look. Written answers wait for a person.

Formgrader shows a submission once nbgrader has "autograded" it. That is done here too, without its running any code:
student code runs in our sandbox and nowhere else.
"""

import glob
import logging
import warnings
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from autograder.exports import ExportError
from autograder.exports.wording import comment
from autograder.policy import Grade
from autograder.records import Score, Verdict
from autograder.report.outline import by_exercise

CHECK = "check_"  # how a check's cell is called, before its exercise's name
CONFIG = "nbgrader_config.py"


def write(grades: Sequence[Grade], course: Path) -> list[str]:
    """Write all grades, which are of one homework; whom to look after, one sentence each."""
    homework = grades[0].report.homework
    directory, config = _open(course)
    notes = []
    with warnings.catch_warnings(), _gradebook(directory, course) as book:
        warnings.filterwarnings("ignore", "Object of type .* not in session")  # SQLAlchemy 2.1 on nbgrader 0.9
        cells = _cells(book, homework, grades, course)
        for grade in grades:
            if grade.report.problem:
                notes.append(f"{grade.report.student} is left out: could not be graded")
                continue
            notes += _write_one(book, grade, cells, _prepare(directory, config, homework, grade.report.student))
    return notes


def _open(course: Path) -> tuple[Any, Any]:
    """nbgrader's view of the course, and its configuration; the folder's own file says where everything is."""
    from nbgrader.coursedir import CourseDirectory
    from traitlets.config import Config, PyFileConfigLoader

    own = course / CONFIG
    config = PyFileConfigLoader(CONFIG, path=str(course)).load_config() if own.exists() else Config()
    if "root" not in config.CourseDirectory:
        config.CourseDirectory.root = str(course.resolve())
    return CourseDirectory(config=config), config


def _gradebook(directory: Any, course: Path) -> Any:
    from nbgrader.api import Gradebook

    path = directory.db_url.removeprefix("sqlite:///")
    if path != directory.db_url and not Path(path).is_file():  # nbgrader would make an empty one
        raise ExportError(f"{course} has no gradebook yet; run `nbgrader generate_assignment` there first")
    return Gradebook(directory.db_url, directory.course_id)


def _cells(book: Any, homework: str, grades: Sequence[Grade], course: Path) -> dict[str, float]:
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


def _prepare(directory: Any, config: Any, homework: str, student: str) -> str | None:
    """nbgrader's copy for formgrader: "new", None if there is one of this submission, or why there is none."""
    from nbgrader.converters import Autograde
    from nbgrader.utils import capture_log, temp_attrs

    paths = (directory.submitted_directory, directory.autograded_directory)
    submitted, prepared = (Path(directory.format_path(path, student, homework)) / f"{homework}.ipynb" for path in paths)
    if not submitted.is_file():
        return f"formgrader has no notebook of {student} to show: {submitted} is not there"
    if prepared.is_file() and prepared.stat().st_mtime >= submitted.stat().st_mtime:
        return None
    quiet = config.copy()
    quiet.Autograde.autograde_preprocessors = ["nbgrader.preprocessors.CheckCellMetadata"]
    quiet.OverwriteCells.add_missing_cells = True
    with temp_attrs(directory, student_id=glob.escape(student), assignment_id=homework):
        app = Autograde(coursedir=directory, config=quiet)
        app.force, app.log = True, logging.Logger("nbgrader")  # its words are for its own users
        done = capture_log(app)
    return "new" if done["success"] else f"formgrader cannot show the notebook of {student}; look at the file"


def _write_one(book: Any, grade: Grade, cells: dict[str, float], prepared: str | None) -> list[str]:
    report = grade.report
    of = (report.homework, report.homework, report.student)
    book.update_or_create_student(report.student)
    when = {"timestamp": report.submitted.removesuffix("+00:00") + " UTC"} if report.submitted else {}
    book.update_or_create_submission(report.homework, report.student, **when)
    for exercise, scores in by_exercise(report.scores).items():
        _write_score(book.find_grade(CHECK + exercise, *of), scores, cells[CHECK + exercise])
        _write_comment(book, exercise, of, scores)
    for name in cells.keys() - {CHECK + score.exercise for score in report.scores}:
        answer = book.find_grade(name, *of)
        answer.auto_score = None
        answer.needs_manual_grade |= answer.manual_score is None or prepared == "new"
    book.db.commit()
    notebook = book.find_submission_notebook(*of)
    notebook.late_submission_penalty = grade.share * max(0.0, notebook.score - grade.excess) + grade.excess
    book.db.commit()
    return [*_to_tell(grade), *([prepared] if prepared not in (None, "new") else [])]


def _write_score(entry: Any, scores: Sequence[Score], most: float) -> None:
    points = min(max(sum(score.points for score in scores), 0.0), most)
    is_open = any(score.verdict == Verdict.GRADER_ERROR for score in scores)
    has_changed = entry.manual_score is not None and entry.auto_score != points
    entry.needs_manual_grade = is_open or has_changed or (entry.needs_manual_grade and entry.manual_score is not None)
    entry.auto_score = points


def _write_comment(book: Any, exercise: str, of: tuple[str, str, str], scores: Sequence[Score]) -> None:
    from nbgrader.api import MissingEntry

    try:
        book.find_comment(exercise, *of).auto_comment = comment(scores)
    except MissingEntry:  # a trained network has no cell with an answer
        return


def _to_tell(grade: Grade) -> Iterator[str]:
    student = grade.report.student
    if grade.report.is_open:
        yield f"{student}: not everything could be graded; formgrader asks for those by hand"
    if grade.drop_in:
        yield f"{student} has {grade.drop_in:g} points from outside the homework; enter them in formgrader"
