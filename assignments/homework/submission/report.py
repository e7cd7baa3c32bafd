"""What a student reads before the upload: a line for each exercise, what is still to do, and the zip's name."""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from homework.notebook.cells import CHECK, Cell
from homework.submission.checking import Outcome

UNANSWERED = "YOUR ANSWER HERE"
MARKS = {"right": "✓", "wrong": "✗", "unfinished": "✗", "unwritten": "○", "unchecked": "?"}


def describe(
    path: Path, digest: str, exercises: Sequence[str], outcomes: Sequence[Outcome], todo: Sequence[str], grader: str
) -> str:
    """The whole report as plain text. grader: a sentence on what grades."""
    blocks = [_table(path, exercises, outcomes)]
    if todo:
        blocks.append("\n".join(["Still to do:", *(f"  - {sentence}" for sentence in todo)]))
    blocks += [grader, f"Upload this file: {path}\nsha256: {digest}"]
    return "\n\n".join(blocks)


def list_cells_to_do(cells: Sequence[Cell], exercises: Sequence[str], written: dict[str, str]) -> Iterator[str]:
    """A sentence for each question that is unanswered, and for each cell of the homework that is gone."""
    texts = {cell.grade_id: cell.source for cell in cells if cell.grade_id}
    for name, section in written.items():
        if texts and name not in texts:
            yield f"question {section}: its cell was deleted; take it from the homework's own notebook"
        elif texts and not texts[name].strip():
            yield f"question {section} has no answer"
    places = {name: f"question {section}" for name, section in written.items()}
    for cell in cells:
        if cell.kind == "markdown" and UNANSWERED in cell.source:
            yield f"{places.get(cell.grade_id, cell.place)} still says “{UNANSWERED}”"
    for name in exercises if texts else ():
        if name not in texts:
            yield f"the cell of {name} was deleted; your definition counts wherever it is now"
        if CHECK + name not in texts:
            yield f"the cell that checks {name} was deleted; that costs nothing"


def _table(path: Path, exercises: Sequence[str], outcomes: Iterable[Outcome]) -> str:
    found = {outcome.name: outcome for outcome in outcomes}
    rows = [found.get(name) or Outcome(name, "unchecked", "not checked") for name in exercises]
    width = max(map(len, exercises))
    right = sum(row.kind == "right" for row in rows)
    lines = [f"{path.name}, opened in a fresh process: {right} of {len(rows)} exercises pass their public checks"]
    lines += [f"  {MARKS[row.kind]} {row.name:{width}}  {row.saw}".rstrip() for row in rows]
    lines += [f"  {name} failed: {note.saw}" for name, note in found.items() if note.kind == "note"]
    return "\n".join(lines)
