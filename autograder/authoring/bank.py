"""The bank of known answers: mistakes that a suite must catch and name, variants that it must accept.

Each is a whole implementation in `mistakes/EXERCISE.py` or `variants/EXERCISE.py`, under its own name; here it takes
the exercise's name and the place of the solution's definition.
"""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from autograder.checkout import shown
from autograder.suite import Suite
from autograder.suite.sources import SuiteError, parse

MARK = '@mistake("test_…", says="…")'
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


@cache
def _names_defined(source: str) -> frozenset[str]:
    return frozenset(getattr(node, "name", "") for node in ast.parse(source).body)


def mistakes(suite: Suite) -> list[Answer]:
    """Every known wrong answer of a suite."""
    return _all_of(suite, "mistakes")


def variants(suite: Suite) -> list[Answer]:
    """Every known right answer in another style."""
    return _all_of(suite, "variants")


def _all_of(suite: Suite, part: str) -> list[Answer]:
    paths = [suite.folder_of(name) / part / f"{name}.py" for name in suite.written]
    return [answer for path in paths if path.exists() for answer in answers(path)]


def answers(path: Path) -> Iterator[Answer]:
    """The known answers of one file; SuiteError where one is not marked as its folder asks for."""
    tree = parse(path)
    helpers = [ast.unparse(node) for node in tree.body if _is_helper(node)]
    for node, fails, says in _definitions(tree, path):
        name, exercise = node.name, path.stem
        source = "\n\n".join([*helpers, ast.unparse(_Rename(name, exercise).visit(node))])
        yield Answer(exercise, _in_words(name), source, fails, says)


def list_answers(path: Path) -> list[tuple[str, str]]:
    """(name, test that must fail) of each known answer of one file, without its source; SuiteError as above."""
    return [(_in_words(node.name), fails) for node, fails, _ in _definitions(parse(path), path)]


def _definitions(tree: ast.Module, path: Path) -> Iterator[tuple[ast.FunctionDef | ast.ClassDef, str, str]]:
    """(definition, fails, says), with @mistake taken off."""
    for node in tree.body:
        if isinstance(node, ast.Assign | ast.AnnAssign):
            raise SuiteError(
                f"{shown(path, node.lineno)}: “{ast.unparse(node)}” does not travel with an answer; put it into the"
                " function, or into a helper whose name begins with _"
            )
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_"):
            yield node, *_mistake_arguments(node, path)


def _in_words(name: str) -> str:
    return name.replace("_", " ")


def _is_helper(node: ast.stmt) -> bool:
    if isinstance(node, ast.ImportFrom):
        return not (node.module or "").startswith("autograder")
    return isinstance(node, ast.Import) or getattr(node, "name", "").startswith("_")


def _mistake_arguments(node: ast.FunctionDef | ast.ClassDef, path: Path) -> tuple[str, str]:
    """The arguments of @mistake, which is taken off the definition; two times "" for a variant, which has none."""
    marks = [mark for mark in node.decorator_list if _is_mark(mark)]
    if bool(marks) != (path.parent.name == "mistakes"):
        raise SuiteError(f"{shown(path, node.lineno)}: {node.name} {_describe_marks(node, bool(marks))}")
    for mark in marks:
        node.decorator_list.remove(mark)
    return _read_mark(marks[0], path) if marks else ("", "")


def _is_mark(decorator: ast.expr) -> bool:
    return getattr(decorator, "id", "") == "mistake" or getattr(getattr(decorator, "func", None), "id", "") == "mistake"


def _describe_marks(node: ast.FunctionDef | ast.ClassDef, is_marked: bool) -> str:
    if is_marked:
        return "is marked as a mistake but lies among the variants, which are right; take @mistake off, or move it"
    has = " and ".join(f"@{ast.unparse(other).partition('(')[0]}" for other in node.decorator_list) or "nothing"
    return f"has {has} above it; a mistake has {MARK}, and a helper's name begins with _"


def _read_mark(mark: ast.expr, path: Path) -> tuple[str, str]:
    given = {keyword.arg: keyword.value for keyword in getattr(mark, "keywords", ())}
    try:
        (fails,), says = map(ast.literal_eval, getattr(mark, "args", ())), ast.literal_eval(given.pop("says"))
    except (KeyError, ValueError):
        fails, says = None, None
    if given or not (isinstance(fails, str) and isinstance(says, str)):
        raise SuiteError(f"{shown(path, mark.lineno)}: write {MARK}, both of them plain texts and says= by its name")
    return fails, says


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
