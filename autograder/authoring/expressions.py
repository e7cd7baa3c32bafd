"""Finds a solution's expressions in what students read, whatever their variables are called there.

A text shows code between backticks, in fenced blocks, or as a cell's docstring does: any piece of it that is Python is
compared by its syntax tree. Two expressions are one if they differ in the names of variables alone.
"""

import ast
import builtins
import re
from collections.abc import Iterator
from copy import deepcopy

from autograder.authoring import leaks, script
from autograder.authoring.materials import Materials
from autograder.checkout import shown

MIN_OPERATIONS = 2  # calls, operators and subscripts: with fewer, an expression is any code's
KEPT = {*dir(builtins), "torch", "nn", "F", "math", "np"}  # all other names are variables
OPERATIONS = (ast.Call, ast.BinOp, ast.UnaryOp, ast.Compare, ast.Subscript, ast.BoolOp, ast.IfExp)
_FENCE = re.compile(r"```\w*\n(.*?)```", re.DOTALL)
_SPAN = re.compile(r"`([^`\n]+)`")


def find_in_texts(materials: Materials) -> Iterator[str]:
    """One sentence for each expression of a solution that a text shows; whole lines are told by `leaks`."""
    lines = leaks.lines_of_solutions(materials)
    exercises = script.marked(materials.cells, "exercise").values()
    hidden = set().union(*(_of_solution(cell) for cell in exercises))
    given = set().union(*(_of_given_code(cell) for cell in materials.cells if cell.kind == "code"))
    for cell in materials.cells:
        for text in _texts(cell):
            for expression, written in _expressions(text):
                if expression in hidden - given and not any(line in text for line in lines):
                    place = shown(materials.script, cell.find(written.splitlines()[0]))
                    yield f"{place}: this text holds a solution's expression, {written!r}; reword it"


def _texts(cell: script.Cell) -> Iterator[str]:
    """The pieces of a cell that may be code for a reader to copy."""
    seen = "\n".join(line for _, line in script.outside_regions(cell))
    if cell.kind == "markdown":
        text = "\n".join(line.removeprefix("#").removeprefix(" ") for line in seen.splitlines())
        yield from _FENCE.findall(text)
        yield from _SPAN.findall(_FENCE.sub("", text))
    else:
        yield from _SPAN.findall(seen)


def _of_solution(cell: script.Cell) -> set[str]:
    return {expression for expression, _ in _expressions("\n".join(script.inside_regions(cell)))}


def _of_given_code(cell: script.Cell) -> set[str]:
    """What students are given as code is no secret."""
    return {expression for expression, _ in _expressions("\n".join(line for _, line in script.outside_regions(cell)))}


def _expressions(code: str) -> Iterator[tuple[str, str]]:
    """(with variables numbered, as it is written) of each expression that is large enough; none if it is no Python."""
    lines = code.splitlines()
    indent = min((len(line) - len(line.lstrip()) for line in lines if line.strip()), default=0)
    source = "\n".join(line[indent:] for line in lines)
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError):
        return
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.expr)
            and sum(isinstance(each, OPERATIONS) for each in ast.walk(node)) >= MIN_OPERATIONS
        ):
            yield _with_numbered_names(node), ast.get_source_segment(source, node) or ""


def _with_numbered_names(node: ast.expr) -> str:
    numbers: dict[str, int] = {}
    numbered = deepcopy(node)
    for name in ast.walk(numbered):
        if isinstance(name, ast.Name) and name.id not in KEPT:
            name.id = f"v{numbers.setdefault(name.id, len(numbers))}"
    return ast.dump(numbered)
