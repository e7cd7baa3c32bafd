"""The copy of a submission that formgrader shows: of the notebook that was graded, and harmless to look at.

Formgrader shows a submission once nbgrader has "autograded" it. Here nbgrader does that with a notebook which is ours
(`shown_notebook`), and runs nothing.
"""

import glob
import json
import logging
import tempfile
from contextlib import ExitStack
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from autograder import checkout
from autograder import suite as suites
from autograder.exports.shown_notebook import Released, build
from autograder.harmless import clean
from autograder.observing import for_people
from autograder.records import Report
from autograder.sandbox.supervisor import Sandbox
from autograder.submissions.located import Located

_STEPS = ("ClearOutput", "DeduplicateIds", "OverwriteKernelspec", "OverwriteCells", "CheckCellMetadata")  # nbgrader's
VERSION = 1  # of what is done to a copy: one of another is made anew


@dataclass(frozen=True)
class Copy:
    """unanswered: grade ids of written answers that are as they were given. is_new: of another submission than before.

    problem: why there is none, in a sentence.
    """

    unanswered: tuple[str, ...] = ()
    is_new: bool = False
    problem: str = ""


class Copies:
    """Makes them, of one homework; a context manager. directory, config: nbgrader's view of the course."""

    def __init__(self, directory: Any, config: Any, homework: str):
        self._directory, self._config, self._homework = directory, config, homework
        self._suite = suites.load(homework)
        self._open = ExitStack()

    def __enter__(self) -> "Copies":
        return self

    def __exit__(self, *_: object) -> None:
        self._open.close()

    @cached_property
    def _sandbox(self) -> Sandbox:
        return self._open.enter_context(for_people.open_reader())

    @cached_property
    def _released(self) -> Released:
        """As the course released it, else as we do."""
        own = self._notebook(self._directory.release_directory, ".")
        return Released.read((own if own.is_file() else checkout.stub(checkout.ROOT, self._homework)).read_bytes())

    def make(self, report: Report) -> Copy:
        """The copy of the submission that this report is of."""
        folder = Path(self._directory.root) / self._directory.submitted_directory / report.student
        if not folder.is_dir() or folder.name != report.student:  # a name may hold a slash
            return Copy(
                problem=f"formgrader has no notebook of {_who(report)} to show: {clean(str(folder))} is not there"
            )
        submission = Located(report.student, folder, self._homework, self._suite.files).read()
        if submission.digest != report.made_by.get("source", submission.digest):
            return Copy(
                problem=f"formgrader does not show what {_who(report)} has handed in since it was graded; grade"
                f" {clean(str(folder.parent))} again, and export again"
            )
        note = {"version": VERSION, "source": submission.digest}
        there = self._note_of(report.student)
        if note.items() <= there.items():
            return Copy(tuple(map(str, there.get("unanswered", ()))))
        handed_in = for_people.read(submission, self._suite, self._sandbox)
        if handed_in.problem:
            return Copy(problem=f"formgrader has no notebook of {_who(report)} to show: {clean(handed_in.problem)}")
        shown = build(handed_in, self._released, note)
        if not self._convert(report.student, shown.content):
            return Copy(problem=f"formgrader cannot show the notebook of {_who(report)}; look at the file")
        return Copy(shown.unanswered, is_new=there.get("source") != submission.digest)

    def _notebook(self, directory: str, student: str) -> Path:
        return Path(self._directory.format_path(directory, student, self._homework)) / f"{self._homework}.ipynb"

    def _note_of(self, student: str) -> dict[str, Any]:
        """What the copy that is there says of itself; nothing if nbgrader made it by itself."""
        try:
            metadata = json.loads(self._notebook(self._directory.autograded_directory, student).read_bytes())[
                "metadata"
            ]
            return dict(metadata.get("autograder", {}))
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            return {}

    def _convert(self, student: str, notebook: bytes) -> bool:
        """By nbgrader, in the place of what lies in the folder of what was submitted."""
        from nbgrader.converters import Autograde
        from nbgrader.utils import capture_log, temp_attrs

        quiet = self._config.copy()
        quiet.Autograde.sanitize_preprocessors = [f"nbgrader.preprocessors.{step}" for step in _STEPS]
        quiet.Autograde.autograde_preprocessors = ["nbgrader.preprocessors.CheckCellMetadata"]
        quiet.OverwriteCells.add_missing_cells = True
        with tempfile.TemporaryDirectory() as folder:
            wanted = {
                "submitted_directory": folder,
                "student_id": glob.escape(student),
                "assignment_id": self._homework,
            }
            with temp_attrs(self._directory, **wanted):
                path = self._notebook(folder, student)
                path.parent.mkdir(parents=True)
                path.write_bytes(notebook)
                app = Autograde(coursedir=self._directory, config=quiet)
                app.force, app.log = True, logging.Logger("nbgrader")  # its words are for its own users
                app.exclude_overwriting = {self._homework: self._library()}
                return bool(capture_log(app)["success"])

    def _library(self) -> list[str]:
        """What lies in the source for students' code to import; a copy for each student would be for nobody."""
        source = Path(self._directory.format_path(self._directory.source_directory, ".", self._homework))
        return [path.relative_to(source).as_posix() for path in (source / "homework").rglob("*") if path.is_file()]


def _who(report: Report) -> str:
    return clean(report.student)
