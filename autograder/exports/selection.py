"""Whose grades an export takes: of everybody whose they are without doubt, or of one section or TA of the roster."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from autograder.exports import ExportError
from autograder.harmless import clean
from autograder.results import absences
from autograder.results.counting import Counted
from autograder.results.store import Results
from autograder.roster.students import Roster, Student


@dataclass(frozen=True)
class Selection:
    """The grades to export. left_out: who is not among them and why; told: what else is to be known of the class."""

    grades: list[Counted]
    left_out: list[str]
    told: list[str]


def select(store: Results, run: int, grades: Sequence[Counted], section: str | None, ta: str | None) -> Selection:
    """Of the grades of a run, each with all that the roster knows of who it is.

    ExportError where the roster knows no such section or TA, or nobody is left.
    """
    found, wanted = store.by_roster(run), _wanted(store.roster, section, ta)
    known = {student.id: student for student in store.roster.students}
    chosen = [each for each in grades if each.report.student not in found.unclear and wanted(each.report.student)]
    if not chosen:
        raise ExportError("there is no grade to export; look at who is left out, and at --section and --ta")
    left_out = [f"{clean(label)} is left out: {why}" for label, why in found.unclear.items()]
    told = [f"{clean(label)} is not in the roster" for label in found.unknown if wanted(label)]
    return Selection(
        [_identified(each, known.get(each.report.student)) for each in chosen],
        left_out,
        [*told, *absences.describe(chosen, absences.find(store, run).before)],
    )


def _identified(grade: Counted, student: Student | None) -> Counted:
    if student is None:
        return grade
    return replace(grade, report=replace(grade.report, identity={**student.identity, **grade.report.identity}))


def _wanted(roster: Roster, section: str | None, ta: str | None) -> Callable[[str], bool]:
    """Whether a label is of somebody who was asked for."""
    ids = {student.id for student in roster.students}
    for option, value in (("section", section), ("ta", ta)):
        if value is None:
            continue
        there = {student.id: getattr(student, option) for student in roster.students}
        if value not in there.values():
            known = ", ".join(sorted(set(filter(None, there.values())))) or "none"
            raise ExportError(f"the roster has no {option} {value!r}; it has {known}")
        ids &= {label for label, own in there.items() if own == value}
    return (lambda label: label in ids) if section or ta else (lambda label: True)
