"""Where things stand in the text of a suite's `__init__`, of its stand-ins and of public checks, to be edited there."""

import ast
from collections.abc import Iterator
from pathlib import Path

from autograder.authoring.edits import EditError, Edits
from autograder.authoring.materials import Materials
from autograder.checkout import shown
from autograder.records import Exercise
from autograder.suite.sources import last_line, parse
from homework.notebook.lines import split_lines


def add_entry(edits: Edits, materials: Materials, entry: str, section: str) -> None:
    """Put an Exercise(…) into EXERCISES behind those of earlier sections."""
    path = materials.suite / "__init__.py"
    statement, elements = _entries(path)
    if not elements:
        edits.cut(path, statement.lineno, last_line(statement))
        edits.insert(path, statement.lineno, f"EXERCISES = (\n    {entry},\n)\n")
        return
    rows = zip(elements, materials.exercises.values(), strict=True)
    before = [element for element, exercise in rows if in_order(exercise.section) < in_order(section)]
    line = last_line(before[-1]) + 1 if before else elements[0].lineno
    edits.insert(path, line, f"    {entry},\n")


def cut_entry(edits: Edits, materials: Materials, exercise: Exercise) -> None:
    path = materials.suite / "__init__.py"
    _, elements = _entries(path)
    element = elements[list(materials.exercises).index(exercise.name)]
    edits.cut(path, element.lineno, last_line(element))


def cut_functions(edits: Edits, path: Path, names: set[str]) -> None:
    """Take these top-level definitions out, with the blank lines above them."""
    for node in reversed(parse(path).body):
        if getattr(node, "name", "") in names:
            first = min([node.lineno, *(mark.lineno for mark in getattr(node, "decorator_list", ()))])
            lines = split_lines(edits.read(path))
            while first > 1 and not lines[first - 2].strip():
                first -= 1
            edits.cut(path, first, last_line(node))


def cut_table(edits: Edits, path: Path, name: str) -> None:
    """Take [name] out of a TOML file, up to the next table."""
    if not path.exists():
        return
    lines = split_lines(edits.read(path))
    starts = [number for number, line in enumerate(lines, start=1) if line.startswith("[")]
    for number, end in zip(starts, [*starts[1:], len(lines) + 1], strict=True):
        if lines[number - 1].strip() == f"[{name}]":
            edits.cut(path, number, end - 1)


def in_order(section: str) -> tuple[int, ...]:
    """ "3.10" comes behind "3.9"."""
    return tuple(int(number) for number in section.split("."))


def _entries(path: Path) -> tuple[ast.stmt, list[ast.expr]]:
    """The statement that assigns EXERCISES and the entries in it, each on lines of its own."""
    for node in _assignments(parse(path)):
        elements = node.value.elts if isinstance(node.value, ast.Tuple) else None
        if elements is None or len({element.lineno for element in elements}) != len(elements):
            raise EditError(f"{shown(path, node.lineno)}: write EXERCISES as a tuple with one Exercise(…) a line")
        return node, elements
    raise EditError(f"{shown(path)}: EXERCISES is missing; write EXERCISES = ()")


def _assignments(tree: ast.Module) -> Iterator[ast.Assign | ast.AnnAssign]:
    for node in tree.body:
        targets = getattr(node, "targets", [getattr(node, "target", None)])
        if isinstance(node, ast.Assign | ast.AnnAssign) and getattr(targets[0], "id", "") == "EXERCISES":
            yield node
