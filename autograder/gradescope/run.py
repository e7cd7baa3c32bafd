"""One submission inside Gradescope's container: ROOT/submission in, ROOT/results/results.json out.

Where the grader cannot run there is one sentence on standard error, a failing exit status and no results.json:
Gradescope then says that the autograder failed, which is the truth, and gives nobody a zero.
"""

import json
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from autograder import suite
from autograder.errors import AutograderError
from autograder.exports.gradescope import FILE_NAME, to_results, write
from autograder.gradescope.zip import SETTINGS
from autograder.grading.pipeline import grade
from autograder.observing.crew import Threads
from autograder.records import Report, Verdict
from autograder.results.counting import settle
from autograder.results.policy import Policy
from autograder.submissions.located import Located
from autograder.submissions.times import to_utc


class NotGraded(AutograderError):
    """A test has no result, and the fault is ours."""


def main(root: Path) -> int:
    """Grade the submission of this root; the exit status."""
    began = time.monotonic()
    settings = read_settings()
    chosen = suite.load(settings["homework"])
    try:
        report = _grade(root, chosen, settings["sandbox"])
    except AutograderError as error:
        print(f"this submission was not graded: {error}", file=sys.stderr)
        return 1
    (graded,) = settle(Policy(), [report])
    (root / "results").mkdir(exist_ok=True)
    write(to_results(graded, chosen.sections, settings["show"], time.monotonic() - began), root / "results" / FILE_NAME)
    print(f"graded; the sandbox reached {report.made_by['sandbox']}")
    return 0


def read_settings() -> dict[str, str]:
    """What the zip was built with: homework, show and sandbox."""
    settings: dict[str, str] = json.loads((Path(__file__).parent / SETTINGS).read_text(encoding="utf-8"))
    return settings


def grade_one(located: Located, chosen: suite.Suite, level: str, hidden: Sequence[Path]) -> Report:
    """The report of what lies there; hidden: what its code must not read."""
    ((report, _),) = grade([located.read()], chosen, Threads(chosen, 1, level, hidden))
    return replace(report, origin=Path(report.origin).name)


def _grade(root: Path, chosen: suite.Suite, level: str) -> Report:
    """The report of ROOT/submission; NotGraded where the grader itself failed on a part of it."""
    student, submitted = _who(root / "submission_metadata.json")
    located = Located(student, root / "submission", chosen.homework, chosen.files, submitted)
    report = grade_one(located, chosen, level, (root / "submission", root / "results"))
    for score in report.scores:
        if score.verdict == Verdict.GRADER_ERROR:
            raise NotGraded(f"{score.exercise}: {score.saw}")
    return report


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
