"""The plain files below a student's folder: any depth, any names, any rights; links are left alone."""

import os
from collections.abc import Iterator
from pathlib import Path

from autograder.names import composed
from autograder.submissions.kinds import A_LINK, NO_FILE

NOISE = {  # what systems and tools leave behind, and nobody hands in; in lower case
    ".ds_store", "thumbs.db", "desktop.ini", "icon\r", ".localized", ".directory", "__macosx", ".spotlight-v100",
    ".trashes", ".fseventsd", ".temporaryitems", ".ipynb_checkpoints", "__pycache__", ".git", ".gitignore",
    ".gitattributes", ".gitkeep", ".virtual_documents", ".vscode", ".idea", ".nbgrader.log",
}  # fmt: skip
MAX_ENTRIES = 10_000  # of a folder, with all that lies below it


class Crowded(Exception):
    """The folder holds more than MAX_ENTRIES files and folders."""


def is_noise(name: str) -> bool:
    """Whether a file or folder of this name is nobody's work."""
    return name.lower() in NOISE or name.startswith(("._", "~$", ".~lock.")) or name.endswith(":Zone.Identifier")


def plain_files(folder: Path) -> list[Path]:
    """Those nearest the top first, then by name; Crowded, or OSError where a folder cannot be listed."""
    return sorted(_plain_files(folder), key=lambda path: (len(path.parts), os.fsencode(path)))


def _plain_files(folder: Path) -> Iterator[Path]:
    waiting, count = [os.fspath(folder)], 0
    while waiting:
        with os.scandir(waiting.pop()) as entries:
            for entry in entries:
                count += 1
                if count > MAX_ENTRIES:
                    raise Crowded
                if is_noise(entry.name) or entry.is_symlink():
                    continue
                if entry.is_dir(follow_symlinks=False):
                    waiting.append(entry.path)
                elif entry.is_file(follow_symlinks=False):
                    yield Path(entry.path)


def passed_over(folder: Path) -> list[str]:
    """What `plain_files` leaves out, by its path, with what it is: leavings of systems, links, pipes, empty folders."""
    found, waiting, left = list[str](), [os.fspath(folder)], MAX_ENTRIES
    while waiting and left > 0:
        with os.scandir(place := waiting.pop()) as entries:
            inside = [entry for _, entry in zip(range(left), entries, strict=False)]
        left -= len(inside)
        if not inside and place != os.fspath(folder):
            found.append(f"{_below(folder, place)} (an empty folder)")
        for entry in inside:
            if entry.is_dir(follow_symlinks=False):
                waiting.append(entry.path)
            elif entry.is_symlink():
                found.append(_below(folder, entry.path) + A_LINK)
            elif not entry.is_file(follow_symlinks=False):
                found.append(_below(folder, entry.path) + NO_FILE)
            elif any(map(is_noise, Path(entry.path).relative_to(folder).parts)):
                found.append(_below(folder, entry.path))
    return sorted(found)


def _below(folder: Path, path: str) -> str:
    return readable(Path(path).relative_to(folder).as_posix())


def readable(name: str) -> str:
    """A file's name as text that can be stored and printed, whatever its bytes are; composed, as names are kept."""
    return composed(os.fsencode(name).decode("utf-8", "replace"))


def read_file(path: Path, most: int) -> bytes:
    """The file's bytes, or as many as show that there are too many."""
    with path.open("rb") as file:
        return file.read(most + 1)
