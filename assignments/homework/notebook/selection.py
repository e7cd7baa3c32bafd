"""Which definitions of a notebook count: those of all cells, the last written answer of each exercise."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from homework.notebook.cells import Cell, UnreadableNotebook, read_cells
from homework.notebook.definitions import BrokenCell, Definition, find_definitions

MAX_STATEMENTS = 3000  # of one notebook
Kept = tuple[Definition, Cell]


@dataclass(frozen=True)
class Problem:
    """Why an exercise cannot be run. is_broken: its cell has a syntax error; else it is not written."""

    is_broken: bool
    saw: str


@dataclass(frozen=True)
class Selection:
    """A notebook's cells and what counts of them, in order.

    replaced: stubs that stand below a written answer of the same name. found: every name that is defined, in broken
    cells too.
    """

    cells: list[Cell]
    kept: list[Kept]
    replaced: list[Kept]
    broken: list[tuple[BrokenCell, Cell]]
    problems: dict[str, Problem]
    found: frozenset[str]

    @property
    def statements(self) -> tuple[tuple[str, str], ...]:
        """(source, place) of each definition; a place reads "cell 12"."""
        return tuple((definition.source, cell.place) for definition, cell in self.kept)


def select(notebook: bytes, exercises: Sequence[str]) -> Selection:
    """What can be run of a notebook, and what is wrong with each exercise that cannot; UnreadableNotebook if none."""
    cells = read_cells(notebook)
    kept: list[Kept] = []
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
    found = frozenset(_names(kept) | {name for error, _ in broken for name in error.names})
    kept, replaced = _prefer_written(kept, exercises)
    return Selection(cells, kept, replaced, broken, _problems(kept, broken, exercises), found)


def _names(kept: Iterable[Kept]) -> set[str]:
    return {name for definition, _ in kept for name in definition.names}


def _retyped(cells: list[Cell], exercises: Sequence[str], found: set[str]) -> list[Kept]:
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


def _prefer_written(kept: list[Kept], exercises: Sequence[str]) -> tuple[list[Kept], list[Kept]]:
    """Without the stubs that have a written answer of the same name, as a copied cell leaves them; and those stubs."""
    written = {name for definition, _ in kept if not definition.is_stub for name in definition.names}
    answered = written & set(exercises)
    chosen: list[Kept] = []
    replaced: list[Kept] = []
    for definition, cell in kept:
        is_replaced = definition.is_stub and answered & set(definition.names)
        (replaced if is_replaced else chosen).append((definition, cell))
    return chosen, replaced


def _problems(kept: list[Kept], broken: list[tuple[BrokenCell, Cell]], exercises: Sequence[str]) -> dict[str, Problem]:
    last = {name: definition for definition, _ in kept for name in definition.names}
    problems = {}
    for name in exercises:
        cells = [(error, cell) for error, cell in broken if name in error.names]
        if (name not in last or last[name].is_stub) and cells:
            error, cell = cells[-1]
            problems[name] = Problem(True, f"{cell.place} has a syntax error, {error}")
        elif name not in last:
            problems[name] = Problem(False, f"{name} is nowhere in the notebook")
        elif last[name].is_stub:
            problems[name] = Problem(False, "not written yet")
    return problems
