"""What the grader promises to have: the oldest Python that the course grades with, and libraries with their versions.

The Python stands in pyproject.toml (`requires-python`), the versions in constraints.txt. A course that grades with a
newer Python, or with other versions, changes them there and releases again.
"""

import re
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any

from autograder.errors import AutograderError
from autograder.versions import LIBRARIES

if TYPE_CHECKING:
    from autograder.authoring.notebook import NotebookNode

MARK = "{{ grader_has }}"


def of(root: Path) -> dict[str, Any]:
    """As hand_in.json tells students: python, "3.11", and libraries, the name to import -> version, "" if any."""
    python = _oldest_python(root / "pyproject.toml")
    path = root / "constraints.txt"
    lines = path.read_text(encoding="utf-8").split("\n") if path.exists() else []
    pinned = {name.lower().replace("_", "-"): version for name, _, version in (line.partition("==") for line in lines)}
    libraries = {module: pinned.get(distribution, "") for module, distribution in sorted(LIBRARIES.items())}
    return {"python": python, "libraries": libraries}


def _oldest_python(path: Path) -> str:
    project = tomllib.loads(path.read_text(encoding="utf-8")).get("project", {}) if path.exists() else {}
    found = re.search(r"\d+\.\d+", project.get("requires-python", ""))
    if not found:
        raise AutograderError(f'{path} names no Python that grades; add requires-python = ">=3.11" to its [project]')
    return found[0]


def fill(notebook: "NotebookNode", root: Path) -> None:
    """Put a sentence on the grader's Python and libraries where cells ask for it."""
    promised = of(root)
    *most, last = promised["libraries"]
    sentence = f"It reads Python {promised['python']} and has {', '.join(most)} and {last}."
    for cell in notebook.cells:
        cell.source = cell.source.replace(MARK, sentence)
