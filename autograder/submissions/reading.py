"""Reads one submission beside nothing of value: it runs in a child of the sandbox, under its clock and memory limit.

`read` is called there as a probe is. What it sends back is data; `from_values` makes a harvest of it on our side.
"""

import json
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from functools import cache
from typing import Any, Protocol

from autograder.records import Harvest, Verdict
from autograder.submissions.archives import UnreadableArchive
from autograder.submissions.candidates import choose
from autograder.submissions.harvest import harvest
from autograder.submissions.unpacking import unpack
from homework.notebook.cells import UnreadableNotebook
from homework.notebook.statements import BrokenCell, find_statements

HANDED_IN, ASKED = "handed in", "asked"  # names of the files that the child is given
MAX_NOTES, MAX_TEXT = 100, 300  # they hold a student's words


class Given(Protocol):
    """What a probe sees of a job."""

    files: dict[str, bytes]


@dataclass(frozen=True)
class Asked:
    """What is looked for. others: homework -> its exercises, to recognise a notebook of another homework."""

    homework: str
    exercises: Sequence[str]
    files: Sequence[str]
    others: Mapping[str, Sequence[str]]


@dataclass(frozen=True)
class Reading:
    """What was read. notebook: its name inside an archive or folder. problem: why nothing can be graded, if so."""

    harvest: Harvest
    notebook: str = ""
    problem: str = ""


def files_for(handed_in: bytes, asked: Asked) -> dict[str, bytes]:
    """The files of the job."""
    return {HANDED_IN: handed_in, ASKED: json.dumps(asdict(asked)).encode()}


@cache
def get_ready(sources: tuple[str, ...]) -> None:
    """Parse what everybody was given, once, before the first child is forked: each one knows it then."""
    for source in sources:
        with suppress(BrokenCell):
            find_statements(source)


def read(given: Given) -> dict[str, Any]:
    """The probe: bytes of a notebook or archive to a harvest's statements, problems and notes, and artefacts."""
    asked = Asked(**json.loads(given.files[ASKED]))
    name, artefacts = "", dict[str, bytes]()
    told: dict[str, Any] = {"statements": [], "needs": {}, "problems": {}, "notes": [], "unread": []}
    try:
        contents = unpack(given.files[HANDED_IN], asked.homework)
        chosen = choose(contents, asked.homework, asked.exercises, asked.others)
        name, artefacts = chosen.name, contents.artefacts(asked.files, chosen.name)
        found = harvest(chosen.content, asked.exercises, asked.others)
        notes = (*chosen.notes, *found.notes)
        told = {"statements": found.statements, "needs": found.needs, "problems": found.problems}
        told |= {"notes": notes, "unread": chosen.unread}
    except (UnreadableNotebook, UnreadableArchive) as error:
        told["problem"] = str(error)
    files = {f"file {file}": to_tensor(content) for file, content in artefacts.items()}
    return {"told": to_tensor(json.dumps({**told, "notebook": name}).encode()), **files}


def to_tensor(content: bytes) -> Any:
    import torch  # where this runs it is there already

    return torch.frombuffer(bytearray(content), dtype=torch.uint8) if content else torch.empty(0, dtype=torch.uint8)


def from_values(values: Mapping[str, Any]) -> Reading:
    """A harvest of what `read` sent; ValueError, KeyError or TypeError where that is something else."""
    told = json.loads(bytes(values["told"].numpy()))
    files = {name.removeprefix("file "): bytes(value.numpy()) for name, value in values.items() if name != "told"}
    found = Harvest(
        statements=tuple((str(source), str(place)) for source, place in told["statements"]),
        problems={
            str(name): (Verdict(verdict), str(saw)[:MAX_TEXT]) for name, (verdict, saw) in told["problems"].items()
        },
        needs={str(name): tuple(map(int, found)) for name, found in told["needs"].items()},
        notes=tuple(str(note)[:MAX_TEXT] for note in told["notes"][:MAX_NOTES]),
        unread=tuple(str(each)[:MAX_TEXT] for each in told["unread"][:MAX_NOTES]),
        artefacts=files,
    )
    return Reading(found, str(told["notebook"])[:MAX_TEXT], str(told.get("problem", ""))[:MAX_TEXT])
