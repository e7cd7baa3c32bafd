"""Observations to bytes and back, as data and never as code: to keep them, and to send them from machine to machine.

The bytes are the length of a JSON header, the header, and for each observation a frame of `wire` with its tensors.
Names and scalars stand in the header: a frame's own has a size that a student's words could exceed.
"""

import json
import struct
from dataclasses import fields
from typing import Any

from torch import Tensor

from autograder.records import Observation, Observations, Observed, Verdict
from autograder.sandbox import framing, wire

_LENGTH = struct.Struct("<I")
_NO_NONCE = bytes(framing.NONCE_BYTES)  # both ends are ours
_TOLD = [field.name for field in fields(Observation) if field.name != "values"]


def pack(observed: Observed) -> bytes:
    """The bytes from which `unpack` makes these observations again."""
    frames: list[bytes] = []
    rows = {"own": _to_rows(observed.own, frames), "followed": _to_rows(observed.followed, frames)}
    header = json.dumps({**rows, "replaced": observed.replaced, "refuted": observed.refuted}).encode()
    return b"".join([_LENGTH.pack(len(header)), header, *frames])


def unpack(content: bytes) -> Observed:
    """The observations that `pack` was given."""
    (length,) = _LENGTH.unpack_from(content)
    header = json.loads(content[_LENGTH.size : _LENGTH.size + length])
    frames = memoryview(content)[_LENGTH.size + length :]
    own, end = _from_rows(header["own"], frames, 0)
    followed, _ = _from_rows(header["followed"], frames, end)
    refuted = tuple((exercise, probe) for exercise, probe in header.get("refuted", ()))
    return Observed(own, followed, {name: tuple(names) for name, names in header["replaced"].items()}, refuted)


def _to_rows(observations: Observations, frames: list[bytes]) -> list[dict[str, Any]]:
    rows = []
    for (exercise, _), seen in observations.items():
        tensors = [value for value in seen.values.values() if isinstance(value, Tensor)]
        frames.append(wire.write({str(number): value for number, value in enumerate(tensors)}, _NO_NONCE))
        scalars = [[name, None if isinstance(value, Tensor) else value] for name, value in seen.values.items()]
        told = {name: getattr(seen, name) for name in _TOLD}
        rows.append({**told, "exercise": exercise, "values": scalars, "bytes": len(frames[-1])})
    return rows


def _from_rows(rows: list[dict[str, Any]], frames: memoryview, start: int) -> tuple[Observations, int]:
    observations = {}
    for row in rows:
        exercise, length = row.pop("exercise"), row.pop("bytes")
        tensors = iter(wire.read(bytes(frames[start : start + length]), _NO_NONCE).values())
        values = {name: next(tensors) if scalar is None else scalar for name, scalar in row.pop("values")}
        row |= {"verdict": Verdict(row["verdict"]), "notes": tuple(row["notes"])}
        observations[exercise, row["probe"]] = Observation(values=values, **row)
        start += length
    return observations, start
