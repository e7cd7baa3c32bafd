"""What an earlier version of the grader wrote becomes today's store, and loses nothing.

All steps happen in one transaction: whoever is killed amid them leaves the old store as it was.
"""

import json
import sqlite3
import struct
import zlib
from collections.abc import Iterable
from typing import Any

from autograder.results import schema

_LENGTH = struct.Struct("<I")
_JSON = ("notes", "made_by", "statements", "followed_through")  # columns of version 4 that hold JSON


def can_migrate(version: int) -> bool:
    return version in _STEPS


def migrate(database: sqlite3.Connection) -> None:
    """From any version that `can_migrate` to today's."""
    with schema.transaction(database):
        for version in range(schema.version_of(database), schema.VERSION):
            _STEPS[version](database)
        database.execute(f"PRAGMA user_version = {schema.VERSION}")


def _from_4(database: sqlite3.Connection) -> None:
    """Version 4 had a column for each field of a report, a row for each score, and tensors among names in evidence."""
    database.execute("DROP INDEX report_key")
    for name in ("run", "report", "evidence"):
        database.execute(f"ALTER TABLE {name} RENAME TO old_{name}")
    for statement in schema.TABLES_OF_5:
        database.execute(statement)
    database.execute("INSERT INTO run (id, homework, started, finished) SELECT * FROM old_run")
    for row in _rows(database, "SELECT * FROM old_report ORDER BY id"):
        _add_report(database, row, _rows(database, "SELECT * FROM score WHERE report = ? ORDER BY position", row["id"]))
    for row in _rows(database, "SELECT key, content FROM old_evidence"):
        database.execute("INSERT INTO evidence VALUES (?, ?)", (row["key"], _evidence_from_4(row["content"])))
    for name in ("score", "old_report", "old_evidence", "old_run"):  # what refers to another comes first
        database.execute(f"DROP TABLE {name}")


def _add_report(database: sqlite3.Connection, row: dict[str, Any], rows: Iterable[dict[str, Any]]) -> None:
    left_out = {"report", "position"}
    scores = [{name: value for name, value in each.items() if name not in left_out} for each in rows]
    for score in scores:
        score["extra"] = bool(score["extra"])
    content = {name: value for name, value in row.items() if name not in {"id", "run", "key"}} | {"scores": scores}
    points = sum(score["points"] for score in scores)
    has_error = any(score["verdict"] == "GRADER_ERROR" for score in scores)
    database.execute(
        "INSERT INTO report (id, run, student, key, homework, points, has_grader_error, content)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (*(row[name] for name in ("id", "run", "student", "key", "homework")), points, has_error, json.dumps(content)),
    )


def _rows(database: sqlite3.Connection, query: str, *values: Any) -> Iterable[dict[str, Any]]:
    """Rows by the names of their columns, JSON among them read."""
    cursor = database.execute(query, values)
    names = [column[0] for column in cursor.description]
    for row in cursor:
        yield {name: json.loads(value) if name in _JSON else value for name, value in zip(names, row, strict=True)}


def _evidence_from_4(content: bytes) -> bytes:
    """In version 4 each observation's frame held its scalars too; empty where nothing was kept."""
    if not content:
        return content
    from autograder.observing import packing  # these need torch, which a store without evidence does without
    from autograder.records import Observed

    whole = zlib.decompress(content)
    (length,) = _LENGTH.unpack_from(whole)
    header, frames = json.loads(whole[_LENGTH.size : _LENGTH.size + length]), whole[_LENGTH.size + length :]
    own, rest = _observations_from_4(header["own"], frames)
    followed, _ = _observations_from_4(header["followed"], rest)
    replaced = {name: tuple(names) for name, names in header["replaced"].items()}
    return zlib.compress(packing.pack(Observed(own, followed, replaced)))


def _observations_from_4(rows: Iterable[dict[str, Any]], frames: bytes) -> tuple[dict, bytes]:
    """The observations of these rows, and the frames that are left."""
    from autograder.records import Observation, Verdict
    from autograder.sandbox import framing, wire

    observations = {}
    for row in rows:
        exercise, length = row.pop("exercise"), row.pop("bytes")
        values = wire.read(frames[:length], bytes(framing.NONCE_BYTES))
        told = row | {"verdict": Verdict(row["verdict"]), "notes": tuple(row["notes"])}
        observations[exercise, row["probe"]] = Observation(values=values, **told)
        frames = frames[length:]
    return observations, frames


def _from_5(database: sqlite3.Connection) -> None:
    """Version 5 kept no policy."""
    for statement in schema.SINCE_6:
        database.execute(statement)


def _from_6(database: sqlite3.Connection) -> None:
    """Version 6 kept no roster and no marks, and every report with its whole text."""
    for statement in schema.SINCE_7:
        database.execute(statement)


_STEPS = {4: _from_4, 5: _from_5, 6: _from_6}  # from each version to the next one
