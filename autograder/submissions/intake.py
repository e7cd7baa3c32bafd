"""Finds the submissions in what a course hands over: bare notebooks, folders per student, archives, downloads.

Every file at this place is somebody's submission, a part of one, noise, or named with the reason why it is not graded.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import count
from pathlib import Path

from autograder import names
from autograder.errors import AutograderError
from autograder.harmless import clean
from autograder.records import LATE, UNREADABLE_TIME
from autograder.roster.labels import by_roster, keep_labels
from autograder.roster.students import Roster
from autograder.submissions import gradescope_download
from autograder.submissions.alike import alike
from autograder.submissions.class_files import in_folder, shown
from autograder.submissions.class_folder import enter, enter_parts, listed
from autograder.submissions.groups import with_groups
from autograder.submissions.located import Located

FOLDER = "artefacts"  # where a hand-in keeps what was trained


class NoSubmissions(AutograderError):
    """There is nothing to grade at this place; one sentence."""


@dataclass(frozen=True)
class Course:
    """What the course knows of the class beforehand.

    zone: in which its systems write times. groups: name -> the students a group's submission is of.
    apart: files and folders of the course's own that may lie in the class's folder. roster: who is in it.
    earlier: without a roster, label -> identity of who has handed in before.
    """

    zone: str = ""
    groups: Mapping[str, Sequence[str]] | None = None
    apart: Collection[Path] = ()
    roster: Roster = field(default_factory=Roster)
    earlier: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


@dataclass(frozen=True)
class Found:
    """The submissions, sorted by name. unused: what is not graded or not understood, and told: what was made of it.

    One sentence each. alike: students who may be one, by their names. without: ids of the roster of whom nothing is
    there.
    """

    submissions: list[Located]
    unused: tuple[str, ...] = ()
    told: tuple[str, ...] = ()
    alike: tuple[tuple[str, ...], ...] = ()
    without: tuple[str, ...] = ()


def find_submissions(place: Path, homework: str, wanted: Collection[str] = (), course: Course | None = None) -> Found:
    """Every student's submission.

    place: one notebook or archive, or a folder that holds for each student NAME.ipynb, NAME.zip, NAME/….ipynb or
    nbgrader's NAME/HOMEWORK/….ipynb, or what Canvas, Moodle or Gradescope exports, where a group's submission is that
    of each of its members. wanted: names of the artefacts that are taken along, from whatever folder.
    """
    course = course or Course()
    if not place.exists():
        raise NoSubmissions(f"{place} does not exist; name the folder that holds the submissions")
    try:
        place, entered = enter(place, homework, course.apart)
        parts, of_parts = enter_parts(place, homework, course.apart)
        found, unused = _found(place, homework, wanted, replace(course, apart=(*course.apart, *parts)))
        for part in parts.values():
            in_part, unused_there = _found(part, homework, wanted, course)
            found, unused = [*found, *in_part], [*unused, *unused_there]
        found = _merged(found) if parts else found
    except OSError as error:
        raise NoSubmissions(f"{place} cannot be read ({error.strerror}); name a folder that can") from None
    if not found:
        there = f" ({unused[0]})" if unused else ""
        raise NoSubmissions(f"{place} holds no notebooks, student folders or zips{there}; name the folder that does")
    found, strangers, without = _labelled(found, course)
    found, about_groups = with_groups(found, course.groups or {})
    unique, doubled = _with_unique_names(sorted(found, key=lambda located: located.student))
    told = (*entered, *of_parts, *about_groups, *doubled, *_late(unique))
    without -= {located.student for located in unique}  # a member of a group hands in nothing by himself
    left = (*unused, *strangers, *_unread(unique))
    return Found(unique, left, told, _alike(place, unique, course), tuple(sorted(without)))


def _labelled(found: Sequence[Located], course: Course) -> tuple[list[Located], list[str], set[str]]:
    """Each under its student's label; who is not in the roster, or may be several there; and ids of whom nothing is.

    A group is no student.
    """
    if not course.roster:
        return keep_labels(found, course.earlier), [], set()
    groups = {names.folded(group) for group in course.groups or {}}
    of_groups = [each for each in found if names.folded(each.student) in groups]
    labelled = by_roster([each for each in found if names.folded(each.student) not in groups], course.roster)
    return [*of_groups, *labelled.works], labelled.describe(), {student.id for student in labelled.without}


def _alike(place: Path, found: Sequence[Located], course: Course) -> tuple[tuple[str, ...], ...]:
    """Only files and folders are named by chance: Gradescope, the roster and the groups tell who is who."""
    if (place / gradescope_download.METADATA).is_file():
        return ()
    known = {names.folded(name) for group in (course.groups or {}).values() for name in group}
    known |= {names.folded(student.id) for student in course.roster.students}
    return tuple(alike(each.student for each in found if names.folded(each.student) not in known))


def _unread(found: Iterable[Located]) -> Iterator[str]:
    for each in found:
        if each.submitted == UNREADABLE_TIME:
            yield f"the time stamp of {clean(each.student)} cannot be read, so it is not known whether it is late"


def _late(found: Iterable[Located]) -> Iterator[str]:
    if late := [clean(each.student) for each in found if each.submitted == LATE]:
        yield f"late according to Canvas, which does not say by how much: {', '.join(late)}"


def _found(place: Path, homework: str, wanted: Collection[str], course: Course) -> tuple[list[Located], list[str]]:
    """Submissions, and what is not graded, one sentence each."""
    if (place / gradescope_download.METADATA).is_file():
        return _exported_by_gradescope(place, homework, wanted, course)
    entries = listed(place, course.apart) if place.is_dir() else [place]
    return in_folder(place, entries, homework, wanted, course.zone)


def _merged(found: Iterable[Located]) -> list[Located]:
    """A folder that Google Drive has put into several parts is one student's again."""
    folders: dict[str, list[Located]] = {}
    merged = []
    for each in found:
        is_folder = each.path.is_dir() and not each.files
        folders.setdefault(each.student, []).append(each) if is_folder else merged.append(each)
    for first, *more in folders.values():
        parts = tuple(("", each.path) for each in (first, *more))
        merged.append(replace(first, files=parts) if more else first)
    return merged


def _exported_by_gradescope(
    place: Path, homework: str, wanted: Collection[str], course: Course
) -> tuple[list[Located], list[str]]:
    metadata = gradescope_download.METADATA
    try:
        entries = gradescope_download.read(place / metadata)
    except gradescope_download.UnknownForm as error:
        raise NoSubmissions(str(error)) from None
    named = {entry.folder for entry in entries}
    there = {path.name for path in listed(place, course.apart)} - {metadata}
    missing = [
        f"{clean(entry.student)} is not graded: {metadata} names {clean(entry.folder)}, which is not here; download the"
        " submissions again"
        for entry in entries
        if entry.folder not in there or (place / entry.folder).is_symlink()
    ]
    extra = [f"{clean(name)} is not graded: {metadata} does not say whose it is" for name in sorted(there - named)]
    found = [
        Located(entry.student, place / entry.folder, homework, wanted, entry.submitted, identity=entry.identity)
        for entry in entries
        if entry.folder in there and not (place / entry.folder).is_symlink()
    ]
    return found, missing + extra


def _with_unique_names(found: list[Located]) -> tuple[list[Located], list[str]]:
    """The first of a name keeps it; the others take the next number under which nobody else has handed in."""
    own, used = {located.student for located in found}, set[str]()
    unique, told = [], []
    for located in found:
        numbered = (f"{located.student} ({number})" for number in count(2))
        student = located.student if located.student not in used else next(name for name in numbered if name not in own)
        if student != located.student:
            told.append(
                f"two have handed in under the name {clean(located.student)}; {shown(located.path)} is graded as"
                f" {clean(student)}"
            )
        own.add(student)
        used.add(student)
        unique.append(replace(located, student=student))
    return unique, told
