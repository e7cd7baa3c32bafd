"""The class report: one HTML file for the TAs that needs no network."""

from collections.abc import Mapping, Sequence
from math import ceil
from types import MappingProxyType

from autograder.records import Report, Verdict
from autograder.report.charts import draw_scores, score_bins
from autograder.report.class_list import offered, rows_of
from autograder.report.page import render
from autograder.report.tally import (
    TestTally,
    failed_on_our_side,
    quartiles,
    tally_exercises,
    tally_mistakes,
    tally_same_answers,
    tally_tests,
    tally_verdicts,
)
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
    grades: by student, what counts after marks by hand and the policy; without them, what the grader found. The scores
    are about what was earned, the tables on exercises and tests about what the grader found.
    same_files: how many files it shows that several students handed in. imports: module -> who imports it beyond what
    was given.
    """
    counted = [
        grades[report.student] if grades else Counted(report, report.points, is_blank=report.is_missing)
        for report in reports
    ]
    missing = [grade for grade in counted if grade.report.is_missing]
    counted = [grade for grade in counted if not grade.report.is_missing]
    reports = [grade.report for grade in counted]
    rated = [grade for grade in counted if not grade.report.problem]
    exercises, tests = tally_exercises(reports), tally_tests(reports)
    points, most = [grade.earned for grade in rated], max((grade.max_points for grade in rated), default=0)
    middle, bins = quartiles(points) if points else None, score_bins(points, max(map(ceil, [most, *points])))
    rows = rows_of(counted, [each.name for each in exercises])
    questions = rated[0].by_hand.questions if rated else ()
    return render(
        "class_report.html",
        scripts=("class_report.js",),
        title=title,
        reports=reports,
        missing=missing,
        rated=rated,
        most=most,
        quartiles=middle,
        full=sum(grade.earned >= grade.max_points for grade in rated),
        questions=questions,
        waiting=sum(len(grade.by_hand.waiting(grade.report)) for grade in rated),
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
        with_counts=any(grade.is_changed or grade.lines for grade in counted),
        rows=rows,
        offered=offered(rows),
        made_by=_provenance(reports),
    )


def _slowest(tests: Sequence[TestTally]) -> list[TestTally]:
    """Of each exercise the slowest test, the slowest first: one endless loop would fill the list otherwise."""
    slowest = {test.exercise: test for test in sorted(tests, key=lambda test: test.slowest) if test.slowest > SLOW}
    return sorted(slowest.values(), key=lambda test: -test.slowest)


def _provenance(reports: Sequence[Report]) -> dict[str, list[str]]:
    """How the grades were made: key -> the values found; "source" is another one for each student."""
    found: dict[str, dict[str, None]] = {}
    for report in reports:
        for key, value in report.made_by.items():
            found.setdefault(key, {})[value] = None
    return {key: list(values) for key, values in found.items() if key != "source"}
