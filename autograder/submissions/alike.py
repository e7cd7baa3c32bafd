"""Names of submissions that may be one student's: browsers and systems add a number or a word to a copy's name."""

import re
from collections.abc import Iterable

from autograder.names import folded

_COPY = re.compile(  # what only copies have: "bob (1)", "bob-Copy1", "bob - Copy (2)", "bob copy 2", "bob - Kopie"
    r"\s*[\[(]\d{1,2}[\])]|[\s_-]+(?:copy|kopie|copie|copia|kopia|duplicate|conflicted copy)[\s_-]*\d{0,2}"
)
_OF = re.compile(r"(?:copy|kopie|copie|copia)[ _-](?:of|von|de)[ _-]+")
_AGAIN = re.compile(  # what others have too, and copies where the name without it is there: "bob 2", "bob_final"
    r"[\s_-]+(?:v?\d{1,2}|final|finals|new|neu|old|alt|latest|backup|fixed|updated|again|resubmission|version \d{1,2})"
)


def alike(students: Iterable[str]) -> list[tuple[str, ...]]:
    """Groups of at least two names, in order."""
    known = list(students)
    plain = {name: _original(name) for name in known}
    there = set(plain.values())
    groups: dict[str, list[str]] = {}
    for name in known:
        groups.setdefault(_first(plain[name], there), []).append(name)
    return [tuple(group) for group in groups.values() if len(group) > 1]


def _original(name: str) -> str:
    """The name without the marks of copies, in small letters."""
    plain = folded(name).casefold()
    while (shorter := _OF.sub("", _without(_COPY, plain))) != plain:
        plain = shorter
    return plain


def _first(plain: str, there: Iterable[str]) -> str:
    """The shortest name that is there and that this one may be a later version of."""
    first = plain
    while (shorter := _without(_AGAIN, plain)) != plain:
        plain = shorter
        first = plain if plain in there else first
    return first


def _without(mark: re.Pattern[str], name: str) -> str:
    """The name without such a mark at its end; never nothing."""
    found = next((each for each in mark.finditer(name) if each.end() == len(name) and each.start()), None)
    return name[: found.start()] if found else name
