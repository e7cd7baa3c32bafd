"""linear_probe and label_subset are exercises of two homeworks, and are the same in both.

A course may give either homework alone, and a suite is whole: its digest, its probes and the student's zip need nothing
of another one. So there are two copies of what concerns these exercises, and what is corrected in one is corrected in
both.
"""

import ast
import importlib
import inspect
from collections.abc import Callable
from types import ModuleType

import pytest

from autograder import suite
from autograder.record import solution_harvest
from homework import checks

ONE, OTHER = "hw3_pretext", "hw4_contrastive"
SHARED = ("linear_probe", "label_subset")
PARTS = ("probes.{}", "test_{}", "mistakes.{}", "variants.{}")

pytestmark = pytest.mark.parametrize("exercise", SHARED)


def is_own_import(line: str, homework: str) -> bool:
    """The import of something that lies in the same suite, perhaps in another module than in the other suite."""
    return line.startswith((f"from autograder.suites.{homework}.", "from ."))


def load(homework: str, part: str, exercise: str) -> ModuleType:
    return importlib.import_module(f"autograder.suites.{homework}.{part.format(exercise)}")


def read(homework: str, part: str, exercise: str) -> list[str]:
    """The lines of a module, comments and all, without those that import from the suite itself."""
    lines = inspect.getsource(load(homework, part, exercise)).splitlines()
    return [line for line in lines if not is_own_import(line, homework)]


def imported(homework: str, part: str, exercise: str) -> dict[str, str]:
    """name -> source of every function that a module imports from its suite."""
    module = load(homework, part, exercise)
    tree = ast.parse(inspect.getsource(module))
    found = [node for node in tree.body if is_own_import(ast.unparse(node), homework)]
    names = [alias.asname or alias.name for node in found for alias in node.names]
    return {name: inspect.getsource(vars(module)[name]) for name in names if callable(vars(module)[name])}


@pytest.mark.parametrize("part", PARTS)
def test_suites(exercise, part):
    assert read(ONE, part, exercise) == read(OTHER, part, exercise)


@pytest.mark.parametrize("part", PARTS)
def test_what_they_import(exercise, part):
    assert imported(ONE, part, exercise) == imported(OTHER, part, exercise)


def helpers(probe: Callable) -> dict[str, str]:
    """name -> source of the functions beside a check that it calls."""
    module = inspect.getmodule(probe)
    names = {node.id for node in ast.walk(ast.parse(inspect.getsource(probe))) if isinstance(node, ast.Name)}
    near = {name: vars(module)[name] for name in names & vars(module).keys()}
    package = module.__name__.rpartition(".")[0]
    own = {name: near[name] for name in near if getattr(near[name], "__module__", "").startswith(package)}
    return {name: inspect.getsource(value) for name, value in own.items()}


def test_public_checks(exercise):
    def describe(homework: str) -> list[tuple[str, str, str, dict[str, str]]]:
        own = [probe for probe in checks.probes_of(homework) if probe.exercise == exercise]
        return [(inspect.getsource(probe), probe.think, probe.read, helpers(probe)) for probe in own]

    assert describe(ONE) == describe(OTHER) != []


def test_definitions(exercise, root):
    def define(homework: str) -> list[str]:
        sources = [source for source, _ in solution_harvest(root, homework).statements]
        return [source for source in sources if source.startswith(f"def {exercise}(")]

    assert define(ONE) == define(OTHER) != []


def test_sections(exercise):
    """Hints name a section of the notebook, so it has one number."""

    def find(homework: str) -> list[str]:
        return [each.section for each in suite.load(homework).exercises if each.name == exercise]

    assert find(ONE) == find(OTHER) != []
