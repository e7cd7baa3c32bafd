"""Finds the submissions in what a course hands over: bare notebooks, folders per student, zips, Gradescope's download.

Nothing is unpacked to disk: members of a zip are read into memory, within a size limit.
"""

import lzma
import re
import stat
import struct
import zipfile
import zlib
from collections.abc import Collection
from dataclasses import dataclass, replace
from pathlib import Path

from autograder import gradescope_download
from autograder.moments import to_utc
from autograder.records import Submission
from homework.notebook.cells import MAX_NOTEBOOK

NOTEBOOK = ".ipynb"
FOLDER = "artefacts"  # where a hand-in keeps what was trained
MAX_ARTEFACT = 8 << 20  # bytes; the largest network of a homework takes a quarter
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


@dataclass(frozen=True)
class Located:
    """Where a student's submission lies; it is read when it is its turn, so that a class never fills the memory.

    submitted: when it was handed in (ISO 8601, UTC), if that is known.
    """

    student: str
    path: Path
    homework: str
    wanted: Collection[str] = ()
    submitted: str = ""

    def read(self) -> Submission:
        """The submission. A student without a notebook gets one of no bytes."""
        if self.path.is_dir():
            found = _from_folder(self.path, self.homework, self.wanted)
        elif self.path.suffix == ".zip":
            found = _from_zip(self.path, self.homework, self.wanted)
        else:
            found = Submission(self.path.stem, self.path.name, read_notebook(self.path))
        return replace(found, student=self.student, submitted=self.submitted)


def find_submissions(place: Path, homework: str, wanted: Collection[str] = ()) -> list[Located]:
    """Every student's submission, sorted by name.

    place: one notebook or zip, or a folder that holds for each student NAME.ipynb, NAME.zip, NAME/….ipynb or
    nbgrader's NAME/HOMEWORK/….ipynb, or what Gradescope exports, where a group's submission is that of each of its
    members. wanted: names of the artefacts that are taken along, from whatever folder.
    """
    if not place.exists():
        raise NoSubmissions(f"{place} does not exist; name the folder that holds the submissions")
    if (place / gradescope_download.METADATA).is_file():
        found = _exported_by_gradescope(place, homework, wanted)
    else:
        paths = sorted(place.iterdir()) if place.is_dir() else [place]
        found = [
            Located(_student_of(path), path, homework, wanted, _time_of(path, homework))
            for path in paths
            if _is_submission(path)
        ]
    if not found:
        raise NoSubmissions(f"{place} holds no notebooks, student folders or zips; name the folder that does")
    return _with_unique_names(sorted(found, key=lambda located: located.student))


def _exported_by_gradescope(place: Path, homework: str, wanted: Collection[str]) -> list[Located]:
    try:
        entries = gradescope_download.read(place / gradescope_download.METADATA)
    except gradescope_download.UnknownForm as error:
        raise NoSubmissions(str(error)) from None
    return [
        Located(entry.student, place / entry.folder, homework, wanted, entry.submitted)
        for entry in entries
        if _is_submission(place / entry.folder)
    ]


def _time_of(path: Path, homework: str) -> str:
    """What nbgrader wrote beside a submission; files elsewhere may be the student's own."""
    stamp = path / homework / "timestamp.txt"
    return to_utc(_read_file(stamp, 100).decode("ascii", "replace")) if _is_plain(stamp) else ""


def _student_of(path: Path) -> str:
    return path.name if path.is_dir() else path.stem


def _is_submission(path: Path) -> bool:
    if path.name.startswith(".") or path.name in _NOISE or path.is_symlink():
        return False
    return path.is_dir() or (path.is_file() and path.suffix in (".zip", NOTEBOOK))  # a pipe would be waited for


def read_notebook(path: Path) -> bytes:
    """The file's bytes, or as many as show that there are too many."""
    return _read_file(path, MAX_NOTEBOOK)


def read_artefacts(folder: Path, wanted: Collection[str]) -> dict[str, bytes]:
    """The wanted files below this folder, the one nearest the top of each name."""
    paths = sorted(folder.rglob("*"), key=lambda path: (-len(path.parts), path)) if wanted else ()
    return {path.name: _read_file(path, MAX_ARTEFACT) for path in paths if path.name in wanted and _is_plain(path)}


def _read_file(path: Path, most: int) -> bytes:
    with path.open("rb") as file:
        return file.read(most + 1)


def _is_plain(path: Path) -> bool:
    return path.is_file() and not path.is_symlink() and not _NOISE & set(path.parts)


def _from_folder(folder: Path, homework: str, wanted: Collection[str]) -> Submission:
    own = folder / homework if (folder / homework).is_dir() and not (folder / homework).is_symlink() else folder
    notebooks = {
        path.relative_to(folder).as_posix(): path for path in sorted(own.rglob("*" + NOTEBOOK)) if _is_plain(path)
    }
    chosen = _choose(list(notebooks), homework)
    artefacts = read_artefacts(own, wanted)
    if chosen is not None:
        origin = f"{folder.name}/{chosen}"
        return Submission(folder.name, origin, read_notebook(notebooks[chosen]), artefacts)
    zips = [path for path in sorted(own.glob("*.zip")) if _is_plain(path)]
    if len(zips) == 1 and not notebooks:
        inner = _from_zip(zips[0], homework, wanted)
        return replace(inner, student=folder.name, origin=f"{folder.name}/{zips[0].name}")
    return Submission(folder.name, folder.name, b"", artefacts)


def _from_zip(path: Path, homework: str, wanted: Collection[str]) -> Submission:
    try:
        with zipfile.ZipFile(path) as archive:
            members = {m.filename: m for m in archive.infolist()[:MAX_MEMBERS] if _is_plain_member(m)}
            artefacts = _artefacts_in(archive, members, wanted)
            chosen = _choose([name for name in members if name.endswith(NOTEBOOK)], homework)
            if chosen is None:
                return Submission(path.stem, path.name, b"", artefacts)
            notebook = _read_member(archive, members[chosen], MAX_NOTEBOOK)
            return Submission(path.stem, f"{path.name}: {chosen}", notebook, artefacts)
    except _BROKEN_ZIP:
        return Submission(path.stem, path.name, b"PK broken zip")


def _artefacts_in(
    archive: zipfile.ZipFile, members: dict[str, zipfile.ZipInfo], wanted: Collection[str]
) -> dict[str, bytes]:
    """The wanted members, the one nearest the top of each name."""
    artefacts = {}
    for name in sorted(members, key=lambda name: (-len(_parts(name)), name)):
        if _parts(name)[-1] in wanted:
            try:
                artefacts[_parts(name)[-1]] = _read_member(archive, members[name], MAX_ARTEFACT)
            except _BROKEN_ZIP:  # the notebook may be whole
                artefacts[_parts(name)[-1]] = b""
    return artefacts


def _read_member(archive: zipfile.ZipFile, member: zipfile.ZipInfo, most: int) -> bytes:
    with archive.open(member) as file:
        return file.read(most + 1)


def _parts(name: str) -> list[str]:
    return re.split(r"[/\\]", name)


def _is_plain_member(member: zipfile.ZipInfo) -> bool:
    kind = stat.S_IFMT(member.external_attr >> 16)
    parts = _parts(member.filename)
    is_plain_file = kind in (0, stat.S_IFREG) and not member.is_dir()
    return is_plain_file and not _NOISE & set(parts) and not parts[-1].startswith("._")


def _choose(names: list[str], homework: str) -> str | None:
    """The homework's own name wins, then the only notebook, then the one nearest the top."""
    own = [name for name in names if name.rpartition("/")[2] == homework + NOTEBOOK]
    candidates = sorted(own or names, key=lambda name: (name.count("/"), name))
    return candidates[0] if candidates else None


def _with_unique_names(found: list[Located]) -> list[Located]:
    seen: dict[str, int] = {}
    unique = []
    for located in found:
        seen[located.student] = count = seen.get(located.student, 0) + 1
        student = located.student if count == 1 else f"{located.student} ({count})"
        unique.append(replace(located, student=student))
    return unique
