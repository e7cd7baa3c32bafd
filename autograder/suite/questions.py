"""The written questions of a homework, which persons mark: read off the notebook that students get."""

import json
from dataclasses import dataclass
from functools import cache
from typing import Any

from autograder import checkout


@dataclass(frozen=True)
class Question:
    """One question that is answered in words. title: its heading, with its section ("2.5 What the queue costs")."""

    name: str
    title: str
    points: float


@cache
def questions(homework: str) -> tuple[Question, ...]:
    """In the notebook's order; none where the notebooks are not beside the grader."""
    path = checkout.stub(checkout.ROOT, homework)
    if not path.exists():
        return ()
    found, heading = [], ""
    for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
        marks = cell["metadata"].get("nbgrader", {})
        if cell["cell_type"] == "markdown" and marks.get("grade") and marks.get("solution"):
            found.append(Question(marks["grade_id"], heading or marks["grade_id"], float(marks["points"])))
        heading = _heading(cell) or heading
    return tuple(found)


def _heading(cell: dict[str, Any]) -> str:
    """The last heading of a cell of text, without the points behind it."""
    lines = "".join(cell["source"]).split("\n") if cell["cell_type"] == "markdown" else []
    headings = [line.lstrip("#").partition(" (")[0].strip() for line in lines if line.startswith("#")]
    return headings[-1] if headings else ""
