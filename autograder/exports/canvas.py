"""Canvas: the instructor's exported gradebook in, its one column with our grades out, ready to be imported.

Canvas matches a column by the number in its title, "HW 4 (12345)", and makes a new assignment of every title it does
not know; it matches a student by ID. So nothing is written but who the students are, and a column Canvas made itself.
Students without a grade of ours are left out, which leaves what Canvas has of them as it is.
"""

import csv
import io
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from autograder import names
from autograder.exports import ExportError
from autograder.exports.changes import Change
from autograder.exports.csv import defuse
from autograder.harmless import clean
from autograder.results.counting import Counted
from autograder.roster.students import FOUND_AS, identity_in
from autograder.submissions import canvas_names

Key = tuple[str, str]  # a column, or "" for the name; and what stands there
_NUMBERS = {"ID": "canvas_id", "SIS User ID": "sis_id"}  # columns, and what the roster calls them
_IDS = ("ID", "SIS User ID", "SIS Login ID", "Integration ID")
_OWN_NUMBER = re.compile(r".* \(Canvas (\d+)\)(?: \(\d+\))?", re.DOTALL)  # as intake names who came with a download
_NOT_GRADED = {"EX": "excused in Canvas", "N/A": "not assigned in Canvas"}
_TITLE = re.compile(r"(?P<name>.*\S)\s+\((?P<number>\d+)\)\s*", re.DOTALL)
_TEST_STUDENT = "Student, Test"
_AGAIN = "export the gradebook from Canvas again, as it is"


@dataclass(frozen=True)
class Filled:
    """The file to import. left_out: who is not in it and why, one sentence each; hints: what else looks odd.

    changes: of everybody who has points there or here.
    """

    content: str
    left_out: tuple[str, ...]
    hints: tuple[str, ...]
    changes: tuple[Change, ...] = ()


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
        """Where points possible stand, Canvas says "(read only)", in the instructor's language."""
        possible = self.possible[place].strip() if self.possible else ""
        return bool(possible) and _number(possible) is None


def decode(content: bytes) -> str:
    """The file's text, its byte-order mark included."""
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        raise ExportError(f"the gradebook is not UTF-8; {_AGAIN}") from None


def fill(text: str, column: str, grades: Sequence[Counted], other_points: bool = False) -> Filled:
    """The column of the gradebook `text` with these grades.

    ExportError where it is not clear whose they are, or the column's points possible are not those of the homework
    (most often it is another homework's column), unless `other_points`.
    """
    book = read(text)
    place = book.find_column(column)
    hints = _compare_points(book, place, grades, other_points)
    rows: list[tuple[list[str], str]] = []
    left_out: list[str] = []
    for row, grade in _matched(book, grades, left_out):
        if grade.is_blank:  # who that is says `selection`
            continue
        if grade.why_left_out:
            left_out.append(f"{clean(grade.report.student)} is left out: {clean(grade.why_left_out)}")
        elif reason := _NOT_GRADED.get(row[place].strip().upper()):
            left_out.append(f"{clean(grade.report.student)} is left out: {reason}")
        else:
            rows.append((row, f"{grade.total:.2f}"))
    return Filled(_write(book, place, rows), tuple(left_out), tuple(hints), _changes(book, place, rows))


def _changes(book: Gradebook, place: int, rows: Sequence[tuple[list[str], str]]) -> tuple[Change, ...]:
    ours = {id(row): float(points) for row, points in rows}
    named = [(" ".join(row[: book.header.index("ID")]), row) for row in book.rows]
    changes = (Change(name, _number(row[place]), ours.get(id(row))) for name, row in named)
    return tuple(each for each in changes if (each.before, each.after) != (None, None))


def _number(text: str) -> float | None:
    """A number in any language, read as Canvas does: its last comma or point is the decimal one."""
    if not re.fullmatch(r"-?[0-9.,]*[0-9]", text.strip()):
        return None
    *whole, last = re.split("[.,]", text.strip())
    return float(f"{''.join(whole)}.{last}") if whole else float(last)


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


def _matched(book: Gradebook, grades: Sequence[Counted], left_out: list[str]) -> Iterator[tuple[list[str], Counted]]:
    """Each student's row and grade, in the gradebook's order; nobody's name may fit to two."""
    by_id, by_name = _index_of(book, _ids_of), _index_of(book, _names_of)
    found: dict[int, list[Counted]] = {}
    for grade in grades:
        student = grade.report.student
        rows = _rows_of(book, grade, by_id, by_name)
        if len(rows) > 1:
            left_out.append(
                f"{clean(student)} is left out: this may be any of {len(rows)} students of the gradebook; enter it"
                " there by hand"
            )
        elif not rows:
            left_out.append(f"{clean(student)} is left out: not in the gradebook")
        for row in rows if len(rows) == 1 else ():
            found.setdefault(row, []).append(grade)
    for row, own in sorted(found.items()):
        if len(own) == 1:
            yield book.rows[row], own[0]
        else:
            both = " and ".join(clean(grade.report.student) for grade in own)
            left_out.append(f"{both} are left out: they are one student in the gradebook")


def _rows_of(
    book: Gradebook, grade: Counted, by_id: Mapping[Key, set[int]], by_name: Mapping[Key, set[int]]
) -> set[int]:
    """By the numbers that its download or the roster tells; else by a name that no number of the row contradicts."""
    student, identity = grade.report.student, {**identity_in(grade.report.student), **grade.report.identity}
    asked = {column: identity[key] for column, key in _NUMBERS.items() if key in identity}
    if found := {row for column, value in asked.items() for row in by_id.get((column, value), ())}:
        return found
    logins = {_number_of(student), identity.get(FOUND_AS, ""), identity.get("email", "")}
    found = {row for login in logins for column in _IDS for row in by_id.get((column, login), ())}
    written = {_plain(student), _plain(identity.get("name", "")), _plain(identity.get(FOUND_AS, ""))}
    found = found or {row for name in written for row in by_name.get(("", name), ())}
    return {row for row in found if not _is_another(book, row, asked)}


def _is_another(book: Gradebook, row: int, asked: Mapping[str, str]) -> bool:
    """Whether the row has other numbers than these."""
    own = dict(zip(book.header, book.rows[row][: book.names], strict=False))
    return any(own.get(column, "").strip() not in ("", value) for column, value in asked.items())


def _number_of(student: str) -> str:
    """The student's number in Canvas, as its own files tell; else the name itself, which may be an ID."""
    if own := _OWN_NUMBER.fullmatch(student):
        return own[1]
    named = canvas_names.read([student + ".ipynb"])
    return next(iter(named.values())).user if named else student.strip()


def _index_of(book: Gradebook, keys_of: Callable[[dict[str, str]], set[Key]]) -> dict[Key, set[int]]:
    index: dict[Key, set[int]] = {}
    for number, row in enumerate(book.rows):
        for key in keys_of(dict(zip(book.header, row[: book.names], strict=False))):
            index.setdefault(key, set()).add(number)
    return index


def _ids_of(who: dict[str, str]) -> set[Key]:
    return {(name, who[name].strip()) for name in _IDS if who.get(name, "").strip()}


def _names_of(who: dict[str, str]) -> set[Key]:
    """As Canvas sorts it, "Lovelace, Ada", and as a person writes it."""
    if "Student" not in who:
        who = {"Student": f"{who['LastName']}, {who['FirstName']}"}
    last, comma, first = who["Student"].partition(",")
    written = {_plain(who["Student"]), _plain(f"{first} {last}") if comma else _plain(who["Student"])} - {""}
    return {("", name) for name in written}


def _plain(name: str) -> str:
    return names.folded(name).casefold()


def _compare_points(book: Gradebook, place: int, grades: Sequence[Counted], other_points: bool) -> list[str]:
    """Hints; ExportError where the points are others and must not be."""
    possible = _number(book.possible[place]) if book.possible else None
    ours = max((grade.max_points for grade in grades), default=0)
    if possible is None or not ours or possible == ours:
        return []
    told = f"{book.header[place].strip()} has {possible:g} points possible, the homework {ours:g}"
    if not other_points:
        raise ExportError(f"{told}; name its own --column, or say --other-points if this is the one")
    return [told]


def _write(book: Gradebook, place: int, rows: Sequence[tuple[list[str], str]]) -> str:
    file = io.StringIO(newline="")
    writer = csv.writer(file, delimiter=book.delimiter, lineterminator="\n")
    writer.writerow([*map(defuse, book.header[: book.names]), defuse(book.header[place])])
    if book.possible:
        writer.writerow([*map(defuse, book.possible[: book.names]), book.possible[place]])
    for row, points in rows:
        writer.writerow([*map(defuse, row[: book.names]), points])
    return ("\ufeff" if book.has_mark else "") + file.getvalue()
