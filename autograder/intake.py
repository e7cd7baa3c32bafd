"""Finds the submissions in what a course hands over: bare notebooks, folders per student, zips.

Nothing is unpacked to disk: members of a zip are read into memory, within a size limit.
"""

import lzma
import re
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path

from autograder.cells import MAX_NOTEBOOK
from autograder.records import Submission

NOTEBOOK = ".ipynb"
_NOISE = {"__MACOSX", ".ipynb_checkpoints", ".git", "__pycache__"}
MAX_MEMBERS = 10_000
_BROKEN_ZIP = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    struct.error,
    RuntimeError,
    OSError,
    ValueError,
    EOFError,
    MemoryError,
)


class NoSubmissions(Exception):
    """There is nothing to grade at this place; one sentence."""


def find_submissions(place: Path, homework: str) -> list[Submission]:
    """Every student's submission, sorted by name. A student without a notebook gets one of no bytes.

    place: one notebook or zip, or a folder that holds for each student NAME.ipynb, NAME.zip, NAME/….ipynb or
    nbgrader's NAME/HOMEWORK/….ipynb.
    """
    if not place.exists():
        raise NoSubmissions(f"{place} does not exist; name the folder that holds the submissions")
    paths = sorted(place.iterdir()) if place.is_dir() else [place]
    found = [submission for path in paths for submission in _read(path, homework)]
    if not found:
        raise NoSubmissions(f"{place} holds no notebooks, student folders or zips; name the folder that does")
    return _with_unique_names(sorted(found, key=lambda submission: submission.student))


def read_notebook(path: Path) -> bytes:
    """The file's bytes, or as many as show that there are too many."""
    with path.open("rb") as file:
        return file.read(MAX_NOTEBOOK + 1)


def _read(path: Path, homework: str) -> Iterator[Submission]:
    if path.name.startswith(".") or path.name in _NOISE or path.is_symlink():
        return
    if path.is_dir():
        yield _from_folder(path, homework)
    elif not path.is_file():  # a pipe would be waited for
        return
    elif path.suffix == ".zip":
        yield _from_zip(path, homework)
    elif path.suffix == NOTEBOOK:
        yield Submission(path.stem, path.name, read_notebook(path))


def _from_folder(folder: Path, homework: str) -> Submission:
    own = folder / homework if (folder / homework).is_dir() and not (folder / homework).is_symlink() else folder
    notebooks = {
        path.relative_to(folder).as_posix(): path
        for path in sorted(own.rglob("*" + NOTEBOOK))
        if path.is_file() and not path.is_symlink() and not _NOISE & set(path.parts)
    }
    chosen = _choose(list(notebooks), homework)
    if chosen is None:
        zips = [path for path in sorted(own.glob("*.zip")) if path.is_file() and not path.is_symlink()]
        if len(zips) == 1 and not notebooks:
            inner = _from_zip(zips[0], homework)
            return Submission(folder.name, f"{folder.name}/{zips[0].name}", inner.notebook)
        return Submission(folder.name, folder.name, b"")
    return Submission(folder.name, f"{folder.name}/{chosen}", read_notebook(notebooks[chosen]))


def _from_zip(path: Path, homework: str) -> Submission:
    try:
        with zipfile.ZipFile(path) as archive:
            members = [member for member in archive.infolist()[:MAX_MEMBERS] if _is_notebook(member)]
            chosen = _choose([member.filename for member in members], homework)
            if chosen is None:
                return Submission(path.stem, path.name, b"")
            member = next(member for member in members if member.filename == chosen)
            with archive.open(member) as file:
                return Submission(path.stem, f"{path.name}: {chosen}", file.read(MAX_NOTEBOOK + 1))
    except _BROKEN_ZIP:
        return Submission(path.stem, path.name, b"PK broken zip")


def _is_notebook(member: zipfile.ZipInfo) -> bool:
    kind = stat.S_IFMT(member.external_attr >> 16)
    parts = re.split(r"[/\\]", member.filename)
    is_plain_file = kind in (0, stat.S_IFREG) and not member.is_dir()
    return is_plain_file and parts[-1].endswith(NOTEBOOK) and not _NOISE & set(parts) and not parts[-1].startswith("._")


def _choose(names: list[str], homework: str) -> str | None:
    """The homework's own name wins, then the only notebook, then the one nearest the top."""
    own = [name for name in names if name.rpartition("/")[2] == homework + NOTEBOOK]
    candidates = sorted(own or names, key=lambda name: (name.count("/"), name))
    return candidates[0] if candidates else None


def _with_unique_names(found: list[Submission]) -> list[Submission]:
    seen: dict[str, int] = {}
    unique = []
    for submission in found:
        seen[submission.student] = count = seen.get(submission.student, 0) + 1
        student = submission.student if count == 1 else f"{submission.student} ({count})"
        unique.append(Submission(student, submission.origin, submission.notebook))
    return unique
