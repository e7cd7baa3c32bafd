"""Percent scripts and trusted notebooks: the only module that knows nbformat and jupytext."""

import hashlib
from pathlib import Path

import jupytext
import nbformat
from nbformat import NotebookNode

from homework.notebook.cells import CHECK

SCHEMA = 3  # nbgrader's metadata
# What jupytext notes for its way back to a script, which nobody goes.
NOTES = ("lines_to_next_cell", "lines_to_end_of_cell_marker", "skipline", "noskipline", "cell_marker")


def read_percent_script(path: Path, root: Path) -> NotebookNode:
    """The notebook of a percent script, with content-hash cell ids; cell metadata as the markers give it."""
    notebook = jupytext.reads(path.read_text(encoding="utf-8"), fmt="py:percent")
    notebook.metadata = NotebookNode(
        built_from=f"{path.relative_to(root).as_posix()}; edit that, not this",
        kernelspec={"display_name": "Python 3", "language": "python", "name": "python3"},
        language_info={"name": "python"},
    )
    notebook.nbformat, notebook.nbformat_minor = 4, 5
    for cell in notebook.cells:
        cell.metadata = NotebookNode({key: mark for key, mark in cell.metadata.items() if key not in NOTES})
    _give_ids(notebook)
    return notebook


def mark_for_nbgrader(notebook: NotebookNode) -> NotebookNode:
    """The same notebook with the markers' exercise=, check=, artefact=, written= and points= in nbgrader's terms."""
    for cell in notebook.cells:
        cell.metadata = _nbgrader_metadata(cell.metadata)
    return notebook


def to_bytes(notebook: NotebookNode) -> bytes:
    """The notebook as a valid file, the same bytes for the same cells."""
    nbformat.validate(notebook)
    return nbformat.writes(notebook).rstrip("\n").encode() + b"\n"


def _give_ids(notebook: NotebookNode) -> None:
    """Ids from the text of the cells: an inserted cell changes no other, and two builds are the same."""
    counts: dict[str, int] = {}
    for cell in notebook.cells:
        digest = hashlib.sha256(cell.source.encode()).hexdigest()[:8]
        counts[digest] = counts.get(digest, 0) + 1
        cell.id = digest if counts[digest] == 1 else f"{digest}-{counts[digest]}"


def _nbgrader_metadata(marks: NotebookNode) -> NotebookNode:
    """exercise="f", check="f", artefact="n" file="f" or written="q" in nbgrader's own terms; no other mark is kept."""
    if "exercise" in marks:
        return _metadata(grade=False, solution=True, locked=False, grade_id=marks["exercise"])
    if "check" in marks or "artefact" in marks:
        grade_id = CHECK + (marks.get("check") or marks["artefact"])
        return _metadata(grade=True, solution=False, locked=True, grade_id=grade_id, points=marks["points"])
    if "written" in marks:
        return _metadata(grade=True, solution=True, locked=False, grade_id=marks["written"], points=marks["points"])
    return NotebookNode()


def _metadata(**fields: object) -> NotebookNode:
    return NotebookNode(nbgrader=NotebookNode(schema_version=SCHEMA, task=False, **fields))
