"""The results store: one SQLite file that remembers every run, so that a rerun grades only what is new.

A report is stored the moment it is made, in one transaction. The same command after a kill therefore goes on where
the first one stopped; a report is reused when the notebook and everything that decides its score are the same.
"""

import dataclasses
import json
import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from autograder.records import Report, Score, Verdict

FILE_NAME = "results.sqlite"
_SCHEMA = """
CREATE TABLE IF NOT EXISTS run (
    id INTEGER PRIMARY KEY, homework TEXT NOT NULL, started TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP,
    finished TEXT);
CREATE TABLE IF NOT EXISTS report (
    id INTEGER PRIMARY KEY, run INTEGER NOT NULL REFERENCES run, student TEXT NOT NULL, key TEXT NOT NULL,
    homework TEXT NOT NULL, origin TEXT NOT NULL, problem TEXT NOT NULL, notes TEXT NOT NULL, made_by TEXT NOT NULL,
    statements TEXT NOT NULL, submitted TEXT NOT NULL, UNIQUE (run, student));
CREATE TABLE IF NOT EXISTS evidence (key TEXT PRIMARY KEY, content BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS score (
    report INTEGER NOT NULL REFERENCES report, position INTEGER NOT NULL, exercise TEXT NOT NULL, test TEXT NOT NULL,
    title TEXT NOT NULL, verdict TEXT NOT NULL, points REAL NOT NULL, max_points INTEGER NOT NULL, saw TEXT NOT NULL,
    think TEXT NOT NULL, read TEXT NOT NULL, mistake TEXT NOT NULL, advice TEXT NOT NULL, seconds REAL NOT NULL,
    followed_through TEXT NOT NULL, extra INTEGER NOT NULL, observed TEXT NOT NULL,
    PRIMARY KEY (report, position));
CREATE INDEX IF NOT EXISTS report_key ON report (key);
"""
_VERSION = 4  # of the schema
_SCORE_FIELDS = [field.name for field in dataclasses.fields(Score)]


@dataclass(frozen=True)
class Run:
    """One `autograder grade`: its number, when it started (UTC), whether it was finished, and how many it graded."""

    number: int
    homework: str
    started: str
    finished: bool
    students: int


class ResultsError(Exception):
    """The store cannot be used; one sentence that says what to do."""


class Results:
    """The store in a results folder. Use as a context manager; one grader at a time writes to it."""

    def __init__(self, folder: Path, create: bool = False):
        path = folder / FILE_NAME
        if not create and not path.exists():
            raise ResultsError(f"{folder} holds no {FILE_NAME}; name a folder that `autograder grade` wrote")
        try:
            folder.mkdir(parents=True, exist_ok=True)
            self._database = sqlite3.connect(path, timeout=0 if create else 5, isolation_level=None)
            self._refuse_other_version(path)
            self._database.executescript("PRAGMA journal_mode = WAL;" + (_SCHEMA if create else ""))
            if create:  # held until the store is closed: a second grader is refused at once
                self._database.execute("PRAGMA locking_mode = EXCLUSIVE")
                self._database.execute("BEGIN EXCLUSIVE")
                self._database.execute("COMMIT")
        except sqlite3.OperationalError as error:
            reason = "another grader is using it" if "locked" in str(error) else str(error)
            raise ResultsError(f"{path} cannot be opened ({reason}); wait for it, or name another --out") from None
        except sqlite3.DatabaseError:
            raise ResultsError(f"{path} is not a results store; move it away, or name another --out") from None
        except OSError as error:
            raise ResultsError(f"{folder} cannot be written to ({error.strerror}); name another --out") from None

    def _refuse_other_version(self, path: Path) -> None:
        tables = self._database.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
        version = self._database.execute("PRAGMA user_version").fetchone()[0]
        if tables and version != _VERSION:
            raise ResultsError(f"{path} was written by another version of the autograder; name another --out")
        if not tables:
            self._database.execute(f"PRAGMA user_version = {_VERSION}")

    def __enter__(self) -> "Results":
        return self

    def __exit__(self, *_: object) -> None:
        self._database.close()

    def begin(self, homework: str) -> int:
        """Start a run, or go on with one of this homework that was cut short; its number."""
        row = self._database.execute(
            "SELECT id FROM run WHERE homework = ? AND finished IS NULL ORDER BY id DESC", (homework,)
        ).fetchone()
        if row:
            return row[0]
        return self._database.execute("INSERT INTO run (homework) VALUES (?)", (homework,)).lastrowid

    def before(self, run: int) -> int:
        """The finished run of the same homework before this one; 0, which has no reports, if there is none."""
        row = self._database.execute(
            "SELECT max(id) FROM run WHERE id < ? AND finished IS NOT NULL"
            " AND homework = (SELECT homework FROM run WHERE id = ?)",
            (run, run),
        ).fetchone()
        return row[0] or 0

    def runs(self) -> list[Run]:
        """All runs, the oldest first."""
        rows = self._database.execute(
            "SELECT run.id, run.homework, run.started, run.finished IS NOT NULL, count(report.id)"
            " FROM run LEFT JOIN report ON report.run = run.id GROUP BY run.id ORDER BY run.id"
        )
        return [Run(number, homework, started, bool(done), count) for number, homework, started, done, count in rows]

    def pair(self, numbers: Sequence[int] = ()) -> tuple[Run, Run]:
        """The two runs of these numbers, or the newest and the one of its homework before it."""
        known = {run.number: run for run in self.runs()}
        if not numbers and known:
            numbers = (self.before(max(known)), max(known))
        if len(numbers) != 2 or not set(numbers) <= known.keys():
            there = ", ".join(map(str, known)) or "none"
            raise ResultsError(f"two runs are needed to compare; name two of these numbers: {there}")
        return known[numbers[0]], known[numbers[1]]

    def finish(self, run: int) -> None:
        self._database.execute("UPDATE run SET finished = CURRENT_TIMESTAMP WHERE id = ?", (run,))

    def add(self, run: int, key: str, report: Report, evidence: bytes | None = None) -> None:
        """Store one report of this run, all of it or nothing; it replaces an earlier one of the same student.

        evidence: what the report was made from (`evidence.pack`), kept once for all reports of this key.
        """
        self._database.execute("BEGIN IMMEDIATE")
        try:
            self._database.execute(
                "DELETE FROM score WHERE report IN (SELECT id FROM report WHERE run = ? AND student = ?)",
                (run, report.student),
            )
            self._database.execute("DELETE FROM report WHERE run = ? AND student = ?", (run, report.student))
            number = self._database.execute(
                "INSERT INTO report (run, student, key, homework, origin, problem, notes, made_by,"
                " statements, submitted) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (run, report.student, key, report.homework, report.origin, report.problem,
                 json.dumps(report.notes), json.dumps(report.made_by, sort_keys=True), json.dumps(report.statements),
                 report.submitted),
            ).lastrowid  # fmt: skip
            self._database.executemany(
                f"INSERT INTO score (report, position, {', '.join(_SCORE_FIELDS)})"
                f" VALUES (?, ?{', ?' * len(_SCORE_FIELDS)})",
                [(number, position, *_to_row(score)) for position, score in enumerate(report.scores)],
            )
            if evidence is not None:
                self._database.execute("INSERT OR REPLACE INTO evidence VALUES (?, ?)", (key, evidence))
            self._database.execute("COMMIT")
        except sqlite3.Error as error:
            self._database.execute("ROLLBACK")
            raise ResultsError(
                f"a result could not be stored ({error}); free some space and run the command again"
            ) from None

    def find(self, key: str) -> Report | None:
        """The newest report of the same notebook by the same suite, of any run, but none in which the grader failed."""
        row = self._database.execute(
            "SELECT * FROM report WHERE key = ? AND NOT EXISTS"
            " (SELECT 1 FROM score WHERE score.report = report.id AND verdict = 'GRADER_ERROR')"
            " ORDER BY id DESC LIMIT 1",
            (key,),
        ).fetchone()
        return self._to_report(row) if row else None

    def evidence(self, key: str) -> bytes | None:
        """What the newest report of this key was made from; None if it was not kept."""
        row = self._database.execute("SELECT content FROM evidence WHERE key = ?", (key,)).fetchone()
        return row[0] if row else None

    def newest_runs(self) -> dict[str, int]:
        """homework -> the number of its newest run."""
        return {run.homework: run.number for run in self.runs()}

    def reports(self, run: int | None = None, best: bool = False) -> list[Report]:
        """All reports of a run (default: the newest), sorted by student.

        best: in place of each the student's best one of all runs of this homework, the newest of equals.
        """
        if run is None:
            run = self._database.execute("SELECT max(id) FROM run").fetchone()[0]
        rows = self._database.execute("SELECT * FROM report WHERE run = ? ORDER BY student", (run,)).fetchall()
        return [self._to_report(self._best_of(row) if best else row) for row in rows]

    def _best_of(self, row: tuple) -> tuple:
        """The row of the report with the most points among those of the same student and homework."""
        student, homework = row[2], row[4]
        return self._database.execute(
            "SELECT report.* FROM report LEFT JOIN score ON score.report = report.id"
            " WHERE student = ? AND homework = ? GROUP BY report.id ORDER BY sum(points) DESC, report.id DESC LIMIT 1",
            (student, homework),
        ).fetchone()

    def _to_report(self, row: tuple) -> Report:
        number, _, student, _, homework, origin, problem, notes, made_by, statements, submitted = row
        scores = self._database.execute(
            f"SELECT {', '.join(_SCORE_FIELDS)} FROM score WHERE report = ? ORDER BY position", (number,)
        )
        return Report(
            student=student, homework=homework, origin=origin, scores=tuple(map(_to_score, scores)),
            notes=tuple(json.loads(notes)), problem=problem, made_by=json.loads(made_by),
            statements=tuple(map(tuple, json.loads(statements))),
            submitted=submitted,
        )  # fmt: skip


def _to_row(score: Score) -> Iterable:
    values = (getattr(score, name) for name in _SCORE_FIELDS)
    return (json.dumps(value) if isinstance(value, tuple) else value for value in values)


def _to_score(row: tuple) -> Score:
    fields = dict(zip(_SCORE_FIELDS, row, strict=True))
    fields["verdict"] = Verdict(fields["verdict"])
    fields["followed_through"] = tuple(json.loads(fields["followed_through"]))
    fields["extra"] = bool(fields["extra"])
    return Score(**fields)
