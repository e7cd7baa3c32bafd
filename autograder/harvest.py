"""Submission -> the definitions the homework asks for, and what is missing, duplicated or mangled.

Cells are keyed by our own list of exercises, never by what the file claims: a duplicated, deleted, retyped or split
cell is worked around and noted.
"""

from collections.abc import Iterable, Sequence

from autograder.cells import Cell, UnreadableNotebook, read_cells
from autograder.definitions import BrokenCell, Definition, find_definitions
from autograder.records import Harvest, Verdict

MAX_STATEMENTS = 3000  # of one notebook


def harvest(notebook: bytes, exercises: Sequence[str], other_homeworks: dict[str, Sequence[str]]) -> Harvest:
    """What can be run of a notebook. UnreadableNotebook when it is none, or one of another homework.

    other_homeworks: homework -> its exercises, to recognise a notebook that was handed in at the wrong place.
    """
    cells = read_cells(notebook)
    kept: list[tuple[Definition, Cell]] = []
    broken: list[tuple[BrokenCell, Cell]] = []
    for cell in cells:
        if cell.kind == "code":
            try:
                kept += [(definition, cell) for definition in find_definitions(cell.source)]
            except BrokenCell as error:
                broken.append((error, cell))
    if len(kept) > MAX_STATEMENTS:
        raise UnreadableNotebook(f"the notebook has more than {MAX_STATEMENTS} definitions; hand in the right one")
    kept += _retyped(cells, exercises, _names(kept))
    _refuse_other_homework(
        _names(kept) | {name for error, _ in broken for name in error.names}, exercises, other_homeworks
    )
    kept, stub_notes = _prefer_written(kept, exercises)
    return Harvest(
        statements=tuple((definition.source, cell.place) for definition, cell in kept),
        problems=_problems(kept, broken, exercises),
        notes=(*_cell_notes(cells, kept, exercises), *_broken_notes(broken), *stub_notes),
    )


def _names(kept: Iterable[tuple[Definition, Cell]]) -> set[str]:
    return {name for definition, _ in kept for name in definition.names}


def _retyped(cells: list[Cell], exercises: Sequence[str], found: set[str]) -> list[tuple[Definition, Cell]]:
    """Definitions of missing exercises from cells that were turned into text."""
    rescued = []
    for cell in cells:
        if cell.kind != "code" and any(
            f"def {name}(" in cell.source or f"class {name}" in cell.source for name in exercises
        ):
            try:
                definitions = find_definitions(cell.source)
            except BrokenCell:
                continue
            missing = set(exercises) - found
            rescued += [(definition, cell) for definition in definitions if missing & set(definition.names)]
    return rescued


def _refuse_other_homework(found: set[str], exercises: Sequence[str], others: dict[str, Sequence[str]]) -> None:
    if found & set(exercises):
        return
    for homework, names in others.items():
        if found & set(names):
            raise UnreadableNotebook(f"this is the notebook of another homework, {homework}; hand in the right one")
    raise UnreadableNotebook(
        "the notebook defines none of this homework's exercises; hand in the homework's own notebook"
    )


def _prefer_written(
    kept: list[tuple[Definition, Cell]], exercises: Sequence[str]
) -> tuple[list[tuple[Definition, Cell]], list[str]]:
    """Drop a stub that stands below a written answer of the same name, as a copied cell leaves it."""
    written = {name for definition, _ in kept if not definition.is_stub for name in definition.names}
    notes, chosen = [], []
    for definition, cell in kept:
        hidden = [name for name in definition.names if definition.is_stub and name in written and name in exercises]
        if hidden:
            notes.append(
                f"{hidden[0]}: {cell.place} still holds the empty stub; your written answer was graded instead."
            )
        else:
            chosen.append((definition, cell))
    return chosen, notes


def _problems(
    kept: list[tuple[Definition, Cell]], broken: list[tuple[BrokenCell, Cell]], exercises: Sequence[str]
) -> dict[str, tuple[Verdict, str]]:
    last = {name: definition for definition, _ in kept for name in definition.names}
    problems = {}
    for name in exercises:
        cells = [(error, cell) for error, cell in broken if name in error.names]
        if (name not in last or last[name].is_stub) and cells:
            error, cell = cells[-1]
            problems[name] = (Verdict.UNREADABLE, f"{cell.place} has a syntax error, {error}")
        elif name not in last:
            problems[name] = (Verdict.NOT_WRITTEN, f"{name} is nowhere in the notebook")
        elif last[name].is_stub:
            problems[name] = (Verdict.NOT_WRITTEN, "not written yet")
    return problems


def _cell_notes(cells: list[Cell], kept: list[tuple[Definition, Cell]], exercises: Sequence[str]) -> list[str]:
    notes = []
    for name in exercises:
        own = [cell for cell in cells if cell.grade_id == name]
        places = [cell for definition, cell in kept if name in definition.names]
        if len(own) > 1:
            copies = " and ".join(cell.place for cell in own)
            notes.append(f"{name}: its cell stands more than once ({copies}); the last written answer was graded.")
        if len(places) > 1 and len(own) <= 1:
            notes.append(f"{name}: it is defined more than once; the last definition ({places[-1].place}) was graded.")
        if places and places[-1].kind != "code":
            notes.append(f"{name}: {places[-1].place} is not a code cell any more; its text was graded all the same.")
        elif places and not own:
            notes.append(f"{name}: its own cell is gone; the definition in {places[-1].place} was graded.")
        elif places and places[-1] not in own:
            notes.append(f"{name}: the definition in {places[-1].place}, outside its own cell, was graded.")
    return notes


def _broken_notes(broken: list[tuple[BrokenCell, Cell]]) -> list[str]:
    return [f"{cell.place} was left out, since it has a syntax error: {error}." for error, cell in broken]
