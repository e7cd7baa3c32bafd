"""Grades in a finished container what is known: the released stub (no point) and a right answer (all points).

A container in which a library is missing or broken is found out when it is built, and not by a class.
"""

import sys
from collections.abc import Iterator
from pathlib import Path

from autograder import suite
from autograder.errors import AutograderError
from autograder.gradescope.run import grade_one, read_settings
from autograder.records import Report
from autograder.submissions.located import Located


def main(place: Path) -> int:
    """Grade PLACE/stub and PLACE/right; the exit status."""
    settings = read_settings()
    chosen = suite.load(settings["homework"])
    wrong = []
    for name in ("stub", "right"):
        try:
            report = grade_one(
                Located(name, place / name, chosen.homework, chosen.files), chosen, settings["sandbox"], [place]
            )
        except AutograderError as error:
            wrong.append(f"the {name} notebook was not graded: {error}")
            continue
        print(f"the {name} notebook: {report.points:g} of {report.max_points} points")
        wrong += _describe_wrong(name, report)
    print(*wrong, sep="\n", end="\n" if wrong else "", file=sys.stderr)
    return bool(wrong)


def _describe_wrong(name: str, report: Report) -> Iterator[str]:
    """A line for each test that came out otherwise than it must."""
    for score in report.scores:
        expected = score.max_points if name == "right" else 0
        if score.points != expected:
            yield (
                f"this container grades wrongly: {score.exercise}.{score.test} gives the {name} notebook"
                f" {score.points:g} points in the place of {expected} ({score.verdict}: {score.saw})"
            )


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
