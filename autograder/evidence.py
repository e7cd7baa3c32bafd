"""What the probes of a submission brought back, as bytes to keep: a grade can be judged again without its code.

The bytes are a compressed JSON header and, for each observation, a frame of `wire`: data, never code.
"""

import json
import struct
import zlib
from dataclasses import fields
from typing import Any

from autograder import framing, wire
from autograder.observe import Observed
from autograder.records import Observation, Report, Verdict
from autograder.references import Observations
from autograder.results import Results

MAX_BYTES = 4 << 20  # before compression; honest answers take 0.01 to 0.1 MB
TOO_LARGE = b""
_LENGTH = struct.Struct("<I")
_NO_NONCE = bytes(framing.NONCE_BYTES)  # the frame never leaves the grader
_TOLD = [field.name for field in fields(Observation) if field.name != "values"]


def pack(observed: Observed) -> bytes:
    """The bytes from which `unpack` makes these observations again; TOO_LARGE where they are more than MAX_BYTES."""
    frames: list[bytes] = []
    try:
        rows = {"own": _to_rows(observed.own, frames), "followed": _to_rows(observed.followed, frames)}
    except wire.WireError:  # text that grows when it is written again
        return TOO_LARGE
    header = {**rows, "replaced": observed.replaced}
    head = json.dumps(header).encode()
    if len(head) + sum(map(len, frames)) > MAX_BYTES:
        return TOO_LARGE
    return zlib.compress(b"".join([_LENGTH.pack(len(head)), head, *frames]))


def unpack(content: bytes) -> Observed:
    """The observations that `pack` was given."""
    content = zlib.decompress(content)
    (length,) = _LENGTH.unpack_from(content)
    header = json.loads(content[_LENGTH.size : _LENGTH.size + length])
    frames = memoryview(content)[_LENGTH.size + length :]
    own, end = _from_rows(header["own"], frames, 0)
    followed, _ = _from_rows(header["followed"], frames, end)
    return Observed(own, followed, {name: tuple(names) for name, names in header["replaced"].items()})


def find(store: Results, report: Report) -> Observed | None:
    """What this report of the store was made from; None where it was not kept."""
    kept = store.evidence(f"{report.made_by['source']}/{report.made_by['suite']}")
    return unpack(kept) if kept else None


def _to_rows(observations: Observations, frames: list[bytes]) -> list[dict[str, Any]]:
    rows = []
    for (exercise, _), observation in observations.items():
        frames.append(wire.write(observation.values, _NO_NONCE))
        told = {name: getattr(observation, name) for name in _TOLD}
        rows.append({**told, "exercise": exercise, "bytes": len(frames[-1])})
    return rows


def _from_rows(rows: list[dict[str, Any]], frames: memoryview, start: int) -> tuple[Observations, int]:
    observations = {}
    for row in rows:
        exercise, length = row.pop("exercise"), row.pop("bytes")
        values = wire.read(bytes(frames[start : start + length]), _NO_NONCE)
        row |= {"verdict": Verdict(row["verdict"]), "notes": tuple(row["notes"])}
        observations[exercise, row["probe"]] = Observation(values=values, **row)
        start += length
    return observations, start
