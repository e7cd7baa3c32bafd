"""Public checks: what you run under each exercise, with the same words as the grader.

    check = checks.of("hw4_contrastive")
    check(info_nce)

They call your function on small inputs and compare with answers that ship as numbers. The grader uses other inputs
and more of them, so green here is a good sign and no promise.
"""

import importlib
import json
import pkgutil
import sys
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

from homework.checks import answers
from homework.checks.display import CheckFailed, Line, show

ASSIGNMENTS = Path(__file__).parents[2]


class Student:
    """What a check sees of your notebook: your definitions as attributes."""

    def __init__(self, names: dict[str, Any]):
        self._names = names

    def __getattr__(self, name: str) -> Any:
        if name not in self._names:
            raise NotImplementedError(name)
        return self._names[name]


def public_check(exercise: str, *, think: str, read: str) -> Callable[[Callable], Callable]:
    """Mark a function (student) -> named values as a check of this exercise; its docstring is the line you see."""

    def mark(probe: Callable) -> Callable:
        probe.exercise, probe.think, probe.read = exercise, think, read
        return probe

    return mark


def probes_of(homework: str) -> list[Callable]:
    """All public checks of a homework, in the order of its file, or of its folder's files."""
    module = importlib.import_module(f"homework.checks.{homework}")
    parts = [part.name for part in pkgutil.iter_modules(getattr(module, "__path__", ()))]
    modules = [module, *(importlib.import_module(f"{module.__name__}.{name}") for name in parts)]
    return [value for module in modules for value in vars(module).values() if hasattr(value, "exercise")]


def of(homework: str) -> Callable[[Any], None]:
    """The check function of a homework, to be called with a function or class of yours."""
    probes = probes_of(homework)
    path = ASSIGNMENTS / homework / "checks.json"
    if not path.exists():
        raise FileNotFoundError(f"{path} is missing; unpack the homework's zip again, all of it")
    recorded = json.loads(path.read_text())

    def check(definition: Any) -> None:
        name = getattr(definition, "__name__", str(definition))
        own = [probe for probe in probes if probe.exercise == name]
        if not own:
            raise CheckFailed(
                [Line("wrong", f"There is no exercise called {name}; pass the function itself: check(info_nce).")]
            )
        student = Student({**vars(sys.modules[definition.__module__]), name: definition})
        lines = run(own, student, recorded[name])
        show(name, lines)

    return check


def run(probes: list[Callable], student: Student, recorded: dict[str, Any]) -> list[Line]:
    """One line for each check; a mistake that explains all of them is named in the last one."""
    lines, values = [], {}
    for probe in probes:
        sentence = probe.__doc__.strip().splitlines()[0]
        try:
            values[probe.__name__] = probe(student)
        except NotImplementedError as error:
            return [Line("unwritten", _name_unwritten(probe.exercise, error))]
        except Exception as error:
            lines.append(Line("wrong", sentence, saw=_describe(error)))
            continue
        expected = answers.decode(recorded["expected"][probe.__name__])
        saw = answers.first_difference(values[probe.__name__], expected)
        lines.append(Line("wrong", sentence, saw, probe.think, probe.read) if saw else Line("right", sentence))
    if any(line.kind == "wrong" for line in lines) and len(values) == len(probes):
        lines += [Line("mistake", found["says"]) for found in recorded["mistakes"] if answers.is_same(values, found)][
            :1
        ]
    return lines


def _name_unwritten(exercise: str, error: NotImplementedError) -> str:
    """The exercise itself, or the one that it needs."""
    missing = str(error) or traceback.extract_tb(error.__traceback__)[-1].name
    if missing == exercise or not missing.isidentifier() or missing.startswith("_"):
        return f"{exercise} is not written yet."
    return f"{exercise} cannot be checked: {missing}, which the check or your code calls, is not written yet."


def _describe(error: Exception) -> str:
    """The error and the last line of your own code that it came through."""
    own = [frame for frame in traceback.extract_tb(error.__traceback__) if "homework/checks" not in frame.filename]
    own = [frame for frame in own if "site-packages" not in frame.filename] or own
    where = f" (in {own[-1].name}, line {own[-1].lineno}: {own[-1].line})" if own else ""
    return f"it raised {type(error).__name__}: {error}{where}"
