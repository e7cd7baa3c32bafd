"""A homework's suite as the grader needs it: exercises, probe sources, stand-ins, and where the hidden tests lie."""

import ast
import hashlib
import importlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from autograder.records import Exercise, Shown

SUITES = Path(__file__).parent / "suites"
PROOF = {"mistakes", "variants", "artefacts", "equivalents.toml"}  # parts of a suite that grading does without
METRICS = "metrics.json"  # what the notebook measured of its own artefacts


class UnknownHomework(Exception):
    """No suite of that name; one sentence that lists the names there are."""


@dataclass(frozen=True)
class Suite:
    """The parts of one suite. probes: exercise -> names of its probes, in the order of the file.

    stand_ins: (exercise, source), and ("", source) for what all of them need.
    given: files of ours that an evaluator of artefacts reads, by name. pictures: for the feedback, by exercise.
    """

    homework: str
    title: str
    folder: Path
    exercises: tuple[Exercise, ...]
    probe_sources: dict[str, str]
    probes: dict[str, tuple[str, ...]]
    digest: str
    stand_ins: tuple[tuple[str, str], ...] = ()
    given: dict[str, Path] = field(default_factory=dict)
    pictures: dict[str, Shown] = field(default_factory=dict)

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(exercise.name for exercise in self.exercises)

    @property
    def written(self) -> tuple[str, ...]:
        """The exercises that are definitions in the notebook."""
        return tuple(exercise.name for exercise in self.exercises if not exercise.artefact)

    @property
    def artefacts(self) -> dict[str, str]:
        """exercise -> name of the file that is handed in for it."""
        return {exercise.name: exercise.artefact for exercise in self.exercises if exercise.artefact}

    @property
    def files(self) -> frozenset[str]:
        """Names of all files that are handed in beside the notebook."""
        return frozenset({*self.artefacts.values(), METRICS} if self.artefacts else ())

    @property
    def references(self) -> Path:
        return self.folder / "references"

    def evaluator(self, exercise: str) -> tuple[tuple[str, str], ...]:
        """Statements that evaluate an artefact in the place of a student's, never beside them.

        Empty where there is no evaluator: then the artefact belongs to a network that the student wrote.
        """
        path = self.folder / "evaluators" / f"{exercise}.py"
        return ((path.read_text(), "evaluator"),) if path.exists() else ()

    def stand_in(self, exercises: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
        """Statements that put our plain implementations in the place of these exercises."""
        return tuple((source, "stand-in") for name, source in self.stand_ins if not name or name in exercises)


def homeworks() -> list[str]:
    """Names of all homeworks that have a suite."""
    return sorted(path.parent.name for path in SUITES.glob("*/__init__.py"))


@cache
def load(homework: str) -> Suite:
    """The suite of a homework; UnknownHomework if there is none."""
    if homework not in homeworks():
        raise UnknownHomework(f"there is no homework {homework!r}; the homeworks are {', '.join(homeworks())}")
    package = importlib.import_module(f"autograder.suites.{homework}")
    folder, given = SUITES / homework, getattr(package, "GIVEN", {})
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
        digest=_digest(folder, given.values()),
        stand_ins=_stand_ins(folder / "stand_ins.py"),
        given=given,
        pictures=getattr(package, "PICTURES", {}),
    )


def _probe_names(source: str) -> tuple[str, ...]:
    """Top-level functions whose one parameter is `student`."""
    return tuple(
        node.name
        for node in ast.parse(source).body
        if isinstance(node, ast.FunctionDef) and [argument.arg for argument in node.args.args] == ["student"]
    )


def _stand_ins(path: Path) -> tuple[tuple[str, str], ...]:
    """Parsed when the suite is loaded: in Python 3.11, threads that call ast.parse at the same time can fail."""
    nodes = ast.parse(path.read_text()).body if path.exists() else []
    kept = [node for node in nodes if isinstance(node, ast.Import | ast.ImportFrom | ast.FunctionDef | ast.ClassDef)]
    return tuple((getattr(node, "name", ""), ast.unparse(node)) for node in kept)


def _digest(folder: Path, given: Iterable[Path]) -> str:
    """A hash of all that decides a score: tests, probes, references, what evaluators are given, what suites share.

    Mistakes and variants decide none: they prove the suite, and what was recorded of them is among the references.
    """
    digest = hashlib.sha256()
    left_out = {"__pycache__", *PROOF}
    own = [p for p in folder.rglob("*") if p.is_file() and not left_out & set(p.relative_to(folder).parts)]
    for path in sorted({*own, *given, *SUITES.glob("*.py")}):
        name = path.relative_to(folder).as_posix() if path in own else path.name
        digest.update(name.encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()
