"""The tables of the results store, and the one way to change them: all of it or nothing.

A report is one JSON text, its scores included, beside the few columns that are searched. A field that `Report` or
`Score` gains therefore needs no other schema (`report_json` reads what lacks it), while a table with a column for each
field would need one with every change. `sqlite3 results.sqlite "SELECT student, points FROM report"` still works.
The texts stand compressed in a table of their own, by their hash: a run that grades nothing anew stores none again.

The journal is SQLite's plain one, and not a write-ahead log: a store at rest is then one file that can be read from
anywhere, a read-only medium or a network's folder included. That a commit costs some milliseconds more is nothing
beside the seconds it takes to grade a submission.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

VERSION = 7
TABLES_OF_5 = (
    """CREATE TABLE run (
        id INTEGER PRIMARY KEY, homework TEXT NOT NULL, started TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP,
        finished TEXT)""",
    """CREATE TABLE report (
        id INTEGER PRIMARY KEY, run INTEGER NOT NULL REFERENCES run, student TEXT NOT NULL, key TEXT NOT NULL,
        homework TEXT NOT NULL, points REAL NOT NULL, has_grader_error INTEGER NOT NULL, content TEXT NOT NULL,
        UNIQUE (run, student))""",
    "CREATE TABLE evidence (key TEXT PRIMARY KEY, content BLOB NOT NULL)",
    "CREATE INDEX report_key ON report (key)",
    "CREATE INDEX report_student ON report (student, homework, points)",
)
SINCE_6 = (  # the newest policy is the course's; a run names the one that it was graded by, or none
    """CREATE TABLE policy (
        id INTEGER PRIMARY KEY, file TEXT NOT NULL, content TEXT NOT NULL,
        kept TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP)""",
    "ALTER TABLE run ADD COLUMN policy TEXT NOT NULL DEFAULT ''",
)
# The newest roster is the course's. In `mark` the newest row of a student and cell counts; an empty one says that it
# was taken back. A report's content is a hash in `text` from now on; earlier ones, which are the text itself, stay as
# they are.
SINCE_7 = (
    """CREATE TABLE roster (
        id INTEGER PRIMARY KEY, file TEXT NOT NULL, content TEXT NOT NULL,
        kept TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP)""",
    "CREATE TABLE text (hash TEXT PRIMARY KEY, content BLOB NOT NULL)",
    """CREATE TABLE mark (
        id INTEGER PRIMARY KEY, homework TEXT NOT NULL, student TEXT NOT NULL, cell TEXT NOT NULL,
        content TEXT NOT NULL, kept TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP)""",
    "CREATE INDEX mark_of ON mark (homework, student, cell)",
)


def create(database: sqlite3.Connection) -> None:
    """Make the tables in an empty file."""
    with transaction(database):
        for statement in (*TABLES_OF_5, *SINCE_6, *SINCE_7):
            database.execute(statement)
        database.execute(f"PRAGMA user_version = {VERSION}")


def is_empty(database: sqlite3.Connection) -> bool:
    return not database.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]


def version_of(database: sqlite3.Connection) -> int:
    return database.execute("PRAGMA user_version").fetchone()[0]


@contextmanager
def transaction(database: sqlite3.Connection) -> Iterator[None]:
    """What is done inside is stored as a whole; after any error nothing of it is. One inside another joins it."""
    is_inside = database.in_transaction  # asked before: BEGIN changes it
    if is_inside:
        yield
        return
    database.execute("BEGIN IMMEDIATE")
    try:
        yield
        database.execute("COMMIT")
    except BaseException:
        if database.in_transaction:  # on a full disk SQLite has rolled back already
            database.execute("ROLLBACK")
        raise
