"""Moodle's own names in a download: WHO_NUMBER_assignsubmission_KIND_, of a folder, or of a file with its name behind.

The number is that of the submission: another one in each homework. So a student is known by name, and by the number
only where two have the same name.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

_NAME = re.compile(r"(?P<who>.+?)_(?P<number>\d+)_assignsubmission_(?P<kind>[a-z]+)(?:_(?P<name>.*))?", re.DOTALL)


@dataclass(frozen=True)
class Named:
    """A file or folder of a download. name: as the student called the file, "" for a folder; who: the person's name."""

    student: str
    name: str
    who: str


def read(names: Iterable[str]) -> dict[str, Named]:
    """name -> what Moodle says in it, for those that are of its form. A student's text online is one more file."""
    split = {name: found for name in names if (found := _NAME.fullmatch(name))}
    numbers: dict[str, set[str]] = {}
    for found in split.values():
        numbers.setdefault(found["who"], set()).add(found["number"])
    return {
        name: Named(_student(found, len(numbers[found["who"]]) > 1), found["name"] or "", found["who"])
        for name, found in split.items()
    }


def _student(found: re.Match[str], is_shared: bool) -> str:
    return f"{found['who']} (Moodle {found['number']})" if is_shared else found["who"]
