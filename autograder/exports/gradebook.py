"""nbgrader's gradebook of a course, opened by nbgrader's own API and held against the homework as it is here."""

import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from autograder.exports import ExportError
from autograder.report.outline import by_exercise
from autograder.results.counting import Counted
from homework.notebook.cells import CHECK

CONFIG = "nbgrader_config.py"


def open_course(course: Path) -> tuple[Any, Any]:
    """nbgrader's view of the course, and its configuration; the folder's own file says where everything is."""
    from nbgrader.coursedir import CourseDirectory
    from traitlets.config import Config, PyFileConfigLoader

    own = course / CONFIG
    config = PyFileConfigLoader(CONFIG, path=str(course)).load_config() if own.exists() else Config()
    if "root" not in config.CourseDirectory:
        config.CourseDirectory.root = str(course.resolve())
    return CourseDirectory(config=config), config


@contextmanager
def open_gradebook(directory: Any, course: Path) -> Iterator[Any]:
    """nbgrader's `Gradebook`; ExportError where there is none yet."""
    from nbgrader.api import Gradebook

    path = directory.db_url.removeprefix("sqlite:///")
    if path != directory.db_url and not Path(path).is_file():  # nbgrader would make an empty one
        raise ExportError(f"{course} has no gradebook yet; run `nbgrader generate_assignment` there first")
    with warnings.catch_warnings(), Gradebook(directory.db_url, directory.course_id) as book:
        warnings.filterwarnings("ignore", "Object of type .* not in session")  # SQLAlchemy 2.1 on nbgrader 0.9
        yield book


def cells_of(book: Any, homework: str, grades: Sequence[Counted], course: Path) -> dict[str, float]:
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
