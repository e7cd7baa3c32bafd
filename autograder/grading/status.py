"""What is newer in a class's folder than in the store: told before anything is graded, and without running any code."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from autograder import suite, versions
from autograder.grading import class_run, known_course
from autograder.harmless import clean
from autograder.records import Receipt, Report
from autograder.results import choice, run_diff
from autograder.results.course import Asked, Course
from autograder.results.store import Results, Run
from autograder.submissions.intake import find_submissions


@dataclass(frozen=True)
class Status:
    """What to tell, counts first. is_current: grading now would change nothing."""

    lines: tuple[str, ...]
    is_current: bool


@dataclass(frozen=True)
class Change:
    """kind: "new", "changed" or "gone"."""

    kind: str
    student: str
    why: str = ""

    @property
    def line(self) -> str:
        return f"{self.kind}: {clean(self.student)}{f' ({self.why})' if self.why else ''}"


def look(place: Path, homework: str, store: Results, course: Course, asked: Asked) -> Status:
    """The class's folder beside the newest run of this homework; where there is none, everything is new.

    course, asked: what it goes by, and what of it the command line said.
    """
    runs = [run for run in store.runs() if run.homework == homework]
    run = choice.find_run(store, homework) if runs else None
    chosen = suite.load(homework)
    found = find_submissions(
        place, homework, chosen.files, known_course.of(course, asked, homework, place, store.folder)
    )
    receipts = [class_run.fetch(each).receipt for each in found.submissions]
    there = {each.student: each for each in receipts if not each.is_missing}
    known = {each.student: each for each in (store.reports(run.number) if run else ()) if not each.is_missing}
    changes = list(_changes(there, known))
    nothing = sorted({*found.without, *(each.student for each in receipts if each.is_missing)})
    grader = list(_other_grader(known, versions.made_by(chosen)))
    unfinished = [choice.describe_cut_short(each) for each in runs if not each.finished]
    lines = (
        _counts(homework, run, changes, len(there), len(nothing)),
        *(change.line for change in changes),
        *(f"nothing: {clean(student)}" for student in nothing),
        *grader,
        *unfinished,
        *found.unused,
    )
    return Status(lines, not (changes or grader or unfinished))


def _changes(there: Mapping[str, Receipt], known: Mapping[str, Report]) -> Iterator[Change]:
    for student, receipt in sorted(there.items()):
        report = known.get(student)
        if report is None:
            yield Change("new", student)
        elif report.made_by.get("source") != receipt.digest:
            yield Change("changed", student)
        elif report.submitted != receipt.submitted:
            yield Change("changed", student, "the same files, handed in at another time")
        elif report.is_open and not report.problem:
            yield Change("changed", student, "the grader itself had failed on it")
    for student in sorted(known.keys() - there.keys()):
        yield Change("gone", student)


def _counts(homework: str, run: Run | None, changes: list[Change], there: int, nothing: int) -> str:
    """The line that says it all."""
    count = {kind: sum(change.kind == kind for change in changes) for kind in ("new", "changed", "gone")}
    same = there - count["new"] - count["changed"]
    against = f"run {run.number} of {run.started} UTC" if run else "never graded"
    told = ", ".join(f"{number} {kind}" for kind, number in count.items())
    return f"{homework}, {against}: {told}, {same} the same, {nothing} with nothing"


def _other_grader(known: Mapping[str, Report], today: Mapping[str, str]) -> Iterator[str]:
    """Of whom a part of what decides a score was another one."""
    for part in (part for part in versions.DECIDING if part in today):
        count = sum(report.made_by.get(part, "") != today[part] for report in known.values())
        if count:
            yield f"grader: {run_diff.REASONS[part]} now than {count} of {len(known)} were graded by"
