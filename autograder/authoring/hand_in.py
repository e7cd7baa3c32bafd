"""What a notebook's last cell asks for: artefacts and questions, by the marks of its cells; and what grades it."""

import json
from pathlib import Path

from autograder.authoring import promises, script


def build(path: Path, root: Path) -> bytes:
    """The table that `homework.submission` reads, from a percent script of the checkout at `root`."""
    cells = script.read(path)
    artefacts = [cell.marks["file"] for cell in script.marked(cells, "artefact").values()]
    written = {cell.marks["written"]: section for section, cell in script.questions(cells)}
    table = {"artefacts": artefacts, "written": written, "grader": promises.of(root)}
    return json.dumps(table, indent=1).encode() + b"\n"
