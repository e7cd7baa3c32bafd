"""A synthetic class: the solution's definitions with mistakes and variants of the bank exchanged in, all different.

Each notebook holds the imports, the homework's seven core exercises alone, and one cell for each hidden test of the
peers, empty as a student hands it in; there are no training cells. No two notebooks are the same, but answers recur, as
they do in a class.
"""

import ast
import json
import random
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import nbformat
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_notebook

from autograder import suite
from autograder.authoring import bank
from autograder.authoring.record import solution_harvest
from autograder.checkout import ROOT
from race import CORE, HOMEWORK

SHARE_OF_MISTAKES = 1 / 7  # of the answers: one in a notebook of seven, on average
NAMES_KNOWN = {"math", "deepcopy", "torch", "F", "Tensor", "nn"}  # what the exercises import


def probes() -> list[tuple[str, str]]:
    """(exercise, probe) of every hidden call."""
    return [(exercise, probe) for exercise in CORE for probe in suite.load(HOMEWORK).probes[exercise]]


def students(count: int) -> Iterator[tuple[str, dict[str, str]]]:
    """(name, exercise -> source) of so many students, no two alike, the same on every machine."""
    chosen, own = suite.load(HOMEWORK), solution()
    right, wrong = ({name: [] for name in chosen.written} for _ in range(2))
    for answers, known in ((bank.variants(chosen), right), (bank.mistakes(chosen), wrong)):
        for answer in answers:
            known[answer.exercise].append(answer.source)
    rng, seen = random.Random(19), set()
    while len(seen) < count:
        notebook = {
            name: rng.choice(wrong[name] if rng.random() < SHARE_OF_MISTAKES else [own[name], *right[name]])
            for name in CORE
        }
        if (sources := tuple(notebook.values())) not in seen:
            seen.add(sources)
            yield f"student{len(seen):04}", notebook


def solution() -> dict[str, str]:
    """exercise -> source of the solution's definition, without its comments, which nbgrader would obey."""
    nodes = [node for source, _ in solution_harvest(ROOT, HOMEWORK).statements for node in ast.parse(source).body]
    by_name = {getattr(node, "name", ""): ast.unparse(node) for node in nodes}
    return {name: by_name[name] for name in CORE}


def make_notebook(answers: dict[str, str], hidden_test: str = "# hidden tests") -> NotebookNode:
    """A notebook with nbgrader's metadata. hidden_test: the source of a test cell, with {exercise} and {probe}."""
    cells = [new_code_cell(_imports())]
    for name, source in answers.items():
        cells.append(_cell(source, grade_id=name, grade=False, solution=True, locked=False))
    for exercise, probe in probes():
        source = hidden_test.format(exercise=exercise, probe=probe)
        cells.append(_cell(source, grade_id=f"{exercise}-{probe}", grade=True, solution=False, locked=True, points=1))
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    return new_notebook(cells=cells, metadata={"kernelspec": kernel})


def _cell(source: str, **claims: object) -> NotebookNode:
    nbgrader = {"schema_version": 3, "task": False, "cell_type": "code", **claims}
    return new_code_cell(source, metadata={"nbgrader": nbgrader})


@cache
def _imports() -> str:
    nodes = [node for source, _ in solution_harvest(ROOT, HOMEWORK).statements for node in ast.parse(source).body]
    imports = [node for node in nodes if isinstance(node, ast.Import | ast.ImportFrom)]
    kept = [node for node in imports if {name.asname or name.name for name in node.names} <= NAMES_KNOWN]
    return "\n".join(map(ast.unparse, kept))


def write_class(folder: Path, count: int) -> list[Path]:
    """FOLDER/NAME/HOMEWORK/HOMEWORK.ipynb for each student, as nbgrader collects it; the notebooks' paths."""
    paths = []
    for name, answers in students(count):
        paths.append(folder / name / HOMEWORK / f"{HOMEWORK}.ipynb")
        paths[-1].parent.mkdir(parents=True)
        paths[-1].write_text(nbformat.writes(make_notebook(answers)))
    return paths


def write_huge(path: Path, megabytes: int) -> None:
    """A right notebook with an output cell so large."""
    notebook = make_notebook(solution())
    notebook.cells[0].outputs = [{"output_type": "stream", "name": "stdout", "text": "x" * (megabytes << 20)}]
    _write(path, notebook)


def write_long(path: Path, cells: int) -> None:
    """A right notebook with so many more cells, each of which defines a function."""
    notebook = make_notebook(solution())
    extra = [
        new_code_cell(f"def try_{number}(x):\n    return x + {number}\n\n\ntry_{number}(1)") for number in range(cells)
    ]
    notebook.cells[1:1] = extra
    _write(path, notebook)


def _write(path: Path, notebook: NotebookNode) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(notebook))
