"""The class report: one HTML file for the TAs that needs no network."""

from collections.abc import Mapping, Sequence
from math import ceil
from types import MappingProxyType

from autograder.records import Report, Score, Verdict
from autograder.report.charts import draw_scores, score_bins
from autograder.report.outline import by_exercise
from autograder.report.page import render
from autograder.report.tally import (
    TestTally,
    failed_on_our_side,
    graded,
    level_of,
    quartiles,
    tally_exercises,
    tally_mistakes,
    tally_same_answers,
    tally_tests,
    tally_verdicts,
)
from autograder.report.wording import LABELS, name_mistake, show_points
from autograder.results.counting import Counted

SLOW = 0.5  # seconds: a test that takes longer for somebody is named
VERDICT_GROUPS = (
    ("Right", {Verdict.PASSED: "the property holds"}),
    (
        "The student's code",
        {
            Verdict.WRONG: "it ran, and its answer is not right",
            Verdict.CRASHED: "it raised an exception or ended the process",
            Verdict.TIMED_OUT: "it was still running when its time was up",
            Verdict.OUT_OF_MEMORY: "it asked for more memory than is allowed",
            Verdict.FORBIDDEN: "it did what no homework needs, and was stopped",
        },
    ),
    (
        "Nothing to judge",
        {
            Verdict.NOT_WRITTEN: "the stub is still there, or the definition is gone",
            Verdict.UNREADABLE: "a cell has a syntax error, or the file is no notebook",
        },
    ),
    ("The grader", {Verdict.GRADER_ERROR: "the test or the grader failed: ours to repair, then grade again"}),
)


def class_report_html(
    reports: Sequence[Report],
    title: str,
    near_copies: int | None = None,
    grades: Mapping[str, Counted] | None = None,
    same_files: int = 0,
    imports: Mapping[str, Sequence[str]] = MappingProxyType({}),
) -> str:
    """The whole class on one page; it links to feedback/<feedback_file_name(student)>.html beside it.

    near_copies: how many pairs the page similar.html beside it shows; None if there is no such page.
    grades: by student, where there is a policy; the charts and tables are about what was earned.
    same_files: how many files it shows that several students handed in. imports: module -> who imports it beyond what
    was given.
    """
    missing = [report for report in reports if report.is_missing]
    reports = [report for report in reports if not report.is_missing]
    rated = graded(reports)
    exercises, tests = tally_exercises(reports), tally_tests(reports)
    points = [report.points for report in rated]
    most = max((report.max_points for report in rated), default=0)
    middle, bins = quartiles(points) if points else None, score_bins(points, max([most, *map(ceil, points)]))
    return render(
        "class_report.html",
        scripts=("class_report.js",),
        title=title,
        reports=reports,
        missing=missing,
        rated=rated,
        most=most,
        quartiles=middle,
        full=sum(report.points >= report.max_points for report in rated),
        bins=bins,
        chart=draw_scores(bins, middle[1]) if middle and bins else "",
        exercises=exercises,
        tests=tests,
        nobody=[test for test in tests if test.judged and not test.passed],
        everybody=[test for test in tests if test.judged and test.passed == test.judged],
        slowest=_slowest(tests),
        mistakes=tally_mistakes(reports),
        same_answers=tally_same_answers(reports),
        near_copies=near_copies,
        same_files=same_files,
        imports=imports,
        verdicts=tally_verdicts(reports),
        verdict_groups=VERDICT_GROUPS,
        ungraded=[report for report in reports if report.problem],
        ours=failed_on_our_side(reports),
        grades=grades,
        rows=[(report, _cells(report, [each.name for each in exercises]), _remarks(report)) for report in reports],
        made_by=_provenance(reports),
    )


def _slowest(tests: Sequence[TestTally]) -> list[TestTally]:
    """Of each exercise the slowest test, the slowest first: one endless loop would fill the list otherwise."""
    slowest = {test.exercise: test for test in sorted(tests, key=lambda test: test.slowest) if test.slowest > SLOW}
    return sorted(slowest.values(), key=lambda test: -test.slowest)


def _cells(report: Report, exercises: list[str]) -> list[tuple[str, str]]:
    """(points, level) of a student, one for each exercise of the class; levels as in `level_of`."""
    scores = {} if report.problem else by_exercise(report.scores)
    return [_cell(scores.get(name, ())) for name in exercises]


def _cell(scores: Sequence[Score]) -> tuple[str, str]:
    if not scores:
        return "", "open"
    return show_points(sum(score.points for score in scores)), level_of(scores)


def _remarks(report: Report) -> str:
    """What a TA would filter for: verdicts other than right or wrong, mistakes, stand-ins, notes."""
    if report.problem:
        return f"could not be graded: {report.problem}"
    unusual = [score.verdict for score in report.scores if score.verdict not in (Verdict.PASSED, Verdict.WRONG)]
    remarks = [*filter(None, [report.why_open]), *(LABELS[verdict] for verdict in unusual)]
    remarks += [name_mistake(score.mistake) for score in report.scores if score.mistake]
    remarks += ["followed through" for score in report.scores if score.followed_through]
    remarks += ["see the notes"] if report.notes else []
    remarks += report.unread if report.may_lie_elsewhere else ()
    return ", ".join(dict.fromkeys(remarks))


def _provenance(reports: Sequence[Report]) -> dict[str, list[str]]:
    """How the grades were made: key -> the values found; "source" is another one for each student."""
    found: dict[str, dict[str, None]] = {}
    for report in reports:
        for key, value in report.made_by.items():
            found.setdefault(key, {})[value] = None
    return {key: list(values) for key, values in found.items() if key != "source"}
