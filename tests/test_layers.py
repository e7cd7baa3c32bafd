"""Imports inside the grader only go down, and the worker's side knows nothing of the judging side."""

import ast
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1] / "autograder"
LAYERS = [
    {"framing"},
    {"records", "wire", "suites", "moments"},
    {"links", "notebook", "checks", "suite", "likeness", "similarity", "gradescope_download"},
    {"intake", "harvest", "release", "sandbox", "bank", "leaks"},
    {"references", "public", "doctor", "student_zip", "workers"},
    {"observe", "precedents"},
    {"judge", "cluster"},
    {"grade", "results", "comparison"},
    {"policy", "evidence"},
    {"report"},
    {"pages", "exports"},
    {"record", "session", "plugin"},
    {"verify", "mutants", "flaky", "explain", "gradescope"},
    {"plain_errors"},
    {"handover"},
    {"cli"},
    {"demo", "__main__"},
]
LEVEL = {name: number for number, names in enumerate(LAYERS) for name in names}


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


@pytest.mark.parametrize("path", modules(), ids=lambda path: path.relative_to(PACKAGE).as_posix())
def test_imports_only_go_down(path):
    part = path.relative_to(PACKAGE).parts[0].removesuffix(".py")
    if part == "suites":
        allowed = {"records", "checks", "suites"}
        assert imports_of(path) <= allowed
    else:
        assert part in LEVEL, f"{part} has no layer; add it to LAYERS"
        above = {name for name in imports_of(path) if name != part and LEVEL[name] >= LEVEL[part]}
        assert not above


def test_the_worker_imports_nothing_of_ours_but_the_wire_and_the_traces():
    assert imports_of(PACKAGE / "sandbox" / "worker.py") <= {"wire", "sandbox"}
    assert "from autograder.sandbox.traces import Traces" in (PACKAGE / "sandbox" / "worker.py").read_text()
    assert imports_of(PACKAGE / "sandbox" / "traces.py") == set()


@pytest.mark.parametrize("path", sorted(PACKAGE.glob("suites/*/probes/*.py")), ids=lambda path: path.stem)
def test_probes_import_nothing_of_the_grader(path):
    assert imports_of(path) == set()
