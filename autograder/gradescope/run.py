"""One submission inside Gradescope's container: ROOT/submission in, ROOT/results/results.json out.

Where the grader cannot run there is one sentence on standard error, a failing exit status and no results.json:
Gradescope then says that the autograder failed, which is the truth, and gives nobody a zero.
"""

import json
import sys
import time
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from autograder import suite
from autograder.exports.gradescope import FILE_NAME, to_results, write
from autograder.grade import grade
from autograder.gradescope.zip import SETTINGS
from autograder.intake import Located
from autograder.moments import to_utc
from autograder.policy import Policy, settle
from autograder.records import Report
from autograder.sandbox.supervisor import SandboxError


def main(root: Path) -> int:
    """Grade the submission of this root; the exit status."""
    began = time.monotonic()
    settings = json.loads((Path(__file__).parent / SETTINGS).read_text())
    chosen = suite.load(settings["homework"])
    try:
        report = grade_one(root, chosen, settings["sandbox"])
    except SandboxError as error:
        print(f"this submission was not graded: {error}", file=sys.stderr)
        return 1
    sections = {exercise.name: exercise.section for exercise in chosen.exercises}
    (graded,) = settle(Policy(), [report])
    (root / "results").mkdir(exist_ok=True)
    write(to_results(graded, sections, settings["show"], time.monotonic() - began), root / "results" / FILE_NAME)
    print(f"graded; the sandbox reached {report.made_by['sandbox']}")
    return 0


def grade_one(root: Path, chosen: suite.Suite, level: str) -> Report:
    """The report of ROOT/submission."""
    student, submitted = _who(root / "submission_metadata.json")
    located = Located(student, root / "submission", chosen.homework, chosen.files, submitted)
    reports: list[Report] = []
    hidden = (root / "submission", root / "results")
    grade([located.read()], chosen, 1, level, hidden, lambda report, observed: reports.append(report))
    return replace(reports[0], origin=Path(reports[0].origin).name)


def _who(path: Path) -> tuple[str, str]:
    """Name and time of handing in, as Gradescope tells them; a regrade has the time of the submission."""
    try:
        about: Mapping[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        names = [str(user["name"]) for user in about["users"]]
        return ", ".join(names), to_utc(str(about["created_at"]))
    except (OSError, ValueError, KeyError, TypeError):
        return "submission", ""


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
