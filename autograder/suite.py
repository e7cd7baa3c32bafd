"""A homework's suite as the grader needs it: exercises, probe sources, stand-ins, and where the hidden tests lie."""

import ast
import hashlib
import importlib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from autograder.records import Exercise

SUITES = Path(__file__).parent / "suites"


class UnknownHomework(Exception):
    """No suite of that name; one sentence that lists the names there are."""


@dataclass(frozen=True)
class Suite:
    """The parts of one suite. probes: exercise -> names of its probes, in the order of the file."""

    homework: str
    title: str
    folder: Path
    exercises: tuple[Exercise, ...]
    probe_sources: dict[str, str]
    probes: dict[str, tuple[str, ...]]
    digest: str

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(exercise.name for exercise in self.exercises)

    @property
    def references(self) -> Path:
        return self.folder / "references"

    def stand_in(self, exercises: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
        """Statements that put our plain implementations in the place of these exercises."""
        tree = ast.parse((self.folder / "stand_ins.py").read_text())
        kept = [
            node
            for node in tree.body
            if isinstance(node, ast.Import | ast.ImportFrom)
            or (isinstance(node, ast.FunctionDef | ast.ClassDef) and node.name in exercises)
        ]
        return tuple((ast.unparse(node), "stand-in") for node in kept)


def homeworks() -> list[str]:
    """Names of all homeworks that have a suite."""
    return sorted(path.parent.name for path in SUITES.glob("*/__init__.py"))


@cache
def load(homework: str) -> Suite:
    """The suite of a homework; UnknownHomework if there is none."""
    if homework not in homeworks():
        raise UnknownHomework(f"there is no homework {homework!r}; the homeworks are {', '.join(homeworks())}")
    package = importlib.import_module(f"autograder.suites.{homework}")
    folder = SUITES / homework
    sources = {
        path.stem: path.read_text() for path in sorted((folder / "probes").glob("*.py")) if path.stem != "__init__"
    }
    return Suite(
        homework=homework,
        title=package.TITLE,
        folder=folder,
        exercises=package.EXERCISES,
        probe_sources=sources,
        probes={exercise.name: _probe_names(sources[exercise.name]) for exercise in package.EXERCISES},
        digest=_digest(folder),
    )


def _probe_names(source: str) -> tuple[str, ...]:
    """Top-level functions whose one parameter is `student`."""
    return tuple(
        node.name
        for node in ast.parse(source).body
        if isinstance(node, ast.FunctionDef) and [argument.arg for argument in node.args.args] == ["student"]
    )


def _digest(folder: Path) -> str:
    """A hash of everything that decides a score: tests, probes, stand-ins and references."""
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        if path.is_file() and "__pycache__" not in path.parts:
            digest.update(path.relative_to(folder).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()
