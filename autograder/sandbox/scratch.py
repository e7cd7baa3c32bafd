"""A child's scratch folder, measured while it runs and removed afterwards; its contents are the student's."""

import fcntl
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

MAX_ENTRIES = 10_000
_PREFIX = "autograder-scratch-"
_PATIENCE_SECONDS = 5.0


def make_root() -> tuple[Path, int]:
    """A folder for this grader's scratch folders, and the descriptor of its lock, to be closed when it is removed.

    Folders of graders that were killed are removed: nobody holds their locks. A process number would not tell that to
    a grader in another container.
    """
    for path in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*"):
        with suppress(OSError):  # somebody else's, in use, or just removed
            if path.lstat().st_uid == os.getuid():
                hold = _lock(path, fcntl.LOCK_NB)
                try:
                    remove(path)
                finally:
                    os.close(hold)
    while True:
        root = Path(tempfile.mkdtemp(prefix=_PREFIX))
        with suppress(FileNotFoundError):
            hold = _lock(root)
            if root.exists():  # else another grader has locked it before us, and removed it
                return root, hold
            os.close(hold)


def _lock(folder: Path, flags: int = 0) -> int:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | flags)
    except OSError:
        os.close(descriptor)
        raise
    return descriptor


class Room:
    """Free space where the scratch folders are. Files that were removed and are held open can be counted only there.

    shortages: how often it has run short.
    """

    def __init__(self, root: Path):
        self._root = root
        self._half = self._free() // 2
        self.shortages = 0

    def is_short(self, scratch_bytes: int) -> bool:
        """Whether less is left than two jobs may write, on a small disk less than half of what was free at first."""
        is_short = self._free() < min(2 * scratch_bytes, self._half)
        self.shortages += is_short
        return is_short

    def returns(self, scratch_bytes: int) -> bool:
        """Whether there is enough in a moment: a file's room is free a little after the last process that held it."""
        deadline = time.monotonic() + _PATIENCE_SECONDS
        while (is_short := self.is_short(scratch_bytes)) and time.monotonic() < deadline:
            time.sleep(0.1)
        return not is_short

    def _free(self) -> int:
        system = os.statvfs(self._root)
        return system.f_bavail * system.f_frsize


def is_overfull(folder: Path, most_bytes: int) -> bool:
    """Whether the files below take more room than allowed, are too many to count, or lie where nobody can look."""
    total = 0
    try:
        for number, entry in enumerate(_entries(folder)):
            with suppress(FileNotFoundError):  # just removed
                total += entry.stat(follow_symlinks=False).st_blocks * 512
            if total > most_bytes or number > MAX_ENTRIES:
                return True
    except OSError:  # closed, or deeper than a path can tell
        return True
    return False


def _entries(folder: Path) -> Iterator[os.DirEntry]:
    waiting = [str(folder)]
    while waiting:
        with suppress(FileNotFoundError, NotADirectoryError), os.scandir(waiting.pop()) as found:  # just removed
            for entry in found:
                yield entry
                if entry.is_dir(follow_symlinks=False):
                    waiting.append(entry.path)


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
