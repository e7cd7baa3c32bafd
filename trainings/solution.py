"""What a training takes of the homework it belongs to: the solution's definitions, and the grader's evaluator."""

import ast
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any

from autograder import checkout, suite


def definitions(homework: str, constants: Collection[str], last: str = "") -> Iterator[tuple[str, str]]:
    """(source, place) of the solution's imports, functions and classes, in order, up to the one called `last`.

    constants: those whose assignment is taken too, each by the first name that stands in it.
    """
    for node in ast.parse(checkout.script(checkout.ROOT, homework).read_text()).body:
        first = next((part.id for part in ast.walk(node) if isinstance(part, ast.Name)), "")
        is_constant = isinstance(node, ast.Assign) and first in constants
        if is_constant or isinstance(node, ast.Import | ast.ImportFrom | ast.FunctionDef | ast.ClassDef):
            yield ast.unparse(node), f"line {node.lineno}"
        if last and getattr(node, "name", "") == last:
            return


def evaluator(homework: str, exercise: str) -> dict[str, Any]:
    """The names of the evaluator that the grader runs in its sandbox."""
    names: dict[str, Any] = {}
    for source, place in suite.load(homework).evaluator(exercise):
        exec(compile(source, place, "exec"), names)
    return names


def evaluate(homework: str, exercise: str, weights: Path) -> dict[str, Any]:
    """What the evaluator says of these weights, handed in as the exercise asks for."""
    chosen = suite.load(homework)
    files = {name: given.read_bytes() for name, given in chosen.given.items()}
    return evaluator(homework, exercise)["evaluate"]({**files, chosen.artefacts[exercise]: weights.read_bytes()})
