"""Reads roster.csv, and says in one sentence what no roster can say."""

import csv
import io
import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from autograder.errors import AutograderError
from autograder.harmless import clean
from autograder.names import composed, folded
from autograder.roster.students import IDS, Roster, Student

COLUMNS = {  # a student's field -> what the column may be called, in small letters without signs and blanks
    "id": ("id", "studentid", "student", "login", "sisloginid"),
    "name": ("name", "fullname"),
    "email": ("email", "emailaddress", "mail"),
    "sis_id": ("sisid", "sisuserid", "sid"),
    "canvas_id": ("canvasid",),
    "section": ("section",),
    "ta": ("ta",),
    "groups": ("groups", "group"),
}
_SHOWN = {"email": "e-mail", "sis_id": "SIS id", "canvas_id": "Canvas id", "ta": "TA"}
_SHORTENED = re.compile(r"\d(?:[.,]\d+)?E\+?\d+", re.IGNORECASE)  # what a spreadsheet makes of a long number
_MARKS = {b"\xef\xbb\xbf": "utf-8-sig", b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}


class RosterError(AutograderError):
    """The roster says what no roster can; one sentence."""


def content_of(path: Path) -> str:
    """The file's text; RosterError where it is none."""
    try:
        content = path.read_bytes()
        return content.decode(next((name for mark, name in _MARKS.items() if content.startswith(mark)), "utf-8"))
    except UnicodeDecodeError:
        raise RosterError(f'the roster {path} is not in UTF-8; save it as "CSV UTF-8"') from None
    except OSError as error:
        raise RosterError(f"the roster {path} cannot be read ({error.strerror}); correct it") from None


def parse(text: str, name: str) -> Roster:
    """The roster that this text is, which is called so in errors."""
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text), strict=True))
    except csv.Error as error:
        raise RosterError(f"the roster {name} is no table ({error}); save it as CSV again") from None
    lines = [(number, row) for number, row in enumerate(rows, start=1) if any(cell.strip() for cell in row)]
    if len(lines) < 2:
        raise RosterError(f"the roster {name} names no student; it has a line of titles, and one for each student")
    (_, titles), *students = lines
    places, unused = _columns(titles, name)
    where = f"the roster {name}: line"
    read = [(number, _student(row, places, len(titles), f"{where} {number}")) for number, row in students]
    for key in ("id", *IDS):
        _refuse_twice(read, key, name)
    return Roster(tuple(student for _, student in read), unused)


def _delimiter(text: str) -> str:
    """As a spreadsheet of any language writes it."""
    titles = text.split("\n", 1)[0]
    return max(",;\t", key=titles.count)


def _columns(titles: Sequence[str], name: str) -> tuple[dict[str, int], tuple[str, ...]]:
    """field -> its place; and the titles of other columns."""
    known = {spelling: field for field, spellings in COLUMNS.items() for spelling in spellings}
    places: dict[str, int] = {}
    unused = []
    for place, title in enumerate(titles):
        field = known.get(re.sub(r"[\W_]+", "", title.casefold()))
        if field is None:
            unused.append(clean(title))
        elif field in places:
            both = f"{clean(titles[places[field]])!r} and {clean(title)!r}"
            raise RosterError(f"the roster {name} has two columns for the {_shown(field)}, {both}; leave one there")
        else:
            places[field] = place
    if "id" not in places:
        there = ", ".join(filter(None, map(clean, titles))) or "none"
        raise RosterError(f"the roster {name} has no column id; its titles are {there}: call one of them id")
    return places, tuple(filter(None, unused))


def _student(row: Sequence[str], places: Mapping[str, int], count: int, where: str) -> Student:
    if len(row) > count and any(cell.strip() for cell in row[count:]):
        raise RosterError(f"{where} has {len(row)} cells and the titles are {count}; put a name with a comma in quotes")
    told = {key: folded(row[place]) if place < len(row) else "" for key, place in places.items()}
    if not told["id"]:
        raise RosterError(f"{where} has no id; every student needs one")
    for key in ("id", *IDS):
        if _SHORTENED.fullmatch(told.get(key, "")):
            raise RosterError(
                f"{where} has the {_shown(key)} {told[key]}, a number that a spreadsheet has shortened; format the"
                " column as text and fill it again"
            )
    told["id"] = composed(row[places["id"]]).strip()
    groups = tuple(_group(each) for each in told.pop("groups", "").split(";") if each.strip())
    return Student(**told, groups=groups)


def _group(text: str) -> tuple[str, str]:
    """ "team 3" is a group in all homeworks, "hw4_contrastive: team 3" in one."""
    homework, colon, group = text.partition(":")
    return (homework.strip(), group.strip()) if colon else ("", text.strip())


def _refuse_twice(read: Sequence[tuple[int, Student]], key: str, name: str) -> None:
    seen: dict[str, int] = {}
    for number, student in read:
        value = getattr(student, key)
        first = seen.setdefault(value.casefold(), number) if value else number
        if first != number:
            raise RosterError(
                f"the roster {name} has the {_shown(key)} {clean(value)} in lines {first} and {number}; leave one there"
            )


def _shown(key: str) -> str:
    return _SHOWN.get(key, key)
