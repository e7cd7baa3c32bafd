"""The folder that holds the class: the one that was named, or one in it, where a download lies a level too deep."""

import os
import re
from collections import Counter
from collections.abc import Collection, Iterable
from pathlib import Path

from autograder.submissions.folders import is_noise, readable
from autograder.submissions.gradescope_download import METADATA
from autograder.submissions.whole_class import is_class_folder

_DEEPEST = 4
_MOST = 2000  # entries of one folder that are looked at
_DRIVES = re.compile(  # what Google Drive calls the parts of a download, each of which holds some of the folders
    r"(?P<of>.+-\d{8}T\d{6}Z|(?:drive-download|takeout)-.+?)(?:-\d{1,3}){1,2}(?: ?\(\d+\))?", re.IGNORECASE
)
_SUBMITTED = "submitted"  # where nbgrader keeps what was collected


def listed(place: Path, apart: Collection[Path] = ()) -> list[Path]:
    """What lies in a folder but noise and what is the course's own, sorted by name."""
    own = {os.path.realpath(path) for path in apart}
    return [path for path in sorted(place.iterdir()) if not is_noise(path.name) and os.path.realpath(path) not in own]


def enter(place: Path, homework: str, apart: Collection[Path]) -> tuple[Path, list[str]]:
    """The class's folder, and a sentence for each that was gone into: only where nothing else can be meant."""
    told: list[str] = []
    while place.is_dir() and not (place / METADATA).is_file() and len(told) < _DEEPEST:
        inner = _inner(place, homework, apart)
        if inner is None:
            break
        told.append(f"the class is in {readable(inner.name)}, below {place}; that is graded")
        place = inner
    return place, told


def enter_parts(place: Path, homework: str, apart: Collection[Path]) -> tuple[dict[Path, Path], list[str]]:
    """Part of a download by Google Drive -> the folder in it that holds students; and a sentence, if there are any."""
    here = listed(place, apart) if place.is_dir() else []
    of_drive = _parts(path.name for path in here if path.is_dir() and not path.is_symlink())
    parts = [path for path in here if path.name in of_drive]
    if not parts:
        return {}, []
    inner = {part: enter(part, homework, apart)[0].relative_to(part) for part in parts}
    deepest = max(inner.values(), key=lambda path: len(path.parts))  # the same folder is in all
    told = f"the class is in {len(parts)} parts of a download by Google Drive; all of them are graded"
    return {part: part / deepest if (part / deepest).is_dir() else part / inner[part] for part in parts}, [told]


def _parts(names: Iterable[str]) -> set[str]:
    """Folders that are parts of a download: by a name that Google Drive gives, or as several of one download."""
    split = {name: found["of"] for name in names if (found := _DRIVES.fullmatch(name))}
    count = Counter(split.values())
    return {name for name, of in split.items() if count[of] > 1 or is_drives(name)}


def is_drives(name: str) -> bool:
    """Whether Google Drive has given a name in which no student's is."""
    return name.lower().startswith(("drive-download-", "takeout-"))


def _inner(place: Path, homework: str, apart: Collection[Path]) -> Path | None:
    entries = listed(place, apart)
    folders = [path for path in entries if path.is_dir() and not path.is_symlink()]
    if _is_course(place) and place / _SUBMITTED in folders:
        return place / _SUBMITTED
    if len(entries) != 1 or not folders:
        return None
    (inner,) = folders
    return inner if _leads_to_class(inner, homework, _DEEPEST) else None


def _is_course(place: Path) -> bool:
    """Whether nbgrader is at home here."""
    return any((place / name).exists() for name in ("gradebook.db", "nbgrader_config.py"))


def _leads_to_class(place: Path, homework: str, deepest: int) -> bool:
    """Whether a folder is a class's, or holds nothing but another one that leads to one."""
    if (place / METADATA).is_file() or _is_class(place, homework):
        return True
    names = _names(place)
    if _parts(name for name in names if (place / name).is_dir()):
        return True
    is_lonely = len(names) == 1 and (place / names[0]).is_dir() and not (place / names[0]).is_symlink()
    return is_lonely and deepest > 1 and _leads_to_class(place / names[0], homework, deepest - 1)


def _is_class(place: Path, homework: str) -> bool:
    names = _names(place)
    folders = [name for name in names if (place / name).is_dir() and not (place / name).is_symlink()]
    return is_class_folder(set(names) - set(folders), {name: _names(place / name) for name in folders}, homework)


def _names(place: Path) -> list[str]:
    """What lies in a folder; nothing where it cannot be listed."""
    try:
        with os.scandir(place) as entries:
            names = [entry.name for _, entry in zip(range(_MOST), entries, strict=False)]
    except OSError:
        return []
    return sorted(name for name in names if not is_noise(name))
