"""Builds a homework's two notebooks from its percent script: the solution's, and with nbgrader's converters the student's."""

import ast
import re
from copy import deepcopy
from pathlib import Path

BEGIN, END = "### BEGIN SOLUTION", "### END SOLUTION"
CODE_STUB = "# YOUR CODE HERE\nraise NotImplementedError"
TEXT_STUB = "YOUR ANSWER HERE"


class ReleaseError(Exception):
    """A source that cannot be released: one sentence with file and line."""


def homeworks(root: Path) -> list[str]:
    """Names of the homeworks that have a source."""
    return sorted(path.stem for path in (root / "solutions").glob("*/*.py") if path.stem == path.parent.name)


def release(homework: str, root: Path, check: bool = False) -> list[Path]:
    """Write what was built and return the paths that changed; with check, write nothing and return those that differ."""
    changed = [path for path, content in build(homework, root).items() if not _holds(root / path, content)]
    if not check:
        built = build(homework, root)
        for path in changed:
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            (root / path).write_bytes(built[path])
    return changed


def build(homework: str, root: Path) -> dict[Path, bytes]:
    """Both notebooks as bytes, by their path below `root`; ReleaseError if the source breaks a rule."""
    from autograder import notebook

    source = root / "solutions" / homework / f"{homework}.py"
    if not source.exists():
        raise ReleaseError(f"{source} does not exist; the homeworks are {', '.join(homeworks(root))}")
    check_source(source)
    solution = notebook.read_percent_script(source, root)
    return {
        Path("solutions") / homework / f"{homework}.ipynb": notebook.to_bytes(_with_checksums(solution)),
        Path("assignments") / homework / f"{homework}.ipynb": notebook.to_bytes(_to_student(solution)),
    }


def _holds(path: Path, content: bytes) -> bool:
    return path.exists() and path.read_bytes() == content


def _to_student(solution):
    """nbgrader's own steps, in the order of its generate_assignment, less those that write to its database."""
    from nbgrader import preprocessors as nbgrader

    clear = nbgrader.ClearSolutions()
    clear.code_stub, clear.text_stub = {"python": CODE_STUB}, TEXT_STUB
    steps = [nbgrader.LockCells(), clear, nbgrader.ClearOutput(), nbgrader.CheckCellMetadata()]
    return _run([*steps, nbgrader.ComputeChecksums()], solution)


def _with_checksums(solution):
    from nbgrader import preprocessors as nbgrader

    return _run([nbgrader.ClearOutput(), nbgrader.CheckCellMetadata(), nbgrader.ComputeChecksums()], solution)


def _run(steps: list, notebook):
    notebook = deepcopy(notebook)
    for step in steps:
        notebook, _ = step.preprocess(notebook, {})
    return notebook


def check_source(path: Path) -> None:
    """Refuse a region that is unclosed, nested or at top level, and cells whose marks do not belong together."""
    cells = _cells(path)
    seen: dict[str, int] = {}
    for line, marks, body in cells:
        is_text, names = "[markdown]" in marks, re.findall(r'(exercise|check|written)="([^"]*)"', marks)
        for kind, name in names:
            if not name.isidentifier():
                raise ReleaseError(f"{path}:{line}: {kind} {name!r} is no name; use a Python identifier")
            key = f"check_{name}" if kind == "check" else name
            if key in seen:
                raise ReleaseError(
                    f"{path}:{line}: {kind} {name!r} stands in line {seen[key]} already; give each its own name"
                )
            seen[key] = line
            if kind == "check" and name not in seen:
                raise ReleaseError(f"{path}:{line}: check {name!r} has no exercise of that name above it")
            if kind != "exercise" and not re.search(r"\bpoints=\d+", marks):
                raise ReleaseError(f"{path}:{line}: {kind} {name!r} has no points; add points=N to its marker")
        has_region = _check_regions(path, line, body, is_text)
        graded = any(kind in ("exercise", "written") for kind, _ in names)
        if has_region and not graded:
            raise ReleaseError(
                f"{path}:{line}: a solution region in a cell without exercise= or written=; mark the cell"
            )
        if graded and not has_region:
            raise ReleaseError(
                f"{path}:{line}: this cell has no solution region; put one around what students shall write"
            )


def _cells(path: Path) -> list[tuple[int, str, list[str]]]:
    """(line of the marker, the marker, the lines below it) of each cell."""
    lines = path.read_text(encoding="utf-8").splitlines()
    starts = [number for number, line in enumerate(lines) if re.match(r"# %%(\s|$)", line)]
    ends = [*starts[1:], len(lines)]
    return [(start + 1, lines[start], lines[start + 1 : end]) for start, end in zip(starts, ends, strict=True)]


def _check_regions(path: Path, marker: int, body: list[str], is_text: bool) -> bool:
    """Whether the cell holds a region; ReleaseError for one that would not be cleared as meant."""
    opened = 0
    inside = set() if is_text else _lines_in_definitions(body)
    found = False
    for number, line in enumerate(body, start=1):
        where = f"{path}:{marker + number}"
        if BEGIN in line:
            if opened:
                raise ReleaseError(
                    f"{where}: a solution region opens inside the one of line {opened}; close that first"
                )
            if not is_text and number not in inside:
                raise ReleaseError(
                    f"{where}: a solution region at top level; put it inside a function, below its docstring"
                )
            opened, found = marker + number, True
        elif END in line:
            if not opened:
                raise ReleaseError(f"{where}: this solution region was never opened; add “{BEGIN}” above")
            opened = 0
    if opened:
        raise ReleaseError(f"{path}:{opened}: this solution region is never closed; add “{END}” in the same cell")
    return found


def _lines_in_definitions(body: list[str]) -> set[int]:
    """Lines, counted from 1, that belong to the body of a function."""
    try:
        tree = ast.parse("\n".join(body))
    except SyntaxError:
        return {number for number, line in enumerate(body, start=1) if line.startswith((" ", "\t"))}
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
    ends = {id(node): _end_of(node, body) for node in functions}
    return {number for node in functions for number in range(node.lineno + 1, ends[id(node)] + 1)}


def _end_of(function: ast.FunctionDef, body: list[str]) -> int:
    """The function's last line, comments below its last statement included."""
    end, indent = function.end_lineno, function.col_offset
    while end < len(body) and (not body[end].strip() or len(body[end]) - len(body[end].lstrip()) > indent):
        end += 1
    return end
