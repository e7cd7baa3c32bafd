"""The results store: one SQLite file that remembers every run, so that a rerun grades only what is new.

A report is stored the moment it is made, in one transaction. The same command after a kill therefore goes on where
the first one stopped; a report is reused when the notebook and everything that decides its score are the same.
"""

import hashlib
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from autograder.records import Report, Verdict
from autograder.results import marks, opening, report_json, schema
from autograder.results.opening import ResultsError
from autograder.roster import file as roster_file
from autograder.roster.labels import ByRoster, by_roster, label_of
from autograder.roster.students import Roster


@dataclass(frozen=True)
class Run:
    """One `autograder grade`: its number, when it started (UTC), whether it was finished, how many it graded, and the
    title of the policy that it went by, empty if none.
    """

    number: int
    homework: str
    started: str
    finished: bool
    students: int
    policy: str = ""

    @property
    def count(self) -> str:
        return f"{self.students} student{'' if self.students == 1 else 's'}"


class Results:
    """The store in a results folder. Use as a context manager; one grader at a time writes to it, others may read.

    create: to write, for which the store is made, or migrated if an earlier version of the grader wrote it.
    roster: by which each report has its student's label; the kept one, unless another one is set.
    """

    def __init__(self, folder: Path, create: bool = False):
        self.folder, self._path = folder, folder / opening.FILE_NAME
        with ExitStack() as stack:
            self._database = opening.to_write(folder, stack) if create else opening.to_read(folder, stack)
            kept = self.kept_roster()
            self.roster = roster_file.parse(kept[1], f"{kept[0]} that is kept in {self._path}") if kept else Roster()
            self._stack = stack.pop_all()

    def __enter__(self) -> "Results":
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    @contextmanager
    def together(self) -> Iterator[None]:
        """What is stored inside is stored at once, which for many small things is a lot faster."""
        try:
            with schema.transaction(self._database):
                yield
        except (sqlite3.DataError, sqlite3.InterfaceError, sqlite3.ProgrammingError):  # of one value, not of the store
            raise
        except sqlite3.Error as error:
            advice = "free some space" if opening.is_full(error) else "mend that"
            raise ResultsError(
                f"a result could not be stored in {self._path} ({error}); {advice}, and run the command again: it goes"
                " on where it stopped"
            ) from None

    def begin(self, homework: str, policy: str = "") -> int:
        """Start a run that goes by this policy, or go on with one of this homework that was cut short; its number."""
        row = self._database.execute(
            "SELECT id FROM run WHERE homework = ? AND finished IS NULL ORDER BY id DESC", (homework,)
        ).fetchone()
        with self.together():
            if row:
                self._database.execute("UPDATE run SET policy = ? WHERE id = ?", (policy, row[0]))
                return row[0]
            self._database.execute("INSERT INTO run (homework, policy) VALUES (?, ?)", (homework, policy))
            return self._database.execute("SELECT last_insert_rowid()").fetchone()[0]

    def policy(self) -> tuple[str, str] | None:
        """Name and content of the file that is the course's policy; None as long as none was given."""
        return self._database.execute("SELECT file, content FROM policy ORDER BY id DESC LIMIT 1").fetchone()

    def keep_policy(self, file: str, content: str) -> None:
        """From now on this is the course's policy; those before stay in the table."""
        with self.together():
            self._database.execute("INSERT INTO policy (file, content) VALUES (?, ?)", (file, content))

    def kept_roster(self) -> tuple[str, str] | None:
        """Name and content of the file that is the course's roster; None as long as none was given."""
        return self._database.execute("SELECT file, content FROM roster ORDER BY id DESC LIMIT 1").fetchone()

    def keep_roster(self, file: str, content: str) -> None:
        """From now on this is the course's roster; those before stay in the table."""
        with self.together():
            self._database.execute("INSERT INTO roster (file, content) VALUES (?, ?)", (file, content))

    def identities(self, homework: str = "") -> dict[str, dict[str, str]]:
        """label -> what downloads told of this student, of everybody who is in any run (of this homework)."""
        newest = "WHERE id IN (SELECT max(id) FROM report WHERE ? IN (homework, '') GROUP BY student) ORDER BY id"
        return {report.student: dict(report.identity) for report in self._reports(newest, homework)}

    def marks_of(self, homework: str) -> dict[str, tuple[marks.Mark, ...]]:
        """student -> what persons gave, in all runs of a homework."""
        labels, newest = self._labels(homework), dict[tuple[str, str], tuple[str, str]]()
        for student, cell, *mark in self._database.execute(
            "SELECT student, cell, content, kept FROM mark WHERE homework = ? ORDER BY id", (homework,)
        ):
            newest[labels.get(student) or label_of(student, {}, self.roster), cell] = (mark[0], mark[1])
        found: dict[str, list[marks.Mark]] = {}
        for (student, _), (content, kept) in sorted(newest.items()):
            if content:
                found.setdefault(student, []).append(replace(marks.read(content, kept), student=student))
        return {student: tuple(own) for student, own in found.items()}

    def keep_marks(self, homework: str, kept: Iterable[marks.Mark], dropped: Iterable[marks.Mark] = ()) -> None:
        """From now on these count, each in the place of the one of its student and cell; earlier ones stay in the
        table. They are kept under the label that the student's report has, whatever another roster makes of it.
        """
        rows = [(mark, marks.write(mark)) for mark in kept] + [(mark, "") for mark in dropped]
        as_stored = {label: student for student, label in self._labels(homework).items()}
        with self.together():
            self._database.executemany(
                "INSERT INTO mark (homework, student, cell, content) VALUES (?, ?, ?, ?)",
                [(homework, as_stored.get(mark.student, mark.student), mark.cell, text) for mark, text in rows],
            )

    def _labels(self, homework: str) -> dict[str, str]:
        """The label that each student's reports are stored under -> that by the roster."""
        known = self.identities(homework) if self.roster else {}
        return {student: label_of(student, identity, self.roster) for student, identity in known.items()}

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
            "SELECT run.id, run.homework, run.started, run.finished IS NOT NULL, count(report.id), run.policy"
            " FROM run LEFT JOIN report ON report.run = run.id GROUP BY run.id ORDER BY run.id"
        )
        return [Run(each[0], each[1], each[2], bool(each[3]), each[4], each[5]) for each in rows]

    def newest(self, homework: str | None = None) -> int | None:
        """The number of the newest run (of this homework); one that was cut short only where none was finished."""
        row = self._database.execute(
            "SELECT id FROM run WHERE ? IN (homework, '') ORDER BY finished IS NULL, id DESC LIMIT 1", (homework or "",)
        ).fetchone()
        return row[0] if row else None

    def finish(self, run: int) -> None:
        with self.together():
            self._database.execute("UPDATE run SET finished = CURRENT_TIMESTAMP WHERE id = ?", (run,))

    def add(self, run: int, key: str, report: Report, evidence: bytes | None = None) -> None:
        """Store one report of this run, all of it or nothing; it replaces an earlier one of the same student.

        evidence: what the report was made from (`evidence.pack`), kept once for all reports of this key.
        """
        has_error = any(score.verdict == Verdict.GRADER_ERROR for score in report.scores)
        with self.together():
            self._remove(run, report.student)
            text = self._keep_text(report_json.write(report))
            values = (run, report.student, key, report.homework, report.points, has_error, text)
            self._database.execute(
                "INSERT INTO report (run, student, key, homework, points, has_grader_error, content)"
                " VALUES (?, ?, ?, ?, ?, ?, ?)",
                values,
            )
            if evidence is not None:
                self._database.execute("INSERT OR REPLACE INTO evidence (key, content) VALUES (?, ?)", (key, evidence))

    def _keep_text(self, text: str) -> str:
        """Its hash; kept once, whatever refers to it."""
        digest = hashlib.sha256(text.encode()).hexdigest()[:32]
        self._database.execute("INSERT OR IGNORE INTO text VALUES (?, ?)", (digest, report_json.pack(text)))
        return digest

    def _remove(self, run: int, student: str) -> None:
        """The report that is replaced, and its text, unless another report has the same."""
        for row in self._database.execute(
            "DELETE FROM report WHERE run = ? AND student = ? RETURNING content", (run, student)
        ).fetchall():
            self._database.execute(
                "DELETE FROM text WHERE hash = ?1 AND NOT EXISTS (SELECT 1 FROM report WHERE content = ?1)", row
            )

    def find(self, key: str) -> Report | None:
        """The newest report of the same files by the same suite, of any run, but none with a problem: that one is tried
        again."""
        found = self._reports("WHERE key = ? AND NOT has_grader_error ORDER BY id DESC", key)
        return next((report for report in found if not report.problem), None)

    def evidence(self, key: str) -> bytes | None:
        """What the newest report of this key was made from; None if it was not kept."""
        row = self._database.execute("SELECT content FROM evidence WHERE key = ?", (key,)).fetchone()
        return row[0] if row else None

    def newest_runs(self) -> dict[str, int]:
        """homework -> the number of its newest run, as `newest` finds it."""
        return {run.homework: self.newest(run.homework) or run.number for run in self.runs()}

    def reports(self, run: int | None = None) -> list[Report]:
        """All reports of a run (default: the newest), sorted by student."""
        return self.by_roster(run).works

    def by_roster(self, run: int | None = None) -> ByRoster[Report]:
        """The same, with what is not clear about who they are and who of the roster is not among them."""
        found = by_roster(list(self._reports("WHERE run = ?", self.newest() if run is None else run)), self.roster)
        return replace(found, works=sorted(found.works, key=lambda report: report.student))

    def attempts(self, run: int) -> list[list[Report]]:
        """Of each student in a run all reports of its homework, in this run and in finished ones, the newest first."""
        known = {each.number: each for each in self.runs()}
        mine = [each for each in known.values() if each.homework == known[run].homework]
        numbers = [each.number for each in reversed(mine) if each.finished or each.number == run]
        found: dict[str, list[Report]] = {report.student: [] for report in self.reports(run)}
        for report in (report for number in numbers for report in self.reports(number) if report.student in found):
            found[report.student].append(report)
        return list(found.values())

    def _reports(self, place: str, *values: object) -> Iterator[Report]:
        text = "coalesce((SELECT text.content FROM text WHERE hash = report.content), report.content)"
        rows = self._database.execute(f"SELECT {text}, key FROM report {place}", values).fetchall()
        return (report_json.read(content, key) for content, key in rows)
