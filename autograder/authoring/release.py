"""Builds a homework's two notebooks from its percent script; the student's with nbgrader's own converters."""

import ast
import re
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from autograder import checkout
from autograder.authoring import hand_in, links, promises, script
from autograder.authoring.script import BEGIN, END
from autograder.errors import AutograderError
from autograder.suite.sources import last_line
from homework.notebook.cells import CHECK

if TYPE_CHECKING:
    from autograder.authoring.notebook import NotebookNode

Function = ast.FunctionDef | ast.AsyncFunctionDef
CODE_STUB = "# YOUR CODE HERE\nraise NotImplementedError"
TEXT_STUB = "YOUR ANSWER HERE"
KINDS = {"exercise": "code", "check": "code", "artefact": "code", "written": "markdown"}  # mark -> its kind of cell


class ReleaseError(AutograderError):
    """A source that cannot be released: one sentence with file and line."""


def homeworks(root: Path) -> list[str]:
    """Names of the homeworks that have a source."""
    return sorted(path.stem for path in (root / "solutions").glob("*/*.py") if path.stem == path.parent.name)


def release(homework: str, root: Path, check: bool = False) -> list[Path]:
    """Build and write; the paths that changed. With check, nothing is written and those that differ are returned."""
    return write(build(homework, root), root, check)


def write(built: dict[Path, bytes], root: Path, check: bool = False) -> list[Path]:
    """Write built files below `root`; the paths whose content changed (with check: would change)."""
    changed = [path for path, content in built.items() if not _holds(root / path, content)]
    for path in changed if not check else ():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(built[path])
    return changed


def build(homework: str, root: Path) -> dict[Path, bytes]:
    """Both notebooks and what is handed in, as bytes by path below `root`; ReleaseError if the source breaks a rule."""
    from autograder.authoring import notebook

    source = checkout.script(root, homework)
    if not source.exists():
        raise ReleaseError(f"{source} does not exist; the homeworks are {', '.join(homeworks(root)) or 'none yet'}")
    solution = notebook.read_percent_script(source, root)
    cells = _source_cells(source, root, solution)
    _check_source(cells)
    if not links.fill(solution, homework, root):
        raise ReleaseError(f"{root}/pyproject.toml names no students' repository; add Students to its [project.urls]")
    promises.fill(solution, root)
    solution = _to_solution(notebook.mark_for_nbgrader(solution))
    student = _to_student(solution)
    _check_stubs(cells, student)
    return {
        checkout.solution(Path(), homework): notebook.to_bytes(solution),
        checkout.stub(Path(), homework): notebook.to_bytes(student),
        checkout.hand_in(Path(), homework): hand_in.build(source, root),
    }


def _holds(path: Path, content: bytes) -> bool:
    return path.exists() and path.read_bytes() == content


def _to_student(solution: "NotebookNode") -> "NotebookNode":
    """nbgrader's own steps, in the order of its generate_assignment, less those that need its database."""
    from nbgrader import preprocessors as nbgrader

    clear = nbgrader.ClearSolutions()
    clear.code_stub, clear.text_stub = {"python": CODE_STUB}, TEXT_STUB
    clear.begin_solution_delimeter, clear.end_solution_delimeter = BEGIN, END
    steps = [nbgrader.LockCells(), clear, nbgrader.ClearOutput(), nbgrader.CheckCellMetadata()]
    steps += [nbgrader.ClearHiddenTests(), nbgrader.ClearMarkScheme(), nbgrader.ComputeChecksums()]
    return _run([*steps, nbgrader.CheckCellMetadata()], solution)


def _to_solution(notebook: "NotebookNode") -> "NotebookNode":
    """No checksums here: nbgrader takes an answer whose checksum still fits for one that nobody has written."""
    from nbgrader import preprocessors as nbgrader

    return _run([nbgrader.ClearOutput(), nbgrader.CheckCellMetadata()], notebook)


def _run(steps: list[Any], notebook: "NotebookNode") -> "NotebookNode":
    notebook = deepcopy(notebook)
    for step in steps:
        notebook, _ = step.preprocess(notebook, {})
    return notebook


@dataclass(frozen=True)
class _Cell:
    """A cell as it stands in the source: file, line of its marker, kind, marks, and the lines below the marker."""

    file: str
    line: int
    kind: str
    marks: dict
    body: list[str]

    def refusal(self, reason: str, number: int = 0) -> ReleaseError:
        """The error at the cell's marker, or at line `number` (from 1) of its body."""
        return ReleaseError(f"{self.file}:{self.line + number}: {reason}")


def _source_cells(path: Path, root: Path, notebook: "NotebookNode") -> list[_Cell]:
    """The notebook's cells with their place in the source."""
    file = path.relative_to(root).as_posix()
    places = script.read(path)
    if not places or places[0].line != 1:
        raise ReleaseError(f"{file}:1: text above the first cell; begin the file with a cell's marker, “# %%”")
    if len(places) != len(notebook.cells):
        raise ReleaseError(
            f"{file}:1: {len(places)} markers make {len(notebook.cells)} cells; write each as “# %%”, none in a text"
        )
    rows = zip(places, notebook.cells, strict=True)
    return [_Cell(file, place.line, cell.cell_type, dict(cell.metadata), list(place.body)) for place, cell in rows]


def _check_source(cells: list[_Cell]) -> None:
    """Refuse regions that would not be cleared as meant, and cells whose marks do not belong together."""
    taken: dict[str, int] = {}  # nbgrader's grade_id -> the line that has it
    for cell in cells:
        regions = list(_regions(cell))
        has_answer = "exercise" in cell.marks or "written" in cell.marks
        if regions and not has_answer:
            raise cell.refusal("a solution region in a cell without exercise= or written=; mark the cell")
        if has_answer and not regions:
            raise cell.refusal("this cell has no solution region; put one around what students shall write")
        if cell.kind == "code" and regions:
            _check_places(cell, regions)
        if cell.marks:
            _check_marks(cell, taken)


def _check_marks(cell: _Cell, taken: dict[str, int]) -> None:
    """One of exercise, check and written, with its points, on the right kind of cell and under a new name."""
    given = [kind for kind in KINDS if kind in cell.marks]
    unknown = sorted(set(cell.marks) - {*KINDS, "points", "file"})
    if unknown or len(given) != 1:
        raise cell.refusal(f"marks {', '.join(sorted(cell.marks))}; a cell has one of {', '.join(KINDS)}, and points")
    kind, name = given[0], cell.marks[given[0]]
    if not (isinstance(name, str) and name.isidentifier()):
        raise cell.refusal(f"{kind} {name!r} is no name; use a Python identifier")
    if cell.kind != KINDS[kind]:
        raise cell.refusal(f"{kind} {name!r} stands on a {cell.kind} cell; it belongs on a {KINDS[kind]} cell")
    if ("file" in cell.marks) != (kind == "artefact"):
        raise cell.refusal(
            f'{kind} {name!r}: an artefact\'s marker, and no other, names what it is saved as; file="NAME"'
        )
    points = cell.marks.get("points")
    if kind != "exercise" and not (type(points) is int and points >= 1):
        raise cell.refusal(f"{kind} {name!r} has no points; add points=N, a whole number, to its marker")
    if kind == "check" and name not in taken:
        raise cell.refusal(f"check {name!r} has no exercise of that name above it")
    grade_id = CHECK + name if kind in ("check", "artefact") else name
    if grade_id in taken:
        raise cell.refusal(f"{kind} {name!r} stands in line {taken[grade_id]} already; give each its own name")
    taken[grade_id] = cell.line


def _regions(cell: _Cell) -> Iterator[tuple[int, int]]:
    """First and last line of each region, counted from 1 in the cell's body."""
    opened = 0
    for number, line in enumerate(cell.body, start=1):
        if not re.search(r"(BEGIN|END)\s+SOLUTION", line, re.IGNORECASE):
            continue
        marker = line.removeprefix("# ").strip() if cell.kind == "markdown" else line.strip()
        if marker not in (BEGIN, END):
            raise cell.refusal(f"a misspelt marker; write “{BEGIN}” or “{END}” on a line of its own", number)
        if marker == BEGIN and opened:
            raise cell.refusal(
                f"a solution region opens inside the one of line {cell.line + opened}; close that first", number
            )
        if marker == END and not opened:
            raise cell.refusal(f"this solution region was never opened; add “{BEGIN}” above", number)
        if marker == END:
            yield opened, number
        opened = number if marker == BEGIN else 0
    if opened:
        raise cell.refusal(f"this solution region is never closed; add “{END}” in the same cell", opened)


def _check_places(cell: _Cell, regions: list[tuple[int, int]]) -> None:
    """Each region stands in one function, indented, below its docstring: what is left is a stub with a contract."""
    tree = _parse(cell)
    functions = [node for node in ast.walk(tree) if isinstance(node, Function)]
    for begin, end in regions:
        around = [node for node in functions if node.lineno < begin <= _end_of(node, cell.body)]
        function = max(around, key=lambda node: node.lineno, default=None)
        if function is None or not _is_in_body(function, begin, end, cell.body):
            raise cell.refusal(
                "a solution region at top level or above a docstring; put it inside one function, below its docstring",
                begin,
            )


def _is_in_body(function: Function, begin: int, end: int, body: list[str]) -> bool:
    above = last_line(function.body[0]) if ast.get_docstring(function) is not None else function.lineno
    is_indented = function.col_offset < _indent(body[begin - 1]) == _indent(body[end - 1])
    return above < begin and end <= _end_of(function, body) and is_indented


def _end_of(function: Function, body: list[str]) -> int:
    """The function's last line, comments below its last statement included."""
    end = last_line(function)
    while end < len(body) and (not body[end].strip() or _indent(body[end]) > function.col_offset):
        end += 1
    return end


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())


def _parse(cell: _Cell) -> ast.Module:
    try:
        return ast.parse("\n".join(cell.body))
    except SyntaxError as error:
        raise cell.refusal(f"this exercise is not valid Python: {error.msg}", error.lineno or 0) from None


def _check_stubs(cells: list[_Cell], student: "NotebookNode") -> None:
    """Each exercise's stub must be Python that defines the exercise."""
    for cell, stub in zip(cells, student.cells, strict=True):
        if "exercise" not in cell.marks:
            continue
        try:
            defined = {getattr(node, "name", None) for node in ast.parse(stub.source).body}
        except SyntaxError:
            raise cell.refusal(
                "without its solution regions this cell is not valid Python; take more or less into them"
            ) from None
        if cell.marks["exercise"] not in defined:
            raise cell.refusal(
                f"no definition of {cell.marks['exercise']!r} is left for students; define it outside the region"
            )
