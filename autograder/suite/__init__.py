"""A homework's suite as the grader needs it: exercises, probe sources, stand-ins, and where the hidden tests lie."""

import ast
import hashlib
import importlib
import threading
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from types import ModuleType

from autograder.checkout import SHARED, SUITES, shown
from autograder.errors import AutograderError
from autograder.records import Exercise, Shown
from autograder.suite.sources import SuiteError, check_what_is_asked, parse, probe_names, read_all

PROOF = {"mistakes", "variants", "artefacts", "equivalents.toml"}  # parts of a suite that grading does without
METRICS = "metrics.json"  # what the notebook measured of its own artefacts
_LOADING = threading.RLock()  # in Python 3.11, threads that call ast.parse at the same time can fail


class UnknownHomework(AutograderError):
    """No suite of that name; one sentence that lists the names there are."""


@dataclass(frozen=True)
class Suite:
    """The parts of one suite. probes: exercise -> names of its probes, in the order of the file.

    stand_ins: (exercise, source), and ("", source) for what all of them need.
    given: files of ours that an evaluator of artefacts reads, by name. pictures: for the feedback, by exercise.
    fixed: exercise -> why its inputs are the same in every run, whatever the shift of the seeds.
    noise: "exercise: mistake" -> the probes whose answers are rounding errors, another one on each kind of processor.
    seed: the course's: its probes draw other inputs than those of another course.
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
    fixed: dict[str, str] = field(default_factory=dict)
    noise: dict[str, tuple[str, ...]] = field(default_factory=dict)
    seed: int = 0

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
    def sections(self) -> dict[str, str]:
        """exercise -> the notebook's section that it stands in."""
        return {exercise.name: exercise.section for exercise in self.exercises}

    @property
    def references_folder(self) -> Path:
        return self.folder / "references"

    @property
    def folders(self) -> tuple[Path, ...]:
        """Where its exercises' files lie: the homework's own folder, and the shared one if an exercise is shared."""
        return tuple(dict.fromkeys([self.folder, *map(self.folder_of, self.names)]))

    @property
    def test_files(self) -> tuple[Path, ...]:
        """The files of hidden tests, in the exercises' order."""
        paths = [self.folder_of(name) / f"test_{name}.py" for name in self.names]
        return tuple(path for path in paths if path.exists())

    def folder_of(self, exercise: str) -> Path:
        """The folder that holds all files of an exercise: its tests, probes, mistakes, variants and the rest."""
        return SHARED if any(known.shared for known in self.exercises if known.name == exercise) else self.folder

    def test_module(self, exercise: str) -> str:
        """The name of the module with the hidden tests of an exercise; "" where there is none yet."""
        path = self.folder_of(exercise) / f"test_{exercise}.py"
        return f"autograder.suites.{path.parent.name}.{path.stem}" if path.exists() else ""

    def has_part(self, path: Path) -> bool:
        """Whether a file, relative to `suites`, is a part of this suite, and not of other homeworks alone."""
        return _is_part(path, self.homework, self.exercises)

    def evaluator(self, exercise: str) -> tuple[tuple[str, str], ...]:
        """Statements that evaluate an artefact in the place of a student's, never beside them.

        Empty where there is no evaluator: then the artefact belongs to a network that the student wrote.
        """
        path = self.folder_of(exercise) / "evaluators" / f"{exercise}.py"
        return ((path.read_text(encoding="utf-8"), "evaluator"),) if path.exists() else ()

    def stand_in(self, exercises: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
        """Statements of our plain implementations of these exercises. They are answers: never beside a student's."""
        return tuple((source, "stand-in") for name, source in self.stand_ins if not name or name in exercises)


def homeworks() -> list[str]:
    """Names of all homeworks that have a suite."""
    return sorted(path.parent.name for path in SUITES.glob("*/__init__.py") if path.parent != SHARED)


@cache
def load(homework: str) -> Suite:
    """The suite of a homework; UnknownHomework if there is none, SuiteError if it cannot be used."""
    with _LOADING:
        return _load(homework)


def _load(homework: str) -> Suite:
    if homework not in homeworks():
        raise UnknownHomework(f"there is no homework {homework!r}; the homeworks are {', '.join(homeworks())}")
    package = _import(homework)
    folder, given = SUITES / homework, getattr(package, "GIVEN", {})
    sources = _probe_sources(folder, package.EXERCISES)
    return Suite(
        homework=homework,
        title=package.TITLE,
        folder=folder,
        exercises=package.EXERCISES,
        probe_sources=sources,
        probes={exercise.name: _probes_of(exercise, folder) for exercise in package.EXERCISES},
        digest=_digest(homework, package.EXERCISES, given.values()),
        stand_ins=_stand_ins(folder / "stand_ins.py"),
        given=given,
        pictures=getattr(package, "PICTURES", {}),
        fixed=getattr(package, "FIXED", {}),
        noise=getattr(package, "NOISE", {}),
        seed=read_seed(folder / "references"),
    )


def write_seed(references: Path, seed: int) -> None:
    """Beside what was recorded with it; 0 is not written."""
    path = references / "seed"
    path.write_text(f"{seed}\n", encoding="utf-8") if seed else path.unlink(missing_ok=True)


def read_seed(references: Path) -> int:
    """The course's seed that the references were recorded with; 0 where none was chosen."""
    path = references / "seed"
    return int(path.read_text(encoding="utf-8")) if path.exists() else 0


def _import(homework: str) -> ModuleType:
    try:
        return importlib.import_module(f"autograder.suites.{homework}")
    except Exception as error:
        where = shown(SUITES / homework / "__init__.py", getattr(error, "lineno", None))
        raise SuiteError(f"{where}: it cannot be imported ({type(error).__name__}: {error}); mend it") from None


def _probe_sources(folder: Path, exercises: Iterable[Exercise]) -> dict[str, str]:
    """The modules of the package `probes`: the homework's own, the inputs of all, and the exercises that it shares."""
    own = [path for path in (folder / "probes").glob("*.py") if path.stem != "__init__"]
    shared = [SHARED / "probes" / f"{exercise.name}.py" for exercise in exercises if exercise.shared]
    return read_all([*own, *shared, *(SHARED / "probes").glob("inputs*.py")])


def _probes_of(exercise: Exercise, folder: Path) -> tuple[str, ...]:
    """Names of the exercise's probes, all that its hidden tests ask for among them."""
    place = SHARED if exercise.shared else folder
    path, tests = place / "probes" / f"{exercise.name}.py", place / f"test_{exercise.name}.py"
    names = probe_names(path)
    if tests.exists():
        check_what_is_asked(tests, path, names)
    return names


def _stand_ins(path: Path) -> tuple[tuple[str, str], ...]:
    """Parsed when the suite is loaded: see _LOADING."""
    nodes = parse(path).body if path.exists() else []
    kept = [node for node in nodes if isinstance(node, ast.Import | ast.ImportFrom | ast.FunctionDef | ast.ClassDef)]
    return tuple((getattr(node, "name", ""), ast.unparse(node)) for node in kept)


def _digest(homework: str, exercises: tuple[Exercise, ...], given: Iterable[Path]) -> str:
    """A hash of all that decides a score: tests, probes, references, what evaluators are given, what suites share.

    Mistakes and variants decide none: they prove the suite, and what was recorded of them is among the references.
    """
    found = (*SUITES.glob("*.py"), *(SUITES / homework).rglob("*"), *SHARED.rglob("*"))
    files = {path.relative_to(SUITES): path for path in found if path.is_file()}
    left_out = {"__pycache__", *PROOF}
    own = {
        name.as_posix(): path
        for name, path in files.items()
        if not left_out & set(name.parts) and _is_part(name, homework, exercises)
    }
    digest = hashlib.sha256()
    for name, path in sorted({**own, **{path.name: path for path in given}}.items()):
        digest.update(name.encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


def _is_part(path: Path, homework: str, exercises: tuple[Exercise, ...]) -> bool:
    """Whether a file, relative to SUITES, belongs to a homework: what it has alone, and what it shares."""
    if len(path.parts) == 1 or path.parts[0] == homework:
        return True
    others = _shared_names() - {exercise.name for exercise in exercises if exercise.shared}
    return path.parts[0] == SHARED.name and path.stem.removeprefix("test_") not in others


def _shared_names() -> set[str]:
    """The exercises that stand in the shared folder."""
    return {path.stem.removeprefix("test_") for path in SHARED.glob("test_*.py")}
