"""The students of a course, and which of them is meant by a name or by the numbers that a download carries."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from autograder import names

IDS = ("canvas_id", "sis_id", "email")  # what systems tell people apart by; the words of an identity, with "name"
FOUND_AS = "found_as"  # in an identity: the label that the hand-in had before the roster's id became it
_MARK = re.compile(  # what the grader puts behind a name that is not enough
    r"(?P<name>.+) \((?:Canvas (?P<canvas>\d+)|(?P<email>[^()\s]+@[^()\s]+)|(?P<sis>(?=\D*\d)[^()\s]{3,}))\)"
)
_SQUEEZED = re.compile(r"[\W_]+")


@dataclass(frozen=True)
class Student:
    """One line of the roster; what is not known is empty. groups: (homework, group), homework "" for all of them."""

    id: str
    name: str = ""
    email: str = ""
    sis_id: str = ""
    canvas_id: str = ""
    section: str = ""
    ta: str = ""
    groups: tuple[tuple[str, str], ...] = ()

    @property
    def identity(self) -> dict[str, str]:
        """What is known of who this is."""
        known = {"name": self.name, **{key: getattr(self, key) for key in IDS}}
        return {key: value for key, value in known.items() if value}

    def is_contradicted(self, identity: Mapping[str, str]) -> bool:
        """Whether a system knows this person by another number."""
        own = self.identity
        return any(key in own and key in identity and _plain(own[key]) != _plain(identity[key]) for key in IDS)


@dataclass(frozen=True)
class Roster:
    """All students of the course, in the file's order. unused: columns of the file that say nothing to the grader."""

    students: tuple[Student, ...] = ()
    unused: tuple[str, ...] = field(default=(), compare=False)

    def __bool__(self) -> bool:
        return bool(self.students)

    def match(self, label: str, identity: Mapping[str, str]) -> tuple[Student, ...]:
        """Who may have handed in what has this label and identity: nobody, one, or those that cannot be told apart.

        A number counts more than a label that is somebody's id, and that more than a name; neither counts against a
        number.
        """
        as_found = identity.get(FOUND_AS, label)
        known = {**identity_in(as_found), **identity}
        by_number = [self._by[key].get(_plain(known[key]), []) for key in IDS if key in known]
        if found := _once(by_number):
            return found
        by_label = [self._by[key].get(_plain(each), []) for each in (as_found, label) for key in ("id", *IDS)]
        by_name = [self._by["name"].get(key, []) for key in _names_of(known.get("name", as_found))]
        if "canvas_id" in known:
            by_name += [self._by["squeezed"].get(_squeezed(known.get("name", as_found)), [])]
        for candidates in (by_label, by_name):
            if found := tuple(each for each in _once(candidates) if not each.is_contradicted(known)):
                return found
        return ()

    def find(self, name: str) -> Student | None:
        """The one that a person means by an id, a number, an address or a name; None for nobody or for several."""
        found = self.match(name, {})
        return found[0] if len(found) == 1 else None

    def label(self, name: str) -> str:
        """The id of the one who is meant; the name itself where that is not clear."""
        student = self.find(name)
        return student.id if student else name

    def groups_of(self, homework: str) -> dict[str, list[str]]:
        """group -> ids of its members; a group of this homework alone stands before one of all homeworks."""
        found: dict[str, list[str]] = {}
        for student in self.students:
            of = dict(student.groups)
            if group := of.get(homework, of.get("", "")):
                found.setdefault(group, []).append(student.id)
        return found

    @cached_property
    def _by(self) -> dict[str, dict[str, list[Student]]]:
        """What is looked for -> its folded form -> the students that have it."""
        by: dict[str, dict[str, list[Student]]] = {key: {} for key in ("id", *IDS, "name", "squeezed")}
        for student in self.students:
            for key in ("id", *IDS):
                if value := getattr(student, key):
                    by[key].setdefault(_plain(value), []).append(student)
            for key in _names_of(student.name):
                by["name"].setdefault(key, []).append(student)
            for key in _squeezed_of(student.name):
                by["squeezed"].setdefault(key, []).append(student)
        return by


def identity_in(label: str) -> dict[str, str]:
    """What a label that the grader gave tells of who it is: "Wei Zhang (90301)", "zhangwei (Canvas 13)"."""
    found = _MARK.fullmatch(label)
    if not found:
        return {}
    told = {"name": found["name"], "canvas_id": found["canvas"], "email": found["email"], "sis_id": found["sis"]}
    return {key: value for key, value in told.items() if value}


def _once(groups: Iterable[Iterable[Student]]) -> tuple[Student, ...]:
    return tuple(dict.fromkeys(student for group in groups for student in group))


def _plain(text: str) -> str:
    return names.folded(text).casefold()


def _names_of(name: str) -> set[str]:
    """As a person writes it, and as lists are sorted: "Lovelace, Ada"."""
    last, comma, first = name.partition(",")
    return {_plain(name), *([_plain(f"{first} {last}")] if comma else [])} - {""}


def _squeezed(name: str) -> str:
    return _SQUEEZED.sub("", _plain(name))


def _squeezed_of(name: str) -> set[str]:
    """As Canvas calls files, last name first and without a gap; which words are the last name, nobody knows."""
    return {
        _squeezed("".join(words[place:] + words[:place]))
        for plain in _names_of(name)
        for words in [plain.replace(",", " ").split()]
        for place in range(len(words))
    } - {""}
