"""Canvas: the instructor's exported gradebook in, its one column with our grades out, ready to be imported.

Canvas matches a column by the number in its title, "HW 4 (12345)", and makes a new assignment of every title it does
not know; it matches a student by ID. So nothing is written but who the students are, and a column Canvas made itself.
Students without a grade of ours are left out, which leaves what Canvas has of them as it is.
"""

import csv
import io
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from autograder.exports import ExportError
from autograder.exports.csv import defuse
from autograder.policy import Grade

_IDS = ("ID", "SIS User ID", "SIS Login ID", "Integration ID")
_OWN_FILE = re.compile(r"[^_]*_(?:LATE_)?(\d+)_\d+_")  # Canvas names a download lovelaceada_4242_99001_hw4.ipynb
_TITLE = re.compile(r"(?P<name>.*\S)\s+\((?P<number>\d+)\)\s*", re.DOTALL)
_TEST_STUDENT = "Student, Test"
_AGAIN = "export the gradebook from Canvas again, as it is"


@dataclass(frozen=True)
class Filled:
    """The file to import. left_out: who is not in it and why, one sentence each; hints: what else looks odd."""

    content: str
    left_out: tuple[str, ...]
    hints: tuple[str, ...]


@dataclass(frozen=True)
class Gradebook:
    """A gradebook as Canvas exports it. rows: those of students; possible: the row of points possible, or empty."""

    header: list[str]
    rows: list[list[str]]
    possible: list[str]
    delimiter: str
    has_mark: bool

    @property
    def names(self) -> int:
        """The number of columns that say who a student is: all up to Section."""
        return self.header.index("Section") + 1

    def find_column(self, name: str) -> int:
        """The one assignment of this title, with or without its number."""
        titles = self.header[self.names :]
        known = {self.names + place: _TITLE.fullmatch(title) for place, title in enumerate(titles)}
        found = [
            place
            for place, title in known.items()
            if title and name.strip() in (title["name"].strip(), title.string.strip()) and not self._is_computed(place)
        ]
        if len(found) == 1:
            return found[0]
        there = [title.string.strip() for place, title in known.items() if title and not self._is_computed(place)]
        problem = "more than one assignment" if found else "no assignment"
        raise ExportError(
            f"the gradebook has {problem} called {name!r}; say --column with one of {', '.join(there) or 'none'}"
        )

    def _is_computed(self, place: int) -> bool:
        return bool(self.possible) and "read only" in self.possible[place]


def decode(content: bytes) -> str:
    """The file's text, its byte-order mark included."""
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        raise ExportError(f"the gradebook is not UTF-8; {_AGAIN}") from None


def fill(text: str, column: str, grades: Sequence[Grade]) -> Filled:
    """The column of the gradebook `text` with these grades; ExportError where it is not clear whose they are."""
    book = read(text)
    place = book.find_column(column)
    rows, left_out = [], []
    for row, grade in _matched(book, grades, left_out):
        if grade.report.is_open:
            left_out.append(f"{grade.report.student} is left out: not everything could be graded")
        elif row[place].strip().upper() == "EX":
            left_out.append(f"{grade.report.student} is left out: excused in Canvas")
        else:
            rows.append((row, f"{grade.total:.2f}"))
    return Filled(_write(book, place, rows), tuple(left_out), tuple(_compare_points(book, place, grades)))


def read(text: str) -> Gradebook:
    """The gradebook; ExportError when this is no file of Canvas."""
    has_mark, text = text.startswith("\ufeff"), text.removeprefix("\ufeff")
    delimiter = ";" if re.match(r'"?(Student|LastName)"?;', text) else ","
    try:
        header, *rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    except (csv.Error, ValueError):
        raise ExportError(f"the gradebook is no table; {_AGAIN}") from None
    if (header[:2] != ["Student", "ID"] and header[:3] != ["LastName", "FirstName", "ID"]) or "Section" not in header:
        raise ExportError(f"the gradebook does not open with Student, ID and so on up to Section; {_AGAIN}")
    rows = [row for row in rows if any(row)]
    if any(len(row) != len(header) for row in rows):
        raise ExportError(f"the gradebook has rows that are longer or shorter than its header; {_AGAIN}")
    possible = next((row for row in rows if "Points Possible" in row[0]), [])
    number = header.index("ID")
    students = [row for row in rows if row[number].strip() and row[0] != _TEST_STUDENT]
    return Gradebook(header, students, possible, delimiter, has_mark)


def _matched(book: Gradebook, grades: Sequence[Grade], left_out: list[str]) -> Iterator[tuple[list[str], Grade]]:
    """Each student's row and grade, in the gradebook's order; nobody's name may fit to two."""
    by_id, by_name = _index_of(book, _ids_of), _index_of(book, _names_of)
    taken: dict[int, Grade] = {}
    for grade in grades:
        student = grade.report.student
        own = _OWN_FILE.match(student)
        found = by_id.get(own[1] if own else student.strip()) or by_name.get(_plain(student)) or ()
        if len(found) > 1:
            raise ExportError(f"{student!r} may be any of {len(found)} students of the gradebook; name it by its ID")
        if not found:
            left_out.append(f"{student} is left out: not in the gradebook")
            continue
        (row,) = found
        if row in taken:
            raise ExportError(
                f"{taken[row].report.student!r} and {student!r} are one student in the gradebook; keep one"
            )
        taken[row] = grade
    yield from ((book.rows[row], taken[row]) for row in sorted(taken))


def _index_of(book: Gradebook, keys_of: Callable[[dict[str, str]], set[str]]) -> dict[str, set[int]]:
    index: dict[str, set[int]] = {}
    for number, row in enumerate(book.rows):
        for key in keys_of(dict(zip(book.header, row[: book.names], strict=False))):
            index.setdefault(key, set()).add(number)
    return index


def _ids_of(who: dict[str, str]) -> set[str]:
    return {who[name].strip() for name in _IDS if who.get(name, "").strip()}


def _names_of(who: dict[str, str]) -> set[str]:
    """As Canvas sorts it, "Lovelace, Ada", and as a person writes it."""
    if "Student" not in who:
        who = {"Student": f"{who['LastName']}, {who['FirstName']}"}
    last, comma, first = who["Student"].partition(",")
    return {_plain(who["Student"]), _plain(f"{first} {last}") if comma else _plain(who["Student"])} - {""}


def _plain(name: str) -> str:
    return " ".join(name.casefold().split())


def _compare_points(book: Gradebook, place: int, grades: Sequence[Grade]) -> list[str]:
    possible = book.possible[place].strip() if book.possible else ""
    ours = max((grade.report.max_points for grade in grades), default=0)
    if not re.fullmatch(r"\d+(\.\d+)?", possible) or not ours or float(possible) == ours:
        return []
    return [f"Canvas has {float(possible):g} points possible, the homework {ours}"]


def _write(book: Gradebook, place: int, rows: Sequence[tuple[list[str], str]]) -> str:
    file = io.StringIO(newline="")
    writer = csv.writer(file, delimiter=book.delimiter, lineterminator="\n")
    writer.writerow([*map(defuse, book.header[: book.names]), defuse(book.header[place])])
    if book.possible:
        writer.writerow([*map(defuse, book.possible[: book.names]), book.possible[place]])
    for row, points in rows:
        writer.writerow([*map(defuse, row[: book.names]), points])
    return ("\ufeff" if book.has_mark else "") + file.getvalue()
