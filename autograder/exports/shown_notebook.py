"""A graded notebook as formgrader shows it: the student's words under the course's marks, with nothing that runs.

It is made anew of cells' kinds and texts alone: outputs, metadata and identifiers of a student never reach the page.
nbgrader's grade ids, which Kaggle and copying lose, are put back: code by the definition that was graded, an answer
by the question above it.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from autograder.exports.defused_markdown import defuse
from autograder.submissions.for_people import HandedIn, HandedInCell

LOST = "(There is no cell of this answer in the notebook; it may stand in another one.)"


@dataclass(frozen=True)
class Released:
    """A notebook as students get it: nbformat's cells, as dictionaries."""

    cells: Sequence[Mapping[str, Any]]

    @cached_property
    def texts(self) -> Mapping[str, str]:
        """By their words: spaces alone can make a tag of what was code."""
        return {"": ""} | {_squeezed(_source(cell)): _source(cell) for cell in self.cells}

    @classmethod
    def read(cls, content: bytes) -> "Released":
        return cls(json.loads(content)["cells"])

    @property
    def marked(self) -> Iterator[tuple[str, int]]:
        """(grade id, index) of the cells that nbgrader marks, in order."""
        for index, cell in enumerate(self.cells):
            if grade_id := _marks(cell).get("grade_id"):
                yield grade_id, index

    def knows(self, source: str) -> bool:
        return _squeezed(source) in self.texts


@dataclass(frozen=True)
class Shown:
    """The notebook's file. unanswered: grade ids of the written answers that nobody has written."""

    content: bytes
    unanswered: tuple[str, ...]


def build(handed_in: HandedIn, released: Released, note: Mapping[str, Any]) -> Shown:
    """note: what the notebook's metadata hold of ours, `unanswered` beside it."""
    places = _places(handed_in, released)
    unanswered = _unanswered(handed_in.cells, released, places)
    owner = {index: grade_id for grade_id, index in places.items()}
    cells = [
        _shown(cell, released.cells[_index(released, owner[index])] if index in owner else None, released)
        for index, cell in enumerate(handed_in.cells)
    ]
    for at, cell in reversed(_missing(released, places)):
        cells.insert(at, cell)
    for number, each in enumerate(cells):
        each["id"] = f"cell-{number}"
    python = {"display_name": "Python 3", "language": "python", "name": "python3"}
    metadata = {"kernelspec": python, "autograder": {**note, "unanswered": unanswered}}
    content = {"cells": cells, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}
    return Shown(json.dumps(content).encode(), tuple(unanswered))


def _places(handed_in: HandedIn, released: Released) -> dict[str, int]:
    """grade id -> index of its cell in what was handed in; no cell is taken twice."""
    places: dict[str, int] = {}
    for grade_id, index in released.marked:
        taken = set(places.values())
        likely = [each for each in _likely(grade_id, index, handed_in, released) if each not in taken]
        if likely:
            places[grade_id] = likely[0]
    return places


def _likely(grade_id: str, index: int, handed_in: HandedIn, released: Released) -> Iterator[int]:
    """Where the cell may be, the likeliest first."""
    marks, source = _marks(released.cells[index]), _squeezed(_source(released.cells[index]))
    own = [number for number, cell in enumerate(handed_in.cells) if cell.grade_id == grade_id][::-1]
    alike = [number for number, cell in enumerate(handed_in.cells) if _squeezed(cell.source) == source]
    if not marks.get("solution"):
        yield from (*own, *alike)
    elif released.cells[index]["cell_type"] == "code":
        yield from ([handed_in.answers[grade_id]] if grade_id in handed_in.answers else own)
    else:
        yield from sorted(own, key=lambda number: number in alike)  # of copies the one that was written
        yield from _below_question(index, handed_in.cells, released)


def _below_question(index: int, cells: Sequence[HandedInCell], released: Released) -> Iterator[int]:
    """The cell below the question's own, unless that is the course's next one."""
    heading = _heading(_source(released.cells[index - 1])) if index else ""
    stub = _squeezed(_source(released.cells[index]))
    for number, cell in enumerate(cells[:-1]):
        below = cells[number + 1]
        is_answer = below.kind != "code" and (_squeezed(below.source) == stub or not released.knows(below.source))
        if heading and _heading(cell.source) == heading and is_answer and not below.grade_id:
            yield number + 1


def _heading(source: str) -> str:
    return next((_squeezed(line) for line in source.split("\n") if line.startswith("#")), "")


def _unanswered(cells: Sequence[HandedInCell], released: Released, places: Mapping[str, int]) -> list[str]:
    """Those that are as they were given; none where an answer may stand in a text that is nobody's."""
    own = {
        index
        for grade_id, index in places.items()
        if _marks(released.cells[_index(released, grade_id)]).get("solution")
    }
    if any(
        each.kind != "code" and index not in own and not released.knows(each.source) for index, each in enumerate(cells)
    ):
        return []
    found = []
    for grade_id, index in released.marked:
        marks, stub = _marks(released.cells[index]), _squeezed(_source(released.cells[index]))
        if marks.get("solution") and marks.get("grade") and grade_id in places:
            answer = cells[places[grade_id]]
            found += [grade_id] if _squeezed(answer.source) in ("", stub) and not answer.pictures else []
    return found


def _shown(cell: HandedInCell, mark: Mapping[str, Any] | None, released: Released) -> dict[str, Any]:
    """The cell under the course's mark, if it has one."""
    metadata = {"nbgrader": dict(_marks(mark))} if mark else {}
    kind = mark["cell_type"] if mark else "code" if cell.kind == "code" else "markdown"
    if kind == "code":
        return _code(cell.source, metadata)
    if not mark and released.knows(cell.source):
        return {"cell_type": "markdown", "metadata": {}, "source": released.texts[_squeezed(cell.source)]}
    text, pictures = defuse(cell.source, cell.pictures)
    return {
        "cell_type": "markdown",
        "metadata": metadata,
        "source": text,
        **({"attachments": pictures} if pictures else {}),
    }


def _code(source: str, metadata: dict[str, Any]) -> dict[str, Any]:
    return {"cell_type": "code", "metadata": metadata, "source": source, "outputs": [], "execution_count": None}


def _missing(released: Released, places: Mapping[str, int]) -> list[tuple[int, dict[str, Any]]]:
    """(where, cell) of each marked cell that is nowhere, behind the marked cell before it."""
    at, found = 0, []
    for grade_id, index in released.marked:
        if grade_id in places:
            at = places[grade_id] + 1
            continue
        given = released.cells[index]
        metadata, is_answer = {"nbgrader": dict(_marks(given))}, _marks(given).get("solution")
        if given["cell_type"] == "code":
            found.append((at, _code(f"# {LOST}" if is_answer else _source(given), metadata)))
        else:
            found.append((at, {"cell_type": "markdown", "metadata": metadata, "source": LOST}))
    return sorted(found, key=lambda each: each[0])


def _index(released: Released, grade_id: str) -> int:
    return next(index for name, index in released.marked if name == grade_id)


def _marks(cell: Mapping[str, Any]) -> Mapping[str, Any]:
    return cell["metadata"].get("nbgrader", {})


def _source(cell: Mapping[str, Any]) -> str:
    return "".join(cell["source"])


def _squeezed(text: str) -> str:
    return " ".join(text.split())
