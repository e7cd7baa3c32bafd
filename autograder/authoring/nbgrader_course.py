"""A homework as the source of a course that uses nbgrader: what `nbgrader generate_assignment` makes of it starts.

nbgrader hands out a homework's folder and nothing beside it. So all that else lies beside that folder lies in it: the
library, and what the library reads, in a folder of the homework's name.
"""

import re
import shutil
from pathlib import Path

from autograder import checkout
from autograder.authoring import student_zip
from autograder.authoring.release import ReleaseError

CONFIG = "nbgrader_config.py"


def lay_out(homework: str, root: Path, course: Path) -> list[Path]:
    """Write COURSE/solutions/HOMEWORK and, if there is none, the course's configuration; what was written."""
    if course.resolve() == root.resolve():
        raise ReleaseError(f"{course} is this repository; name the folder of a course, it is made if it is not there")
    files = student_zip.files(homework, root)
    own, folder = course / CONFIG, checkout.solution(course, homework).parent
    _check(own)
    shutil.rmtree(folder / "homework", ignore_errors=True)  # what an earlier release gave and this one doesn't
    figures = f"{homework}/figures/"
    for name, path in files.items():
        if path != checkout.stub(root, homework):
            _copy(path, folder / (name.removeprefix(f"{homework}/") if name.startswith(figures) else name))
    _copy(checkout.solution(root, homework), checkout.solution(course, homework))
    if own.exists():
        return [folder]
    _copy(root / CONFIG, own)
    return [folder, own]


def _copy(path: Path, place: Path) -> None:
    place.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(path, place)


def _check(config: Path) -> None:
    """The configuration of earlier releases, and nbgrader's own example, keep Python files back."""
    if config.exists() and re.search(r"""["']\*\.py["']""", config.read_text(encoding="utf-8")):
        raise ReleaseError(
            f"{config} keeps *.py from students, and with it the library; take that out of c.CourseDirectory.ignore"
        )
