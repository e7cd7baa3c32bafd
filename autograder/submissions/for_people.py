"""The cells of the notebook that is graded, for a person who marks it. It runs in a child of the sandbox, as `reading`.

`tell` is called there as a probe is; `from_values` makes records of what it sends, which are a student's words still.
"""

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from autograder.submissions.archives import UnreadableArchive
from autograder.submissions.candidates import choose
from autograder.submissions.reading import ASKED, HANDED_IN, MAX_TEXT, Asked, Given, to_tensor
from autograder.submissions.unpacking import unpack
from homework.notebook.cells import UnreadableNotebook
from homework.notebook.decoding import decode
from homework.notebook.selection import select

PICTURES = ("image/png", "image/jpeg", "image/gif")  # that no browser runs
MAX_PICTURES = 16 << 20  # characters of base64 in one notebook


@dataclass(frozen=True)
class HandedInCell:
    """pictures: name -> (kind, base64) of what was pasted into the cell."""

    kind: str
    source: str
    grade_id: str = ""
    pictures: Mapping[str, tuple[str, str]] = field(default_factory=dict)


@dataclass(frozen=True)
class HandedIn:
    """answers: exercise -> the index of the cell that was graded. problem: why there is nothing, if so."""

    cells: tuple[HandedInCell, ...] = ()
    answers: Mapping[str, int] = field(default_factory=dict)
    problem: str = ""


def tell(given: Given) -> dict[str, Any]:
    """The probe: bytes of a notebook or archive to the chosen notebook's cells."""
    asked = Asked(**json.loads(given.files[ASKED]))
    try:
        contents = unpack(given.files[HANDED_IN], asked.homework)
        content = choose(contents, asked.homework, asked.exercises, asked.others).content
        found = select(content, asked.exercises)
    except (UnreadableNotebook, UnreadableArchive) as error:
        return {"told": to_tensor(json.dumps({"problem": str(error)}).encode())}
    pictures = _pictures(content)
    cells = [(each.kind, each.source, each.grade_id, pictures.get(each.number, {})) for each in found.cells]
    answers = {name: kept[-1][1].number - 1 for name, kept in found.answers.items()}
    return {"told": to_tensor(json.dumps({"cells": cells, "answers": answers}).encode())}


def _pictures(notebook: bytes) -> dict[int, dict[str, tuple[str, str]]]:
    """By the cell's number, as far as there is room: what Jupyter calls attachments."""
    entries = json.loads(decode(notebook)).get("cells")  # of nbformat 4; those of 3 have none
    left, found = MAX_PICTURES, dict[int, dict[str, tuple[str, str]]]()
    for number, entry in enumerate((each for each in entries or () if isinstance(each, dict)), start=1):
        attached = entry.get("attachments")
        for name, forms in attached.items() if isinstance(attached, dict) else ():
            kind = next((kind for kind in PICTURES if isinstance(forms, dict) and kind in forms), "")
            content = _base64(forms[kind]) if kind else ""
            if content and len(content) <= left:
                left -= len(content)
                found.setdefault(number, {})[name] = (kind, content)
    return found


def _base64(content: object) -> str:
    """The same bytes written by us; nothing of what is none."""
    try:
        text = "".join(content) if isinstance(content, list) else content
        return base64.b64encode(base64.b64decode(text, validate=False)).decode() if isinstance(text, str) else ""
    except (ValueError, TypeError):
        return ""


def from_values(values: Mapping[str, Any]) -> HandedIn:
    """What `tell` sent; ValueError, KeyError or TypeError where that is something else."""
    told = json.loads(bytes(values["told"].numpy()))
    if problem := told.get("problem"):
        return HandedIn(problem=str(problem)[:MAX_TEXT])
    cells = [
        HandedInCell(str(kind), str(source), str(grade_id), {str(name): _picture(*each) for name, each in own.items()})
        for kind, source, grade_id, own in told["cells"]
    ]
    answers = {str(name): int(index) for name, index in told["answers"].items()}
    return HandedIn(tuple(cells), {name: index for name, index in answers.items() if 0 <= index < len(cells)})


def _picture(kind: str, content: str) -> tuple[str, str]:
    if kind not in PICTURES:
        raise ValueError(kind)
    return kind, _base64(content)
