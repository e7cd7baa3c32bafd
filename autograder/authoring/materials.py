"""All that an instructor writes of one homework, read and not run: what the rules of `consistency` look at."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from types import ModuleType

from autograder import checkout
from autograder.authoring import script
from autograder.authoring.script import Cell
from autograder.checkout import shown
from autograder.records import Exercise
from autograder.suite.sources import SuiteError, functions, parse

PARTS = {"probes": "probes/{}.py", "tests": "test_{}.py", "mistakes": "mistakes/{}.py", "variants": "variants/{}.py"}
NO_EXERCISES = ("__init__", "inputs")  # modules of `probes`; what begins with "inputs" is shared by them


@dataclass(frozen=True)
class Marked:
    """A function with a decorator that names or weighs it: a hidden test (points) or a public check (exercise).

    asks: the axes that a hidden test covers.
    """

    name: str
    path: Path
    line: int
    title: str
    points: int | None = None
    exercise: str = ""
    asks: tuple[str, ...] = ()

    @property
    def place(self) -> str:
        return shown(self.path, self.line)


@dataclass(frozen=True)
class Materials:
    """The homework in the checkout at `root`. Properties raise SuiteError where a file is no Python."""

    homework: str
    root: Path

    @property
    def script(self) -> Path:
        return checkout.script(self.root, self.homework)

    @property
    def suite(self) -> Path:
        return checkout.suite(self.root, self.homework)

    @cached_property
    def cells(self) -> list[Cell]:
        return script.read(self.script)

    @cached_property
    def exercises(self) -> dict[str, Exercise]:
        return {exercise.name: exercise for exercise in self._package.EXERCISES}

    @cached_property
    def few(self) -> dict[str, str]:
        """exercise -> why it has fewer known answers than others."""
        return getattr(self._package, "FEW", {})

    @cached_property
    def noise(self) -> dict[str, tuple[str, ...]]:
        """ "exercise: mistake" -> probes that the mistake answers with rounding errors."""
        return getattr(self._package, "NOISE", {})

    @cached_property
    def tests(self) -> dict[str, list[Marked]]:
        """exercise -> its hidden tests."""
        return {name: list(_hidden_tests(path)) for name in self.exercises if (path := self.file("tests", name))}

    @cached_property
    def unasked(self) -> dict[str, dict[str, str]]:
        """exercise -> axis -> why its hidden tests do not ask along it."""
        paths = {name: self.file("tests", name) for name in self.exercises}
        return {name: _unasked(path) for name, path in paths.items() if path}

    @cached_property
    def checks(self) -> list[Marked]:
        """Of the homework's own, and of the exercises that it shares with others."""
        own = sorted(checkout.public_checks(self.root, self.homework).glob("*.py"))
        folder = checkout.public_checks(self.root, "shared")
        shared = [folder / f"{each.name}.py" for each in self.exercises.values() if each.shared]
        return [check for path in (*own, *shared) if path.exists() for check in _public_checks(path)]

    @property
    def stand_ins(self) -> set[str]:
        paths = [path for path in (self.suite / "stand_ins.py", self._shared / "stand_ins.py") if path.exists()]
        return {getattr(node, "name", "") for path in paths for node in parse(path).body}

    def file(self, part: str, exercise: str) -> Path | None:
        """Where this part of an exercise lies: in the homework's own suite, or among what suites share."""
        name = PARTS[part].format(exercise)
        return next((folder / name for folder in (self.suite, self._shared) if (folder / name).exists()), None)

    def files(self, part: str) -> Iterator[tuple[str, Path]]:
        """(exercise, path) of each file of the homework's own that belongs to an exercise by its name."""
        before, after = PARTS[part].split("{}")
        for path in sorted(self.suite.glob(PARTS[part].format("*"))):
            name = path.relative_to(self.suite).as_posix().removeprefix(before).removesuffix(after)
            if not name.startswith(NO_EXERCISES):
                yield name, path

    def points(self, exercise: str) -> int:
        """What the hidden tests of an exercise are worth together."""
        return sum(test.points or 0 for test in self.tests.get(exercise, ()))

    @property
    def _shared(self) -> Path:
        return checkout.suites(self.root) / "shared"

    @cached_property
    def _package(self) -> ModuleType:
        """The suite's `__init__`, run apart from the one that is imported: this checkout may be a copy."""
        path = self.suite / "__init__.py"
        if not path.exists():
            raise SuiteError(f"{self.homework} has no suite; run `autograder new {self.homework}`")
        package = ModuleType(f"suite_of_{self.homework}")
        package.__file__ = str(path)
        try:
            exec(compile(path.read_text(encoding="utf-8"), str(path), "exec"), vars(package))
        except Exception as error:
            line = getattr(error, "lineno", None)
            raise SuiteError(f"{shown(path, line)}: it cannot be imported ({error}); mend it") from None
        return package


def _hidden_tests(path: Path) -> Iterator[Marked]:
    for function in functions(parse(path)):
        if function.name.startswith("test_"):
            marks = _calls(function, "points")
            points = next((worth for call in marks if (worth := _only_number(call)) is not None), None)
            asks = tuple(axis for call in marks for axis in _asks(call))
            yield Marked(function.name, path, function.lineno, ast.get_docstring(function) or "", points, asks=asks)


def _asks(call: ast.Call) -> tuple[str, ...]:
    value = next((keyword.value for keyword in call.keywords if keyword.arg == "asks"), ast.Tuple([]))
    return tuple(str(getattr(each, "value", "")) for each in getattr(value, "elts", [value]))


def _unasked(path: Path) -> dict[str, str]:
    """The table UNASKED of a file of hidden tests; SuiteError where it is no table of texts."""
    for node in parse(path).body:
        if isinstance(node, ast.Assign) and "UNASKED" in [getattr(target, "id", "") for target in node.targets]:
            try:
                found = ast.literal_eval(node.value)
                return {str(axis): str(why) for axis, why in found.items()}
            except (ValueError, AttributeError):
                raise SuiteError(f"{shown(path, node.lineno)}: UNASKED must be written out, axis to reason") from None
    return {}


def _only_number(call: ast.Call) -> int | None:
    value = getattr(call.args[0], "value", None) if len(call.args) == 1 else None
    return value if type(value) is int else None


def _public_checks(path: Path) -> Iterator[Marked]:
    for function in functions(parse(path)):
        for call in _calls(function, "public_check"):
            exercise = getattr(call.args[0], "value", "") if call.args else ""
            title = ast.get_docstring(function) or ""
            yield Marked(function.name, path, function.lineno, title, exercise=str(exercise))


def _calls(function: ast.FunctionDef, decorator: str) -> list[ast.Call]:
    calls = [node for node in function.decorator_list if isinstance(node, ast.Call)]
    return [node for node in calls if getattr(node.func, "id", "") == decorator]
