"""Imports inside the grader only go down, and the worker's side knows nothing of the judging side."""

import ast
import re
import sys
from pathlib import Path

import pytest

from homework import running
from homework.notebook import stubs

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "autograder"
# The plan on the wall: each row of the table of rooms is a floor.
PLAN = (ROOT / "docs" / "ARCHITECTURE.md").read_text().partition("## The rooms\n")[2].partition("\n## ")[0]
FLOORS = {
    room: int(floor)
    for floor, rooms in re.findall(r"^\| (\d+) \| ([^|]+) \|", PLAN, re.MULTILINE)
    for room in re.findall(r"`(\w+)`", rooms)
}


def modules() -> list[Path]:
    return [path for path in sorted(PACKAGE.rglob("*.py")) if path != PACKAGE / "__init__.py"]


def imports_of(path: Path) -> set[str]:
    """Parts of our package that a file imports, lazily or not."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            found |= (
                {f"{node.module}.{alias.name}" for alias in node.names}
                if node.module == "autograder"
                else {node.module}
            )
    return {name.split(".")[1] for name in found if name.startswith("autograder.")}


def sandbox_imports_of(path: Path) -> set[str]:
    """Files and folders of the sandbox that a file imports from."""
    nodes = [node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.ImportFrom)]
    names = {f"{node.module}.{alias.name}" for node in nodes for alias in node.names}
    return {name.split(".")[2] for name in names if name.startswith("autograder.sandbox.")}


def library_imports_of(path: Path) -> set[str]:
    """Modules of the given library that a file imports from."""
    nodes = [node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.ImportFrom)]
    return {node.module for node in nodes if node.module and node.module.split(".")[0] == "homework"}


@pytest.mark.parametrize("path", modules(), ids=lambda path: path.relative_to(PACKAGE).as_posix())
def test_imports_only_go_down(path):
    room = path.relative_to(PACKAGE).parts[0].removesuffix(".py")
    assert room in FLOORS, f"{room} has no floor; add it to the table of rooms in docs/ARCHITECTURE.md"
    above = {name for name in imports_of(path) - {room} if FLOORS[name] >= FLOORS[room]}
    assert not above


RUNNING = {"homework.running", "homework.notebook.stubs", "homework.seeding"}


def test_what_runs_beside_student_code_imports_nothing_of_ours_but_wire_traces_and_door():
    folder = PACKAGE / "sandbox"
    assert sandbox_imports_of(folder / "worker.py") == {"wire", "traces", "door"}
    assert imports_of(folder / "traces.py") == set()
    for path in (folder / "worker.py", *(folder / "door").glob("*.py")):
        assert imports_of(path) <= {"sandbox"}
        assert sandbox_imports_of(path) <= {"wire", "framing", "traces", "door"}
    assert library_imports_of(folder / "worker.py") == RUNNING


@pytest.mark.parametrize("module", [running, stubs])
def test_what_runs_statements_is_light(module):
    tree = ast.parse(Path(module.__file__).read_text())
    names = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    names |= {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)} - RUNNING
    assert {name.split(".")[0] for name in names} <= sys.stdlib_module_names


@pytest.mark.parametrize("path", sorted(PACKAGE.glob("suites/*/probes/*.py")), ids=lambda path: path.stem)
def test_probes_import_nothing_of_the_grader(path):
    assert imports_of(path) == set()
