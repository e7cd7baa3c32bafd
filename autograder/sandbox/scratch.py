"""A child's scratch folder, measured while it runs and removed afterwards; its contents are the student's."""

import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

MAX_ENTRIES = 10_000
_ROOT = re.compile(r"autograder-(\d+)-")


def make_root() -> Path:
    """A folder for this grader's scratch folders; those of graders that were killed are removed."""
    for path in Path(tempfile.gettempdir()).iterdir():
        owner = _ROOT.match(path.name)
        with suppress(OSError):  # somebody else's, or just removed
            if owner and path.lstat().st_uid == os.getuid() and not _is_running(int(owner[1])):
                remove(path)
    return Path(tempfile.mkdtemp(prefix=f"autograder-{os.getpid()}-"))


def _is_running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:  # somebody else's
        pass
    return True


def is_overfull(folder: Path, most_bytes: int) -> bool:
    """Whether the files below take more room than allowed, or are too many to count."""
    total = 0
    for number, entry in enumerate(_entries(folder)):
        try:
            total += entry.stat(follow_symlinks=False).st_blocks * 512
        except OSError:
            continue  # just removed
        if total > most_bytes or number > MAX_ENTRIES:
            return True
    return False


def _entries(folder: Path) -> Iterator[os.DirEntry]:
    waiting = [str(folder)]
    while waiting:
        try:
            with os.scandir(waiting.pop()) as found:
                for entry in found:
                    yield entry
                    if entry.is_dir(follow_symlinks=False):
                        waiting.append(entry.path)
        except OSError:
            pass  # just removed, or deeper than a path can tell


def remove(folder: Path) -> None:
    """Remove a folder of any depth: folders inside are moved up first, as a deep tree would exhaust a recursion."""
    waiting, moved = [str(folder)], 0
    while waiting:
        here = waiting.pop()
        try:
            os.chmod(here, 0o700)
            with os.scandir(here) as found:
                inside = [entry.path for entry in found if entry.is_dir(follow_symlinks=False)]
            for path in inside if here != str(folder) else ():
                moved += 1
                os.rename(path, f"{folder}/.moved-{os.getpid()}-{moved}")
                waiting.append(f"{folder}/.moved-{os.getpid()}-{moved}")
            waiting += inside if here == str(folder) else []
        except OSError:
            pass
    shutil.rmtree(folder, ignore_errors=True)
