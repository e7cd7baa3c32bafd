"""The bank of known answers: mistakes that a suite must catch and name, variants that it must accept.

Each is a whole implementation in `mistakes/EXERCISE.py` or `variants/EXERCISE.py`, under its own name; here it takes
the exercise's name and the place of the solution's definition.
"""

import ast
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from autograder.suite import METRICS, Suite

Statements = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Answer:
    """One known implementation of one exercise. fails, says: a mistake's test and advice; empty for a variant."""

    exercise: str
    name: str
    source: str
    fails: str = ""
    says: str = ""

    def put_into(self, solution: Statements) -> Statements:
        """The solution's statements with this answer in the place of the exercise's own definition."""
        return tuple(
            (self.source, "cell 1") if self.exercise in _names_defined(source) else (source, place)
            for source, place in solution
        )


@dataclass(frozen=True)
class Trained:
    """What one training handed in. fails: the test that must notice a wrong one; empty for a right one."""

    exercise: str
    name: str
    files: dict[str, bytes]
    fails: str


@cache
def _names_defined(source: str) -> frozenset[str]:
    return frozenset(getattr(node, "name", "") for node in ast.parse(source).body)


def mistakes(suite: Suite) -> list[Answer]:
    """Every known wrong answer of a suite."""
    return [answer for name in suite.written for answer in _answers(suite.folder / "mistakes" / f"{name}.py")]


def variants(suite: Suite) -> list[Answer]:
    """Every known right answer in another style."""
    return [answer for name in suite.written for answer in _answers(suite.folder / "variants" / f"{name}.py")]


def trained(suite: Suite) -> Iterator[Trained]:
    """Artefacts of right and wrong trainings, as `artefacts/EXERCISE/known.toml` lists them: name = failing test."""
    for exercise, file in suite.artefacts.items():
        folder = suite.folder / "artefacts" / exercise
        metrics = (folder / METRICS).read_bytes()
        for name, fails in tomllib.loads((folder / "known.toml").read_text()).items():
            yield Trained(
                exercise, name, {file: (folder / f"{name}.safetensors").read_bytes(), METRICS: metrics}, fails
            )


def _answers(path: Path) -> Iterator[Answer]:
    if not path.exists():
        return
    tree = ast.parse(path.read_text())
    helpers = [node for node in tree.body if _is_helper(node)]
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_"):
            name, exercise = node.name, path.stem
            fails, says = _mistake_arguments(node)
            node = _Rename(name, exercise).visit(node)
            source = "\n\n".join(ast.unparse(part) for part in [*helpers, node])
            yield Answer(exercise, name.replace("_", " "), source, fails, says)


def _is_helper(node: ast.stmt) -> bool:
    if isinstance(node, ast.ImportFrom):
        return not (node.module or "").startswith("autograder")
    return isinstance(node, ast.Import) or getattr(node, "name", "").startswith("_")


def _mistake_arguments(node: ast.FunctionDef | ast.ClassDef) -> tuple[str, str]:
    """The arguments of @mistake, which is taken off the definition."""
    for decorator in node.decorator_list:
        if isinstance(decorator, ast.Call) and getattr(decorator.func, "id", "") == "mistake":
            node.decorator_list.remove(decorator)
            says = next(keyword.value for keyword in decorator.keywords if keyword.arg == "says")
            return ast.literal_eval(decorator.args[0]), ast.literal_eval(says)
    return "", ""


class _Rename(ast.NodeTransformer):
    """The definition and what refers to it, as in super(Name, self)."""

    def __init__(self, old: str, new: str):
        self._old, self._new = old, new

    def visit_Name(self, node: ast.Name) -> ast.Name:
        if node.id == self._old:
            node.id = self._new
        return node

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        return self._renamed(node)

    def visit_ClassDef(self, node: ast.ClassDef) -> ast.AST:
        return self._renamed(node)

    def _renamed(self, node: ast.FunctionDef | ast.ClassDef) -> ast.AST:
        if node.name == self._old:
            node.name = self._new
        return self.generic_visit(node)
