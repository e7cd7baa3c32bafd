"""What of a notebook counts: the last written answer of each exercise, and the statements that it needs."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from homework.notebook.cells import Cell, UnreadableNotebook, read_cells
from homework.notebook.names import Names
from homework.notebook.needs import Aliases, Needs
from homework.notebook.statements import BrokenCell, Statement, find_statements

MAX_STATEMENTS = 5000  # of one notebook
MAX_SOURCE = 2 << 20  # characters of all that is needed; a homework's have a twentieth
Kept = tuple[Statement, Cell]


@dataclass(frozen=True)
class Problem:
    """Why an exercise cannot be run. is_broken: its cell has a syntax error; else it is not written."""

    is_broken: bool
    saw: str


@dataclass(frozen=True)
class Selection:
    """A notebook's cells and what counts of them, in order.

    statements: (source, place) of each statement that an exercise needs; a place reads "cell 12". needs: exercise ->
    which of them it needs. answers: exercise -> the statements that answer it, the last of which counts. replaced:
    (exercise, cell) of stubs that stand beside a written answer. defines: every function and class, in
    broken cells too.
    """

    cells: list[Cell]
    statements: tuple[tuple[str, str], ...]
    needs: Mapping[str, tuple[int, ...]]
    answers: Mapping[str, list[Kept]]
    replaced: list[tuple[str, Cell]]
    broken: list[tuple[BrokenCell, Cell]]
    problems: dict[str, Problem]
    defines: frozenset[str]


def select(notebook: bytes, exercises: Sequence[str]) -> Selection:
    """What can be run of a notebook, and what is wrong with each exercise that cannot; UnreadableNotebook if none."""
    cells = read_cells(notebook)
    kept, broken = _read(cells, exercises)
    if len(kept) > MAX_STATEMENTS:
        raise UnreadableNotebook(f"the notebook has more than {MAX_STATEMENTS} statements; hand in the right one")
    completed = _completed([statement for statement, _ in kept])
    chosen = {name: found for name in exercises if (found := _answers(kept, name, name in completed))}
    statements, needs = _needed(kept, broken, chosen)
    if sum(len(source) for source, _ in statements) > MAX_SOURCE:
        raise UnreadableNotebook("the notebook's definitions are longer than any homework; hand in the right one")
    answers = {name: [kept[index] for index in found] for name, found in chosen.items()}
    stubs = {name for name, found in answers.items() if found[-1][0].is_stub and name not in completed}
    return Selection(
        cells,
        statements,
        needs,
        answers,
        _replaced(kept, answers, stubs),
        broken,
        _problems(answers, stubs, broken, exercises),
        frozenset(_defined(kept)).union(*(error.defines for error, _ in broken)),
    )


def all_statements(notebook: bytes) -> tuple[tuple[str, str], ...]:
    """(source, place) of every statement of a notebook, needed or not."""
    kept, _ = _read(read_cells(notebook), ())
    return tuple((statement.source, cell.place) for statement, cell in kept)


def _read(cells: list[Cell], exercises: Sequence[str]) -> tuple[list[Kept], list[tuple[BrokenCell, Cell]]]:
    """All statements, and the cells that do not parse; with the answers that stand in cells that were made text."""
    kept: list[Kept] = []
    broken: list[tuple[BrokenCell, Cell]] = []
    for cell in cells:
        if cell.kind == "code":
            try:
                kept += [(statement, cell) for statement in find_statements(cell.source)]
            except BrokenCell as error:
                broken.append((error, cell))
    missing = set(exercises) - _defined(kept)
    for cell in cells:
        if cell.kind != "code" and any(
            f"def {name}(" in cell.source or f"class {name}" in cell.source for name in missing
        ):
            try:
                found = find_statements(cell.source)
            except BrokenCell:
                continue
            kept += [(statement, cell) for statement in found if missing & statement.names.defines]
    return sorted(kept, key=lambda each: each[1].number), broken


def _defined(kept: Iterable[Kept]) -> set[str]:
    return {name for statement, _ in kept for name in statement.names.defines}


def _answers(kept: Sequence[Kept], exercise: str, is_completed: bool) -> list[int]:
    """The statements that answer an exercise; stubs only where nothing else does, as a copied cell leaves them."""
    defines = [index for index, (statement, _) in enumerate(kept) if exercise in statement.names.defines]
    written = [index for index in defines if is_completed or not kept[index][0].is_stub]
    cells = {kept[index][1].number for index in defines[-1:]}
    for index, (statement, cell) in enumerate(kept):
        is_own = cell.grade_id == exercise or cell.number in cells
        if _gives(statement.names, exercise) and (is_own or statement.is_lambda or not written):
            written.append(index)
    return sorted(written) or defines


def _completed(statements: Sequence[Statement]) -> set[str]:
    """Names of what is changed after it was made, a stub class by `MoCoQueue.keys = keys`."""
    changes = set[str]().union(*(statement.names.changes for statement in statements))
    return Aliases(statements).of(changes)


def _gives(names: Names, exercise: str) -> bool:
    """`nt_xent = NTXent()` is an answer, `sample = sample(model)` is what came of one."""
    return exercise in names.surely - names.defines and exercise not in names.calls


def _needed(
    kept: Sequence[Kept], broken: Sequence[tuple[BrokenCell, Cell]], answers: Mapping[str, list[int]]
) -> tuple[tuple[tuple[str, str], ...], dict[str, tuple[int, ...]]]:
    """The statements that any exercise needs, and which of them each one does."""
    needs = Needs([statement for statement, _ in kept], [cell.number for _, cell in kept], answers)
    of = {name: needs.of(name) for name in answers}
    used = sorted({index for indices in of.values() for index in indices})
    place = {index: number for number, index in enumerate(used)}
    statements = [(kept[index][0].source, kept[index][1].place) for index in used]
    numbers = {name: [place[index] for index in indices] for name, indices in of.items()}
    for error, cell in broken:  # they fail, which says why a name is missing
        if needing := [name for name in answers if needs.unbound(of[name]) & error.names]:
            for name in needing:
                numbers[name].append(len(statements))
            statements.append((cell.source, cell.place))
    return tuple(statements), {name: tuple(found) for name, found in numbers.items()}


def _replaced(kept: Sequence[Kept], answers: Mapping[str, list[Kept]], stubs: set[str]) -> list[tuple[str, Cell]]:
    return [
        (name, cell)
        for statement, cell in kept
        if statement.is_stub
        for name in statement.names.defines & answers.keys()
        if name not in stubs
    ]


def _problems(
    answers: Mapping[str, list[Kept]],
    stubs: set[str],
    broken: list[tuple[BrokenCell, Cell]],
    exercises: Sequence[str],
) -> dict[str, Problem]:
    problems = {}
    for name in exercises:
        cells = [(error, cell) for error, cell in broken if name in error.defines]
        is_written = name in answers and name not in stubs
        if not is_written and cells:
            error, cell = cells[-1]
            problems[name] = Problem(True, f"{cell.place} has a syntax error, {error}")
        elif name not in answers:
            problems[name] = Problem(False, f"{name} is nowhere in the notebook")
        elif not is_written:
            problems[name] = Problem(False, "not written yet")
    return problems
