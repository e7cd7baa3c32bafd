"""The class in a terminal, right after grading."""

from collections.abc import Sequence

from autograder.harmless import clean
from autograder.records import Report
from autograder.report.tally import failed_on_our_side, graded, quartiles, tally_mistakes, tally_tests
from autograder.report.wording import name_mistake, show_points

SHOWN = 5  # of the hardest tests and of the commonest mistakes; the HTML report has them all


def class_summary_text(reports: Sequence[Report]) -> str:
    """How many were graded, the middle of the class, its hardest tests and commonest mistakes, and who needs a look."""
    lines = [f"{len(graded(reports))} of {len(reports)} submissions graded", *_middle(reports)]
    lines += _titled("hardest tests (students who passed, of those who wrote an answer)", _hardest(reports))
    lines += _titled("commonest mistakes (students)", _commonest(reports))
    ungraded = [("", f"{report.student}: {report.problem}") for report in reports if report.problem]
    lines += _titled("could not be graded", ungraded)
    ours = [("", f"{report.student}, {score.exercise}: {score.title}") for report, score in failed_on_our_side(reports)]
    lines += _titled("failed on our side; repair it and grade these again", ours)
    return "\n".join(lines) + "\n"


def _middle(reports: Sequence[Report]) -> list[str]:
    rated = graded(reports)
    if not rated:
        return []
    lower, median, upper = map(show_points, quartiles([report.points for report in rated]))
    most = show_points(max(report.max_points for report in rated))
    return [f"median {median} of {most} points, the middle half between {lower} and {upper}"]


def _titled(title: str, items: list[tuple[str, str]]) -> list[str]:
    """A titled list; each item is our own figures, then a text that may be a student's."""
    return ["", title, *(f"  {figures}{clean(text)}" for figures, text in items)] if items else []


def _hardest(reports: Sequence[Report]) -> list[tuple[str, str]]:
    missed = [test for test in tally_tests(reports) if test.passed < test.judged]
    hardest = sorted(missed, key=lambda test: test.rate)[:SHOWN]
    return [(f"{test.passed:>4} of {test.judged:<4} ", f"{test.exercise}: {test.title}") for test in hardest]


def _commonest(reports: Sequence[Report]) -> list[tuple[str, str]]:
    tallies = tally_mistakes(reports)[:SHOWN]
    return [(f"{len(tally.students):>4}  ", f"{tally.exercise}: {name_mistake(tally.mistake)}") for tally in tallies]
