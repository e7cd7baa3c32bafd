"""Reads a submitted notebook as untrusted bytes: every input gives cells or one `UnreadableNotebook`.

nbformat is not used here: it validates what students' tools happily break, and the grader needs the text of the
cells only.
"""

import json
from dataclasses import dataclass

from homework.notebook.decoding import decode, describe, describe_json

MAX_NOTEBOOK = 200 << 20  # bytes; outputs with many pictures reach a tenth of it
MAX_PARTS = 2_000_000  # lists and objects: each costs the reader far more memory than its bytes
MAX_CELLS = 5000
MAX_CELL = 1 << 18  # characters of source; longer is no homework
CHECK = "check_"  # the grade_id of a check's cell is this and its exercise's name


class UnreadableNotebook(Exception):
    """The bytes hold no notebook; one sentence that says what they are instead and what to do."""


@dataclass(frozen=True)
class Cell:
    """One cell. number counts from 1 in the notebook's order; grade_id is what the file claims, "" if nothing."""

    number: int
    kind: str
    source: str
    grade_id: str = ""

    @property
    def place(self) -> str:
        return f"cell {self.number}"


def read_cells(notebook: bytes) -> list[Cell]:
    """The cells of a notebook of nbformat 3 or 4, in order."""
    if not notebook.strip():
        raise UnreadableNotebook("the file is empty; hand in the notebook again")
    if len(notebook) > MAX_NOTEBOOK:
        raise UnreadableNotebook(
            f"the file is larger than {MAX_NOTEBOOK >> 20} MB; clear the outputs and hand it in again"
        )
    if notebook.count(b"[") + notebook.count(b"{") + notebook.count(b",") // 10 > MAX_PARTS:
        raise UnreadableNotebook("the file is no notebook that Jupyter would write; hand in the .ipynb file itself")
    text = decode(notebook)
    try:
        content = json.loads(text)
    except (ValueError, RecursionError):
        raise UnreadableNotebook(f"the file {describe(notebook, text)}") from None
    entries = _cell_entries(content)
    if len(entries) > MAX_CELLS:
        raise UnreadableNotebook(f"the notebook has more than {MAX_CELLS} cells; hand in the homework's own notebook")
    return [_read_cell(number, entry) for number, entry in enumerate(entries, start=1)]


def _cell_entries(content: object) -> list[dict]:
    entries = None
    if isinstance(content, dict):
        entries = content.get("cells")
        worksheets = content.get("worksheets")  # nbformat 3
        if entries is None and isinstance(worksheets, list) and worksheets and isinstance(worksheets[0], dict):
            entries = worksheets[0].get("cells")
    if not isinstance(entries, list):
        raise UnreadableNotebook(f"the file {describe_json(content)}")
    return [entry for entry in entries if isinstance(entry, dict)]


def _read_cell(number: int, entry: dict) -> Cell:
    source = entry.get("source", entry.get("input", ""))
    if isinstance(source, list):
        lines = [line for line in source if isinstance(line, str)]
        source = ("" if any("\n" in line for line in lines) else "\n").join(lines)  # some programs write no line ends
    if not isinstance(source, str) or len(source) > MAX_CELL:
        source = ""
    metadata = entry.get("metadata")
    claims = metadata.get("nbgrader") if isinstance(metadata, dict) else None
    grade_id = claims.get("grade_id") if isinstance(claims, dict) else None
    kind = entry.get("cell_type")
    return Cell(
        number,
        kind if isinstance(kind, str) else "",
        source.encode("utf-8", "replace").decode(),
        grade_id if isinstance(grade_id, str) else "",
    )
