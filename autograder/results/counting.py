"""What counts of a report after marks given by hand and the course's policy, and why, in sentences for the student."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cache

from autograder.records import LATE, UNREADABLE_TIME, Report
from autograder.results import absences
from autograder.results.marks import NOTHING, ByHand
from autograder.results.policy import BLANK, Policy, PolicyError, has_time
from autograder.results.store import Results
from autograder.suite.questions import questions


@dataclass(frozen=True)
class Counted:
    """What counts of a report. points: of the homework and of extra credit that counts, before what lateness takes.

    excess: points of extra credit above the most that counts. share: of the points that lateness takes, in [0, 1].
    days: late days; free: those that cost nothing. lines: why, for the student, one sentence each. by_hand: what
    persons gave. is_blank: nothing was handed in, and that is no grade (yet).
    """

    report: Report
    points: float
    excess: float = 0.0
    share: float = 0.0
    drop_in: float = 0.0
    days: int = 0
    free: int = 0
    lines: tuple[str, ...] = ()
    by_hand: ByHand = NOTHING
    is_blank: bool = False

    @property
    def earned(self) -> float:
        """The grader's points and those given by hand, before the policy."""
        return self.report.points + self.by_hand.change(self.report)

    @property
    def max_points(self) -> float:
        """Full points of all that is graded: of the exercises, and of the questions that are marked."""
        return self.report.max_points + self.by_hand.most(self.report)

    @property
    def why_open(self) -> str:
        """As the report's, but for what a person has settled."""
        return self.report.why_open([mark.cell for mark in self.by_hand.marks if self.by_hand.settles(mark.cell)])

    @property
    def is_open(self) -> bool:
        """Nothing or not all has a grade that another program should be told."""
        return bool(self.why_open)

    @property
    def why_left_out(self) -> str:
        """Why no other program is told a grade; empty where there is one, be it the 0 of who handed in nothing."""
        return "" if self.report.is_missing and not self.is_blank else self.why_open

    @property
    def penalty(self) -> float:
        return self.share * self.points

    @property
    def total(self) -> float:
        """The points that go to other programs, to two decimals."""
        return round(self.points - self.penalty, 2)

    @property
    def is_changed(self) -> bool:
        """Whether another number counts than what was earned."""
        return self.total != round(self.earned, 2)

    def describe(self) -> list[str]:
        """What the policy did, for the student: one sentence a line; empty where it did nothing."""
        return [*self.lines, *([f"what counts: {self.total:g} points"] if self.is_changed else [])]


def grades(policy: Policy, store: Results, best: bool = False, run: int | None = None) -> list[Counted]:
    """Grades of a run of a store (default: the newest); if days are free, what was due before it must be there.

    Who of the roster has handed in nothing is among them.
    best: of each student the attempt that counts most, of equals the one that takes fewest free days, then the newest.
    """
    run = store.newest() if run is None else run
    reports = store.reports(run) if run else []
    if run is None or not reports:
        raise PolicyError("there are no results yet; run `autograder grade` first")
    due = [*due_before(policy, reports[0].homework, store), run]
    *earlier, attempts = (
        store.attempts(number) if best else [[report] for report in store.reports(number)] for number in due
    )
    absent = [[report] for report in absences.find(store, run).reports]
    started = next(each.started for each in store.runs() if each.number == run)
    settled = _settle(policy, [*attempts, *absent], earlier, _given_in(store))
    return sorted((_absent(policy, grade, started) for grade in settled), key=lambda grade: grade.report.student)


def _absent(policy: Policy, grade: Counted, started: str) -> Counted:
    """What who has handed in nothing gets; started: of the run, in UTC, before which what was not due is no zero.

    Points that a person gave are a grade all the same.
    """
    if not grade.report.is_missing or grade.by_hand.has_points(grade.report):
        return grade
    deadline = policy.deadline(grade.report.homework, grade.report.student)
    if deadline and datetime.fromisoformat(started).replace(tzinfo=UTC) <= deadline:
        told = f"nothing was handed in; due {policy.shown(deadline)}"
        return replace(grade, is_blank=True, lines=(told, *grade.lines))
    return replace(grade, is_blank=policy.missing == BLANK)


def _given_in(store: Results) -> Callable[[Report], ByHand]:
    """What persons gave the student of a report."""
    marks_of = cache(store.marks_of)
    return lambda report: ByHand(marks_of(report.homework).get(report.student, ()), questions(report.homework))


def due_before(policy: Policy, homework: str, store: Results | None) -> list[int]:
    """Runs of the homeworks whose free days count before this one's; PolicyError if one is missing or was cut short."""
    newest = {run.homework: run.number for run in store.runs() if run.finished} if store else {}
    names = _due_before(policy, homework)
    if missing := [name for name in names if name not in newest]:
        raise PolicyError(
            f"the policy's free days cannot be counted without the results of {', '.join(missing)}; grade all homeworks"
            " into one results folder, or take what is due earlier out of the policy"
        )
    return [newest[name] for name in names]


def settle(policy: Policy, reports: Sequence[Report], earlier: Sequence[Sequence[Report]] = ()) -> list[Counted]:
    """One grade for each report of a homework. earlier: reports of the homeworks due before, in order."""
    return _settle(policy, [[report] for report in reports], [[[report] for report in group] for group in earlier])


Attempts = Sequence[Sequence[Report]]  # of one homework: of each student the reports, the newest first


def _settle(
    policy: Policy,
    attempts: Attempts,
    earlier: Sequence[Attempts] = (),
    given: Callable[[Report], ByHand] = lambda report: NOTHING,
) -> list[Counted]:
    """One grade for each student: the best after the policy, with the free days that those before it have left."""
    used, counted = Counter[str](), list[Counted]()
    for homework in (*earlier, attempts):
        counted = [_best(policy, own, used[own[0].student], given(own[0])) for own in homework]
        used.update({grade.report.student: grade.free for grade in counted})
    return counted


def _best(policy: Policy, own: Sequence[Report], used: int, by_hand: ByHand) -> Counted:
    graded = (_grade(policy, report, used, by_hand) for report in own)
    return max(graded, key=lambda grade: (grade.total, -grade.free))


def _due_before(policy: Policy, homework: str) -> list[str]:
    if not policy.free_days or homework not in policy.due:
        return []
    return [name for name, due in sorted(policy.due.items(), key=lambda each: each[1]) if due < policy.due[homework]]


def _grade(policy: Policy, report: Report, used: int, by_hand: ByHand) -> Counted:
    days = policy.days_late(report)
    free = min(days, policy.free_days - used)
    is_too_late = policy.most_days is not None and days > policy.most_days
    share = 1.0 if is_too_late else min(1.0, policy.penalty * (days - free))
    drop_in = policy.drop_in_of(report.homework, report.student)
    extra = by_hand.extra(report) + drop_in
    most = policy.most_extra_credit
    excess = max(0.0, extra - most) if most is not None else 0.0
    points = report.points + by_hand.change(report) + drop_in - excess
    grade = Counted(report, points, excess, share, drop_in, days, free, by_hand=by_hand)
    told = [*_tell_time(policy, report, days), *_tell_cost(policy, grade, days, free, used)]
    told += _tell_extra(extra, drop_in, excess)
    return replace(grade, lines=tuple(told))


def _tell_time(policy: Policy, report: Report, days: int) -> list[str]:
    deadline = policy.deadline(report.homework, report.student)
    if deadline is None or report.is_missing:
        return []
    extension = policy.extension(report.homework, report.student)
    with_extension = f", with your extension of {_days(extension)}" if extension else ""
    due = f"due {policy.shown(deadline)}{with_extension}"
    if not has_time(report):
        return [f"{due}; {_UNKNOWN[report.submitted]}"]
    if not days:
        return [f"{due}, handed in on time"] if extension else []
    moment = datetime.fromisoformat(report.submitted).astimezone(deadline.tzinfo)
    return [f"{due}, handed in {policy.shown(moment)}: {_days(days)} late"]


_UNKNOWN = {
    "": "not known when it was handed in, so it counts as on time",
    LATE: "late according to Canvas, which does not say by how much; no day is counted until a person has looked",
    UNREADABLE_TIME: "its time stamp cannot be read, so no day is counted until a person has looked",
}


def _tell_cost(policy: Policy, grade: Counted, days: int, free: int, used: int) -> list[str]:
    if policy.most_days is not None and days > policy.most_days:
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
