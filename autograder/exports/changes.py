"""What an export would change of the points that are there: told by `--dry-run`, before anything is written."""

from collections.abc import Sequence
from dataclasses import dataclass

from autograder.harmless import clean


@dataclass(frozen=True)
class Change:
    """The points of one student, there and here; None where there are none. What is not here stays as it is there."""

    student: str
    before: float | None
    after: float | None

    @property
    def is_change(self) -> bool:
        return self.after is not None and (self.before is None or round(self.before, 2) != round(self.after, 2))

    @property
    def falls(self) -> bool:
        return self.is_change and (self.before or 0) > (self.after or 0)


def describe(changes: Sequence[Change]) -> list[str]:
    """A line that counts, and one for each student whose points would be others, those who lose first."""
    changed = [each for each in changes if each.is_change]
    new, fall = sum(each.before is None for each in changed), sum(each.falls for each in changed)
    same = sum(each.after is not None and not each.is_change for each in changes)
    stay = [each for each in changes if each.after is None and each.before is not None]
    counts = (
        f"{len(changed)} change ({new} new, {fall} fall), {same} are the same, {len(stay)} are there alone and stay"
    )
    lines = [_line(each) for each in sorted(changed, key=lambda each: not each.falls)]
    return [
        f"nothing is written; {counts}",
        *lines,
        *(f"  {clean(each.student)}: stays {each.before:g}" for each in stay),
    ]


def _line(change: Change) -> str:
    before = "nothing" if change.before is None else f"{change.before:g}"
    return f"  {clean(change.student)}: {before} -> {change.after:g}{', falls' if change.falls else ''}"
