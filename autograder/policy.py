"""The course's policy: late days, extensions and extra credit, in one TOML file; applied to what was graded.

    free_days = 3             # late days a student may use over all homeworks, in the order in which they are due
    penalty = 0.1             # of the points, for each late day that is not free
    most_days = 5             # after that, nothing counts
    grace_minutes = 15        # so little is not late
    most_extra_credit = 5     # points of extra credit that count, a homework

    [due]                     # with the zone
    hw4_contrastive = 2026-11-20T23:59:00-05:00

    [extensions.hw4_contrastive]    # days, by the student's name in the class report
    ada = 2

    [drop_in.hw4_contrastive]       # points of extra credit that were earned outside the homework
    ada = 1.5

All of it may be left out.
"""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from autograder import suite
from autograder.records import Report
from autograder.results import Results

_DAY = timedelta(days=1)


class PolicyError(Exception):
    """The policy says what no policy can, or asks for results that are not there; one sentence."""


@dataclass(frozen=True)
class Policy:
    """What the file says; without one, nothing is late and everything counts."""

    free_days: int = 0
    penalty: float = 0.0
    most_days: int | None = None
    grace_minutes: int = 0
    most_extra_credit: float | None = None
    due: dict[str, datetime] = field(default_factory=dict)
    extensions: dict[str, dict[str, int]] = field(default_factory=dict)
    drop_in: dict[str, dict[str, float]] = field(default_factory=dict)

    def deadline(self, homework: str, student: str) -> datetime | None:
        """When this student's homework is due, extension included."""
        due, days = self.due.get(homework), self.extensions.get(homework, {}).get(student, 0)
        return due + days * _DAY if due else None

    def days_late(self, report: Report) -> int:
        """Begun days after the student's own deadline; 0 as long as it is not known when the report was handed in."""
        deadline = self.deadline(report.homework, report.student)
        if deadline is None or not report.submitted:
            return 0
        late = datetime.fromisoformat(report.submitted) - deadline
        return -(-late // _DAY) if late > timedelta(minutes=self.grace_minutes) else 0


@dataclass(frozen=True)
class Grade:
    """What counts of a report. points: of the homework and of extra credit that counts, before what lateness takes.

    excess: points of extra credit above the most that counts. share: of the points that lateness takes, in [0, 1].
    lines: why, for the student, one sentence each.
    """

    report: Report
    points: float
    excess: float = 0.0
    share: float = 0.0
    drop_in: float = 0.0
    lines: tuple[str, ...] = ()

    @property
    def penalty(self) -> float:
        return self.share * self.points

    @property
    def total(self) -> float:
        """The points that go to other programs, to two decimals."""
        return round(self.points - self.penalty, 2)

    @property
    def is_changed(self) -> bool:
        """Whether another number counts than the report's."""
        return self.total != round(self.report.points, 2)

    def describe(self) -> list[str]:
        """What the policy did, for the student: one sentence a line; empty where it did nothing."""
        return [*self.lines, *([f"what counts: {self.total:g} points"] if self.is_changed else [])]


def read(path: Path | None) -> Policy:
    """The policy of this file; PolicyError in one sentence when it says what no policy can."""
    if path is None:
        return Policy()
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise PolicyError(f"the policy {path} cannot be read ({error}); correct it") from None
    if problem := _problem_of(table):
        raise PolicyError(f"the policy {path}: {problem}")
    return Policy(**table)


def grades(policy: Policy, store: Results, best: bool = False, run: int | None = None) -> list[Grade]:
    """Grades of a run of a store (default: the newest); if days are free, what was due before it must be there."""
    reports = store.reports(run, best)
    if not reports:
        raise PolicyError("there are no results yet; run `autograder grade` first")
    earlier = [store.reports(number, best) for number in due_before(policy, reports[0].homework, store)]
    return settle(policy, reports, earlier)


def grade_of(policy: Policy, store: Results, report: Report) -> Grade:
    """The grade of one report of this store."""
    newest = store.newest_runs()
    earlier = [store.reports(newest[name]) for name in _due_before(policy, report.homework) if name in newest]
    return settle(policy, [report], earlier)[0]


def due_before(policy: Policy, homework: str, store: Results) -> list[int]:
    """Runs of the homeworks whose free days count before this one's; PolicyError if one is missing."""
    newest, names = store.newest_runs(), _due_before(policy, homework)
    if missing := [name for name in names if name not in newest]:
        raise PolicyError(
            f"the policy's free days cannot be counted without the results of {', '.join(missing)}; grade all homeworks"
            " into one results folder, or take what is due earlier out of the policy"
        )
    return [newest[name] for name in names]


def settle(policy: Policy, reports: Sequence[Report], earlier: Sequence[Sequence[Report]] = ()) -> list[Grade]:
    """One grade for each report of a homework. earlier: reports of the homeworks due before, in order."""
    used: dict[str, int] = {}
    for report in (report for group in earlier for report in group):
        left = policy.free_days - used.get(report.student, 0)
        used[report.student] = used.get(report.student, 0) + min(left, policy.days_late(report))
    return [_grade(policy, report, used.get(report.student, 0)) for report in reports]


def doubts(policy: Policy, grades: Sequence[Grade]) -> list[str]:
    """What a person should look at, one sentence each: names that fit to nobody, and times that are not known."""
    homework, students = grades[0].report.homework, {grade.report.student for grade in grades}
    named = {**policy.extensions.get(homework, {}), **policy.drop_in.get(homework, {})}
    lines = [
        f"the policy names {name}, who has handed in nothing under this name"
        for name in sorted(named.keys() - students)
    ]
    timeless = sum(not grade.report.submitted for grade in grades) if homework in policy.due else 0
    count_as = f"of {timeless} of {len(grades)} it is not known when they handed in; they count as on time"
    return [*lines, count_as] if timeless else lines


def _due_before(policy: Policy, homework: str) -> list[str]:
    if not policy.free_days or homework not in policy.due:
        return []
    return [name for name, due in sorted(policy.due.items(), key=lambda each: each[1]) if due < policy.due[homework]]


def _grade(policy: Policy, report: Report, used: int) -> Grade:
    days = policy.days_late(report)
    free = min(days, policy.free_days - used)
    is_too_late = policy.most_days is not None and days > policy.most_days
    share = 1.0 if is_too_late else min(1.0, policy.penalty * (days - free))
    drop_in = policy.drop_in.get(report.homework, {}).get(report.student, 0.0)
    extra = sum(score.points for score in report.scores if score.extra) + drop_in
    most = policy.most_extra_credit
    excess = max(0.0, extra - most) if most is not None else 0.0
    grade = Grade(report, report.points + drop_in - excess, excess, share, drop_in)
    told = [*_tell_time(policy, report, days), *_tell_cost(policy, grade, days, free, used, is_too_late)]
    told += _tell_extra(extra, drop_in, excess)
    return replace(grade, lines=tuple(told))


def _tell_time(policy: Policy, report: Report, days: int) -> list[str]:
    deadline = policy.deadline(report.homework, report.student)
    if deadline is None:
        return []
    extension = policy.extensions.get(report.homework, {}).get(report.student, 0)
    with_extension = f", with your extension of {_days(extension)}" if extension else ""
    due = f"due {deadline.isoformat(' ', 'minutes')}{with_extension}"
    if not report.submitted:
        return [f"{due}; not known when it was handed in, so it counts as on time"]
    if not days:
        return [f"{due}, handed in on time"] if extension else []
    moment = datetime.fromisoformat(report.submitted).astimezone(deadline.tzinfo)
    return [f"{due}, handed in {moment.isoformat(' ', 'minutes')}: {_days(days)} late"]


def _tell_cost(policy: Policy, grade: Grade, days: int, free: int, used: int, is_too_late: bool) -> list[str]:
    if is_too_late:
        return [f"more than {_days(policy.most_days)} late: nothing counts"]
    covered = f"{_days(free)} of it free (you had used {used} of your {policy.free_days} before)"
    lines = [covered] if free else []
    if days > free:
        cost = f": -{round(grade.penalty, 2):g} points" if grade.points else ""
        lines.append(f"{grade.share:.0%} off for {_days(days - free)}{cost}")
    return lines


def _tell_extra(extra: float, drop_in: float, excess: float) -> list[str]:
    lines = [f"extra credit from outside the homework: {drop_in:g} points"] if drop_in else []
    return [*lines, f"extra credit: {extra:g} points, of which {extra - excess:g} count"] if excess else lines


def _days(count: int) -> str:
    return f"{count} day{'' if count == 1 else 's'}"


def _problem_of(table: Mapping[str, Any]) -> str:
    """What no policy can say, in one sentence that ends the one of the caller."""
    known = {each.name for each in fields(Policy)}
    if unknown := sorted(table.keys() - known):
        return f"{unknown[0]!r} is not known; it may say {', '.join(sorted(known))}"
    for key in ("due", "extensions", "drop_in"):
        if not isinstance(table.get(key, {}), dict):
            return f"{key} must be a table, opened by [{key}]"
    named = {*table.get("due", ()), *table.get("extensions", ()), *table.get("drop_in", ())}
    if strange := sorted(named - set(suite.homeworks())):
        return f"there is no homework {strange[0]!r}; the homeworks are {', '.join(suite.homeworks())}"
    for key in ("free_days", "penalty", "most_days", "grace_minutes", "most_extra_credit"):
        if not _is_number(table.get(key, 0), whole=key not in ("penalty", "most_extra_credit")):
            return f"{key} must be a number, 0 or more; days and minutes are whole"
    for homework, due in table.get("due", {}).items():
        if not isinstance(due, datetime) or due.tzinfo is None:
            return f"due.{homework} needs day, time and zone, such as 2026-11-20T23:59:00-05:00"
    for key, whole in (("extensions", True), ("drop_in", False)):
        for homework, students in table.get(key, {}).items():
            values = students.values() if isinstance(students, dict) else [None]
            if not all(_is_number(value, whole) for value in values):
                return (
                    f"{key}.{homework} must give each student a number, 0 or more{'; days are whole' if whole else ''}"
                )
    return ""


def _is_number(value: Any, whole: bool) -> bool:
    kinds = int if whole else int | float
    return isinstance(value, kinds) and not isinstance(value, bool) and 0 <= value < float("inf")
