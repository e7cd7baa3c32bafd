"""The class in a terminal, right after grading."""

from collections.abc import Sequence

from autograder.records import Report, Verdict
from autograder.report.tally import graded, quartiles, tally_mistakes, tally_tests
from autograder.report.wording import clean, name_mistake, show_points

SHOWN = 5  # of each list; the HTML report has them all


def class_summary_text(reports: Sequence[Report]) -> str:
    """How many were graded, the middle of the class, the hardest tests, the commonest mistakes, and who needs a look."""
    rated = graded(reports)
    lines = [f"{len(rated)} of {len(reports)} submissions graded"]
    if rated:
        lower, median, upper = map(show_points, quartiles([report.points for report in rated]))
        most = show_points(max(report.max_points for report in rated))
        lines.append(f"median {median} of {most} points, the middle half between {lower} and {upper}")
    lines += _titled("hardest tests (passed, of those who wrote an answer)", _hardest(reports))
    lines += _titled("commonest mistakes (students)", _commonest(reports))
    lines += _titled("could not be graded", [f"{report.student}: {report.problem}" for report in reports if report.problem])
    lines += _titled("failed on our side; grade these again", _ours(reports))
    return "\n".join(lines) + "\n"


def _titled(title: str, items: list[str]) -> list[str]:
    return ["", title, *(f"  {clean(item)}" for item in items)] if items else []


def _hardest(reports: Sequence[Report]) -> list[str]:
    missed = [test for test in tally_tests(reports) if test.passed < test.judged]
    hardest = sorted(missed, key=lambda test: test.rate)[:SHOWN]
    return [f"{test.passed} of {test.judged}  {test.exercise}: {test.title}" for test in hardest]


def _commonest(reports: Sequence[Report]) -> list[str]:
    tallies = tally_mistakes(reports)[:SHOWN]
    return [f"{len(tally.students)}  {tally.exercise}: {name_mistake(tally.mistake)}" for tally in tallies]


def _ours(reports: Sequence[Report]) -> list[str]:
    failed = [
        (report.student, f"{score.exercise}: {score.title}")
        for report in reports
        for score in report.scores
        if score.verdict == Verdict.GRADER_ERROR
    ]
    return [f"{student}, {test}" for student, test in failed]
