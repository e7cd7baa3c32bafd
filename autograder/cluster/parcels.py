"""A submission's way to a worker and its observations' way back: plain data to bytes and back, never a pickle.

Tensors travel as frames of `wire`, all else as JSON.
"""

import base64
import json
from dataclasses import asdict, dataclass
from typing import Any

from torch import Tensor

from autograder import framing, wire
from autograder.observe import Observed
from autograder.records import Harvest, Observation, Verdict
from autograder.references import Observations

_NONCE = bytes(framing.NONCE_BYTES)  # both ends are ours


@dataclass(frozen=True)
class Request:
    """What a worker is asked: to observe this harvest, if its `versions` are these, in a sandbox of this level."""

    homework: str
    versions: dict[str, str]
    level: str
    hidden: tuple[str, ...]
    harvest: Harvest


@dataclass(frozen=True)
class Answer:
    """What a worker says: observations and its sandbox's level; why it refuses; or the name of its own error."""

    observed: Observed | None = None
    sandbox: str = ""
    refused: str = ""
    failed: str = ""


def pack_request(request: Request) -> bytes:
    harvest = {**asdict(request.harvest), "artefacts": _pack_files(request.harvest.artefacts)}
    return json.dumps({**vars(request), "harvest": harvest}).encode()


def unpack_request(data: bytes) -> Request:
    table = json.loads(data)
    harvest = table["harvest"]
    return Request(
        **{
            **table,
            "hidden": tuple(table["hidden"]),
            "harvest": Harvest(
                statements=tuple((source, place) for source, place in harvest["statements"]),
                problems={name: (Verdict(verdict), saw) for name, (verdict, saw) in harvest["problems"].items()},
                notes=tuple(harvest["notes"]),
                artefacts={name: base64.b64decode(content) for name, content in harvest["artefacts"].items()},
            ),
        }
    )


def pack_answer(answer: Answer) -> bytes:
    observed = answer.observed and {
        "own": [_pack(key, seen) for key, seen in answer.observed.own.items()],
        "followed": [_pack(key, seen) for key, seen in answer.observed.followed.items()],
        "replaced": answer.observed.replaced,
    }
    return json.dumps({**vars(answer), "observed": observed}).encode()


def unpack_answer(data: bytes) -> Answer:
    table = json.loads(data)
    told = table["observed"]
    observed = told and Observed(
        own=_unpack_all(told["own"]),
        followed=_unpack_all(told["followed"]),
        replaced={name: tuple(names) for name, names in told["replaced"].items()},
    )
    return Answer(**{**table, "observed": observed})


def _pack_files(files: dict[str, bytes]) -> dict[str, str]:
    return {name: base64.b64encode(content).decode() for name, content in files.items()}


def _pack(key: tuple[str, str], seen: Observation) -> dict[str, Any]:
    """Names and scalars stay outside the frame, whose header has a size that a student's words could exceed."""
    tensors = [value for value in seen.values.values() if isinstance(value, Tensor)]
    frame = wire.write({str(number): value for number, value in enumerate(tensors)}, _NONCE)
    scalars = [[name, None if isinstance(value, Tensor) else value] for name, value in seen.values.items()]
    return {**vars(seen), "exercise": key[0], "values": scalars, "frame": base64.b64encode(frame).decode()}


def _unpack_all(rows: list[dict[str, Any]]) -> Observations:
    return {(row["exercise"], row["probe"]): _unpack(row) for row in rows}


def _unpack(row: dict[str, Any]) -> Observation:
    tensors = iter(wire.read(base64.b64decode(row.pop("frame")), _NONCE).values())
    values = {name: next(tensors) if scalar is None else scalar for name, scalar in row["values"]}
    fields = {name: value for name, value in row.items() if name != "exercise"}
    return Observation(**{**fields, "verdict": Verdict(row["verdict"]), "values": values, "notes": tuple(row["notes"])})
