"""For `nbgrader_config.py`: what `nbgrader autograde`, or formgrader's button for it, shows is harmless, too.

It sees the file that lies under the homework's own name. The copy that `autograder export --to nbgrader` makes in its
place is of the notebook that was graded, and has the pasted pictures.
"""

from typing import Any

import nbformat
from nbgrader.preprocessors import NbGraderPreprocessor

from autograder import checkout
from autograder.exports.shown_notebook import Released, build
from autograder.submissions.for_people import HandedIn, HandedInCell


class HarmlessCopy(NbGraderPreprocessor):
    """A notebook to the one that is shown."""

    def preprocess(self, nb: Any, resources: Any) -> tuple[Any, Any]:
        cells = [
            HandedInCell(cell.cell_type, cell.source, str(cell.metadata.get("nbgrader", {}).get("grade_id", "")))
            for cell in nb.cells
        ]
        stub = checkout.stub(checkout.ROOT, resources["nbgrader"]["assignment"])
        shown = build(HandedIn(tuple(cells)), Released.read(stub.read_bytes()), {})
        return nbformat.reads(shown.content.decode(), as_version=4), resources
