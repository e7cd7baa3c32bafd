"""The course's policy: late days, extensions, extra credit, time zone and groups, in one TOML file.

    free_days = 3             # late days a student may use over all homeworks, in the order in which they are due
    penalty = 0.1             # of the points, for each late day that is not free
    most_days = 5             # after that, nothing counts
    grace_minutes = 15        # so little is not late
    most_extra_credit = 5     # points of extra credit that count, a homework
    seed = 4803               # hidden tests draw inputs of their own for this course; `record` takes it, too
    zone = "America/New_York" # of the course: times are shown in it, and days are those of its clocks
    missing = "zero"          # who has handed in nothing when it was due gets 0 points; else "blank", no grade

    [due]                     # where no zone is given above, with the offset: 2026-11-20T23:59:00-05:00
    hw4_contrastive = 2026-11-20T23:59:00

    [extensions.hw4_contrastive]    # days, by the student's name in the class report
    ada = 2

    [drop_in.hw4_contrastive]       # points of extra credit that were earned outside the homework
    ada = 1.5

    [groups.hw4_contrastive]        # what one of these hands in is graded for each member; [groups] alone: always
    "team 3" = ["ada", "bob"]

All of it may be left out.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import TypeVar
from zoneinfo import ZoneInfo

from autograder import names, suite
from autograder.errors import AutograderError
from autograder.records import LATE, UNREADABLE_TIME, Report
from autograder.roster.students import Roster

_DAY = timedelta(days=1)
ZERO, BLANK = "zero", "blank"  # what who has handed in nothing gets
Value = TypeVar("Value")


class PolicyError(AutograderError):
    """The policy says what no policy can, or asks for results that are not there; one sentence."""


@dataclass(frozen=True)
class Policy:
    """What the file says; without one, nothing is late and everything counts. Names are folded, as `names` does."""

    free_days: int = 0
    penalty: float = 0.0
    most_days: int | None = None
    grace_minutes: int = 0
    most_extra_credit: float | None = None
    seed: int = 0
    zone: str = ""
    missing: str = BLANK
    due: dict[str, datetime] = field(default_factory=dict)
    extensions: dict[str, dict[str, int]] = field(default_factory=dict)
    drop_in: dict[str, dict[str, float]] = field(default_factory=dict)
    groups: dict[str, dict[str, list[str]]] = field(default_factory=dict)

    def deadline(self, homework: str, student: str) -> datetime | None:
        """When this student's homework is due, extension included."""
        return self._deadline(homework, self.extension(homework, student))

    def extension(self, homework: str, student: str) -> int:
        """Days."""
        return _of(self.extensions.get(homework, {}), student, 0)

    def drop_in_of(self, homework: str, student: str) -> float:
        return _of(self.drop_in.get(homework, {}), student, 0.0)

    def groups_of(self, homework: str) -> dict[str, list[str]]:
        """name -> members; those of this homework before those of all."""
        return {**self.groups.get("", {}), **self.groups.get(homework, {})}

    def for_labels(self, roster: Roster) -> "Policy":
        """The same rules for the labels that a roster gives; PolicyError where two names are one student there."""
        if not roster:
            return self
        groups = {
            homework: {group: [roster.label(member) for member in members] for group, members in own.items()}
            for homework, own in self.groups.items()
        }
        extensions, drop_in = _by_label(self.extensions, roster), _by_label(self.drop_in, roster)
        return replace(self, groups=groups, extensions=extensions, drop_in=drop_in)

    def days_late(self, report: Report) -> int:
        """Begun days after the student's own deadline; 0 as long as it is not known when the report was handed in.

        Days are those of the course's clocks, if its zone is known: one of them may have 23 or 25 hours.
        """
        deadline = self.deadline(report.homework, report.student)
        if deadline is None or not has_time(report):
            return 0
        handed_in = datetime.fromisoformat(report.submitted)
        if handed_in - deadline <= timedelta(minutes=self.grace_minutes):
            return 0
        extension, days = self.extension(report.homework, report.student), max(0, (handed_in - deadline) // _DAY - 1)
        while (end := self._deadline(report.homework, extension + days)) and handed_in > end:
            days += 1
        return days

    def shown(self, moment: datetime) -> str:
        """A time as the course's clocks show it."""
        return (moment.astimezone(ZoneInfo(self.zone)) if self.zone else moment).isoformat(" ", "minutes")

    def _deadline(self, homework: str, days: int) -> datetime | None:
        """So many days after the homework is due, at the same time of day; the later one if a clock shows it twice."""
        due = self.due.get(homework)
        if due is None or not self.zone:
            return due + days * _DAY if due else None
        wall = due.astimezone(ZoneInfo(self.zone)) + days * _DAY
        return max(wall.replace(fold=fold).astimezone(UTC) for fold in (0, 1))


def has_time(report: Report) -> bool:
    """Whether it is known when the report was handed in."""
    return report.submitted not in ("", LATE, UNREADABLE_TIME)


def _by_label(table: Mapping[str, Mapping[str, Value]], roster: Roster) -> dict[str, dict[str, Value]]:
    found: dict[str, dict[str, Value]] = {}
    for homework, students in table.items():
        found[homework] = {}
        for name, value in students.items():
            if found[homework].setdefault(names.folded(roster.label(name)), value) is not value:
                raise PolicyError(
                    f"the policy names {roster.label(name)} twice for {homework}, once as {name!r}; leave one there"
                )
    return found


def _of(table: Mapping[str, Value], student: str, nothing: Value) -> Value:
    """What a table of the policy says of a student."""
    return table.get(names.folded(student), nothing)


def refuse_other_seed(policy: Policy, chosen: suite.Suite) -> None:
    """PolicyError where the references were recorded for another course's inputs."""
    if policy.seed != chosen.seed:
        raise PolicyError(
            f"the policy's seed is {policy.seed}, but {chosen.homework} was recorded with {chosen.seed}; run"
            f" `autograder record {chosen.homework} --policy` with this policy"
        )
