"""Opens the file of a results store: for one grader that writes, or for any number of readers, who change nothing.

A grader holds a lock beside the file as long as it lives, so that a second one is refused at once; between its short
transactions everybody can read. A reader opens the file as read-only. Where that is not enough (an earlier version's
store, or one whose grader was killed amid a transaction that is to be undone first), it reads a copy in its memory.
"""

import fcntl
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path

from autograder.errors import AutograderError
from autograder.results import migration, schema

FILE_NAME, LOCK_NAME = "results.sqlite", "results.sqlite.lock"
PATIENCE = 5  # seconds that one waits for another's transaction
_WAL = b"\x02\x02"  # in a file's header: it has a write-ahead log, which cannot be read without writing beside it


class ResultsError(AutograderError):
    """The store cannot be used; one sentence that says what to do."""


def to_write(folder: Path, stack: ExitStack) -> sqlite3.Connection:
    """For the one grader of this folder, until the stack is closed; made or migrated where need be."""
    path = folder / FILE_NAME
    with _in_one_sentence(path, "wait for it, or name another --out"):
        folder.mkdir(parents=True, exist_ok=True)
        _lock(folder / LOCK_NAME, stack)
        database = stack.enter_context(closing(sqlite3.connect(path, timeout=PATIENCE, isolation_level=None)))
        if schema.is_empty(database):
            schema.create(database)
        elif _is_older(database, path):
            _keep_copy(database, path)
            database.execute("PRAGMA journal_mode = DELETE")
            migration.migrate(database)
        database.execute("PRAGMA cache_spill = OFF")  # else a large transaction locks readers out before its end
    return database


def to_read(folder: Path, stack: ExitStack) -> sqlite3.Connection:
    """For a reader, until the stack is closed; nothing in the folder is changed."""
    path = folder / FILE_NAME
    if not has_store(folder):
        raise ResultsError(f"{folder} holds no {FILE_NAME}; name a folder that `autograder grade` wrote")
    with _in_one_sentence(path, "try again when it is done"):
        database = _open_in_place(path, stack)
        return database or _open_copy(path, stack)


def has_store(folder: Path) -> bool:
    """Whether there is a store to read; a grader that found no room leaves an empty file."""
    path = folder / FILE_NAME
    return path.exists() and path.stat().st_size > 0


def _lock(path: Path, stack: ExitStack) -> None:
    """Held until the stack is closed or the process dies. The file stays: removing it would let two graders in."""
    file = stack.enter_context(path.open("a", encoding="utf-8"))
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        store = path.with_name(FILE_NAME)
        raise ResultsError(f"another grader is using {store}; wait for it, or name another --out") from None


def _is_older(database: sqlite3.Connection, path: Path) -> bool:
    """Whether the store is to be migrated; ResultsError where it cannot be read at all."""
    version = schema.version_of(database)
    if version > schema.VERSION:
        raise ResultsError(f"{path} was written by a newer version of the autograder; update it")
    if version < schema.VERSION and not migration.can_migrate(version):
        raise ResultsError(f"{path} is no results store that can still be read; move it away, or name another --out")
    return version < schema.VERSION


def _keep_copy(database: sqlite3.Connection, path: Path) -> None:
    """The store as it was, for who wants to go back to the earlier version of the grader."""
    kept = path.with_name(f"{path.name}.version-{schema.version_of(database)}")
    part = kept.with_name(f"{kept.name}.part")
    part.unlink(missing_ok=True)
    with closing(sqlite3.connect(part)) as copy:
        database.backup(copy)
    part.replace(kept)


def _open_in_place(path: Path, stack: ExitStack) -> sqlite3.Connection | None:
    """None where SQLite would have to write before the store can be read."""
    with path.open("rb") as file:
        if file.read(20)[18:] == _WAL:
            return None
    address = f"{path.absolute().as_uri()}?mode=ro"
    with ExitStack() as own:
        database = own.enter_context(
            closing(sqlite3.connect(address, uri=True, timeout=PATIENCE, isolation_level=None))
        )
        try:
            is_ready = not _is_older(database, path)
        except sqlite3.OperationalError as error:
            if _kind(error) == sqlite3.SQLITE_BUSY:
                raise
            return None
        if is_ready:
            stack.push(own.pop_all())
    return database if is_ready else None


def _open_copy(path: Path, stack: ExitStack) -> sqlite3.Connection:
    """A copy without a name, that vanishes when it is closed; it is of today's version."""
    database = stack.enter_context(closing(sqlite3.connect("", isolation_level=None)))
    with tempfile.TemporaryDirectory(prefix="autograder-results-") as folder:
        for journal in ("", "-wal", "-journal"):
            if (part := path.with_name(path.name + journal)).exists():
                shutil.copyfile(part, Path(folder) / part.name)
        with closing(sqlite3.connect(Path(folder) / path.name)) as whole:
            whole.execute("PRAGMA journal_mode = DELETE")
            whole.backup(database)
    if _is_older(database, path):
        migration.migrate(database)
    return database


@contextmanager
def _in_one_sentence(path: Path, advice: str) -> Iterator[None]:
    try:
        yield
    except sqlite3.DatabaseError as error:
        raise ResultsError(_describe(error, path, advice)) from None
    except OSError as error:
        where = error.filename or path.parent
        raise ResultsError(f"{where} cannot be used ({error.strerror}); mend that, or name another folder") from None


def _describe(error: sqlite3.DatabaseError, path: Path, advice: str) -> str:
    kind = _kind(error)
    if kind in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return f"{path} cannot be opened (another grader is using it); {advice}"
    if is_full(error):
        return f"{path} cannot be opened (the disk is full); free some space, and run the command again"
    if kind in (sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT):
        return f"{path} is not a results store ({error}); move it away, or name another folder"
    return f"{path} cannot be opened ({error}); mend that, or name another folder"


def is_full(error: sqlite3.Error) -> bool:
    """Whether it is the disk that is full."""
    return _kind(error) == sqlite3.SQLITE_FULL


def _kind(error: sqlite3.Error) -> int:
    """SQLite's code of an error, without what tells its variants apart."""
    return getattr(error, "sqlite_errorcode", 0) & 0xFF
