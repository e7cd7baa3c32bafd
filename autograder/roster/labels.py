"""Labels: under which name the grader keeps each student's work. With a roster it is the student's id there, always."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Generic, Protocol, TypeVar

from autograder.harmless import clean
from autograder.roster.students import FOUND_AS, IDS, Roster, Student, identity_in

_STRANGER = " (not in the roster)"


class Labelled(Protocol):
    """A hand-in, or a report of one."""

    @property
    def student(self) -> str: ...

    @property
    def identity(self) -> Mapping[str, str]: ...


Work = TypeVar("Work", bound=Labelled)


@dataclass(frozen=True)
class ByRoster(Generic[Work]):
    """Works under their labels. unclear: label -> why it is not known whose it is. unknown: labels of who is not in the
    roster. without: students of whom there is nothing, and nothing that may be theirs.
    """

    works: list[Work]
    unclear: dict[str, str]
    unknown: tuple[str, ...] = ()
    without: tuple[Student, ...] = ()

    def describe(self) -> list[str]:
        """What a person should look at, one sentence each."""
        unclear = [f"{clean(label)} is nobody's yet: {why}" for label, why in self.unclear.items()]
        return [*unclear, *(f"{clean(label)} is not in the roster" for label in self.unknown)]


def by_roster(works: Sequence[Work], roster: Roster) -> ByRoster[Work]:
    """The works with the ids of their students as labels; who cannot be told keeps the label that there was."""
    if not roster:
        return ByRoster(list(works), {})
    matches = [roster.match(work.student, work.identity) for work in works]
    count = Counter(found[0].id for found in matches if len(found) == 1)
    ids = {student.id for student in roster.students}
    named, unclear, unknown = list[Work](), dict[str, str](), list[str]()
    for work, found in zip(works, matches, strict=True):
        if len(found) == 1 and count[found[0].id] == 1:
            named.append(_named(work, found[0]))
            continue
        label = work.student + (_STRANGER if not found and work.student in ids else "")
        named.append(replace(work, student=label))  # type: ignore[type-var]
        if found:
            unclear[label] = _why(found)
        else:
            unknown.append(label)
    seen = {student.id for found in matches for student in found}
    without = tuple(student for student in roster.students if student.id not in seen)
    return ByRoster(named, unclear, tuple(unknown), without)


def label_of(student: str, identity: Mapping[str, str], roster: Roster) -> str:
    """The same of one student alone, who has this label where there is no roster."""
    found = roster.match(student, identity) if roster else ()
    if len(found) == 1:
        return found[0].id
    return student + (_STRANGER if not found and any(each.id == student for each in roster.students) else "")


def _named(work: Work, student: Student) -> Work:
    """What the roster knows stays there: it may be corrected, and the work is kept."""
    as_found = {FOUND_AS: work.student} if work.student != student.id else {}
    return replace(work, student=student.id, identity={**as_found, **work.identity})  # type: ignore[type-var]


def _why(found: Sequence[Student]) -> str:
    if len(found) == 1:
        return f"it is not all that there is of {clean(found[0].id)} in the roster; leave one there, and grade again"
    ids = " or ".join(clean(each.id) for each in found)
    return f"it may be of {ids} in the roster; call it by the right id, and grade again"


def keep_labels(works: Sequence[Work], earlier: Mapping[str, Mapping[str, str]]) -> list[Work]:
    """Each work under the label that its student had before, whoever else has come or gone since.

    earlier: label -> identity. Who has the label of somebody else gets a number behind it.
    """
    known = {label: {**identity_in(label), **identity} for label, identity in earlier.items()}
    by_number = {(key, identity[key]): label for label, identity in known.items() for key in IDS if key in identity}
    kept = []
    for work in works:
        label = next((found for key in IDS if (found := by_number.get((key, work.identity.get(key, ""))))), None)
        if label is None and _is_another(known.get(work.student, {}), work.identity):
            label = f"{work.student} ({next(work.identity[key] for key in ('sis_id', *IDS) if key in work.identity)})"
        kept.append(replace(work, student=label) if label else work)  # type: ignore[type-var]
    labels = Counter(each.student for each in kept)
    return [each if labels[each.student] == 1 else work for each, work in zip(kept, works, strict=True)]


def _is_another(known: Mapping[str, str], identity: Mapping[str, str]) -> bool:
    """Whether they share a kind of number and have different ones."""
    shared = [key for key in IDS if key in known and key in identity]
    return any(known[key] != identity[key] for key in shared)
