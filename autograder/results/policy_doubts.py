"""What of policy, marks and class a person should look at: names that fit to nobody, times that nobody can count."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from zoneinfo import ZoneInfo

from autograder import names
from autograder.harmless import clean
from autograder.records import LATE, UNREADABLE_TIME, Report
from autograder.results.counting import Counted
from autograder.results.policy import Policy, has_time

SHOWN = 10  # names in one sentence
_CHANGING = (  # one zone for each way in which clocks are changed
    "America/New_York", "America/Chicago", "America/Denver", "America/Los_Angeles", "America/Halifax",
    "America/Santiago", "Europe/London", "Europe/Berlin", "Europe/Athens", "Asia/Jerusalem", "Australia/Sydney",
    "Australia/Adelaide", "Pacific/Auckland",
)  # fmt: skip


def doubts(policy: Policy, grades: Sequence[Counted], told_stamps: bool = False) -> list[str]:
    """One sentence each. told_stamps: whose stamp does not tell the time has been named when it was found."""
    homework, reports = grades[0].report.homework, [grade.report for grade in grades]
    lines = [*_unknown_names(policy, reports), *_doubted_marks(grades)]
    if homework not in policy.due:
        return lines
    reports = [report for report in reports if not report.is_missing]
    without = [report for report in reports if not report.submitted]
    unreadable = [report for report in reports if report.submitted == UNREADABLE_TIME]
    late = [report for report in reports if report.submitted == LATE]
    if told_stamps:
        unreadable = late = []
    told = (
        (without, f"of {len(without)} of {len(reports)} it is not known when they handed in; they count as on time"),
        (unreadable, "their time stamps cannot be read, and no late day is counted"),
        (late, "late according to Canvas, which does not say by how much, and no late day is counted"),
    )
    return [*lines, *(f"{what}: {_some(some)}" for some, what in told if some), *_without_zone(policy, reports)]


def _unknown_names(policy: Policy, reports: Sequence[Report]) -> Iterator[str]:
    homework = reports[0].homework
    students = {names.folded(report.student) for report in reports}
    named = {*policy.extensions.get(homework, {}), *policy.drop_in.get(homework, {})}
    for name in sorted(name for name in named if names.folded(name) not in students):
        yield f"the policy names {clean(name)}, who has handed in nothing under this name"


def _doubted_marks(grades: Sequence[Counted]) -> Iterator[str]:
    """Marks of cells that are gone, and points from outside the homework that may have been entered twice."""
    for grade in grades:
        student, extra = clean(grade.report.student), sum(mark.extra for mark in grade.by_hand.marks)
        if strays := grade.by_hand.strays(grade.report):
            gone = clean(", ".join(strays))
            yield f"{student} has marks by hand that count nowhere: the homework has no {gone} any more"
        if grade.drop_in and extra:
            yield (
                f"{student} has {grade.drop_in:g} points from outside the homework by the policy and {extra:g} of extra"
                " credit by hand; both count: if they are the same, leave them in one place"
            )


def _without_zone(policy: Policy, reports: Sequence[Report]) -> Iterator[str]:
    """Whose days are other ones where the course's clocks were changed meanwhile, which an offset does not tell."""
    homework = reports[0].homework
    due = policy.due[homework]
    for name in () if policy.zone else _CHANGING:
        if due.astimezone(ZoneInfo(name)).utcoffset() == due.utcoffset():
            there = replace(policy, zone=name)
            other = [each for each in reports if has_time(each) and there.days_late(each) != policy.days_late(each)]
            if other:
                yield (
                    f'the policy names no zone; if yours is {name}, add zone = "{name}": its clocks were changed, and'
                    f" these have other late days: {_some(other)}"
                )


def _some(reports: Sequence[Report]) -> str:
    more = [f"{len(reports) - SHOWN} more"] if len(reports) > SHOWN else []
    return ", ".join([*(clean(each.student) for each in reports[:SHOWN]), *more])
