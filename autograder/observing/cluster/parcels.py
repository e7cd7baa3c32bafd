"""A submission's way to a worker and its observations' way back: plain data to bytes and back, never a pickle.

A parcel is a line of JSON and what is best left as it is: files, and observations as `packing` makes them.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from autograder.observing import packing
from autograder.observing.look import Seen
from autograder.records import Harvest, Submission, Verdict
from autograder.sandbox.budget import Spent

_OBSERVED, _NOTEBOOK, _FILE = "observed", "notebook", "file "


@dataclass(frozen=True)
class Request:
    """What a worker is asked, if its `versions` are these, in a sandbox of this level: one of the two looks."""

    homework: str
    versions: dict[str, str]
    level: str
    hidden: tuple[str, ...]
    submission: Submission | None = None
    seen: Seen | None = None


@dataclass(frozen=True)
class Answer:
    """What a worker says: what it has seen; why it refuses; or the name of its own error."""

    seen: Seen | None = None
    refused: str = ""
    failed: str = ""


def pack_request(request: Request) -> bytes:
    table = {name: value for name, value in vars(request).items() if name not in ("submission", "seen")}
    blobs: dict[str, bytes] = {}
    if given := request.submission:
        table["submission"] = {"student": given.student, "origin": given.origin, "problem": given.problem}
        blobs = {_NOTEBOOK: given.notebook, **{_FILE + name: content for name, content in given.artefacts.items()}}
    elif request.seen:
        table["seen"], blobs[_OBSERVED] = _seen_to_table(request.seen)
    return _join(table, blobs)


def unpack_request(data: bytes) -> Request:
    table, blobs = _split(data)
    if given := table.pop("submission", None):
        files = {name.removeprefix(_FILE): content for name, content in blobs.items() if name.startswith(_FILE)}
        table["submission"] = Submission(**given, notebook=blobs[_NOTEBOOK], artefacts=files)
    elif seen := table.pop("seen", None):
        table["seen"] = _seen_from_table(seen, blobs[_OBSERVED])
    return Request(**{**table, "hidden": tuple(table["hidden"])})


def pack_answer(answer: Answer) -> bytes:
    table: dict[str, Any] = {"refused": answer.refused, "failed": answer.failed}
    blobs = {}
    if answer.seen:
        table["seen"], blobs[_OBSERVED] = _seen_to_table(answer.seen)
    return _join(table, blobs)


def unpack_answer(data: bytes) -> Answer:
    table, blobs = _split(data)
    seen = table.pop("seen", None)
    return Answer(**table, seen=_seen_from_table(seen, blobs[_OBSERVED]) if seen else None)


def pack_seen(seen: Seen) -> bytes:
    """A look alone, for who keeps it until the next one."""
    table, observed = _seen_to_table(seen)
    return _join(table, {_OBSERVED: observed})


def unpack_seen(data: bytes) -> Seen:
    table, blobs = _split(data)
    return _seen_from_table(table, blobs[_OBSERVED])


def _seen_to_table(seen: Seen) -> tuple[dict[str, Any], bytes]:
    table = {name: value for name, value in vars(seen).items() if name not in ("observed", "harvest", "spent")}
    harvest = {name: value for name, value in vars(seen.harvest).items() if name not in ("artefacts", "stand_ins")}
    return {**table, "harvest": harvest, "spent": asdict(seen.spent)}, packing.pack(seen.observed)


def _seen_from_table(table: dict[str, Any], observed: bytes) -> Seen:
    harvest = table["harvest"]
    found = Harvest(
        statements=tuple((source, place) for source, place in harvest["statements"]),
        needs=harvest["needs"],
        problems={name: (Verdict(verdict), saw) for name, (verdict, saw) in harvest["problems"].items()},
        notes=tuple(harvest["notes"]),
        unread=tuple(harvest["unread"]),
    )
    artefacts = tuple((name, digest) for name, digest in table["artefacts"])
    own = {**table, "harvest": found, "artefacts": artefacts, "spent": Spent(**table["spent"])}
    return Seen(**own, observed=packing.unpack(observed))


def _join(table: dict[str, Any], blobs: Mapping[str, bytes]) -> bytes:
    head = json.dumps({**table, "blobs": {name: len(content) for name, content in blobs.items()}})
    return b"".join([head.encode(), b"\n", *blobs.values()])


def _split(data: bytes) -> tuple[dict[str, Any], dict[str, bytes]]:
    head, _, rest = data.partition(b"\n")
    table, blobs, start = json.loads(head), {}, 0
    for name, length in table.pop("blobs").items():
        blobs[name] = rest[start : start + length]
        start += length
    return table, blobs
