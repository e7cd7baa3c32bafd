"""Public checks: what you run under each exercise, with the same words as the grader.

    check = checks.of("hw4_contrastive")
    check(info_nce)

They call your function on small inputs and compare with answers that ship as numbers. The grader uses other inputs
and more of them, so green here is a good sign and no promise. Where the machine has no GPU, what is green is asked once
more with all tensors on a stand-in for one.
"""

import importlib
import json
import pkgutil
import sys
import traceback
from collections.abc import Callable, Mapping, Set
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import torch

from homework.checks import answers
from homework.checks.display import CheckFailed, Line, show
from homework.notebook.stubs import is_of_package, unwritten
from homework.on_gpu import try_on_gpu
from homework.running import Missing, Student, to_sentence

ASSIGNMENTS = Path(__file__).parents[2]
ON_A_GPU = "It works with its inputs on a GPU."
HINT = "on which device does each tensor lie that you make yourself, and which functions know the processor only?"


@dataclass(frozen=True)
class Kernel:
    """The names of the notebook that is open; whatever was run in it was run."""

    names: Mapping[str, Any]

    def provide(self, exercise: str, /) -> None:
        pass

    def explain(self, name: object, /) -> str:
        return ""


class Probe(Protocol):
    """A marked function; the first line of its docstring is what students see."""

    __name__: str
    exercise: str
    think: str
    read: str

    def __call__(self, student: Student, /) -> dict[str, Any]: ...


def public_check(exercise: str, *, think: str, read: str) -> Callable[[Callable], Probe]:
    """Mark a function (student) -> named values as a check of this exercise; its docstring is the line you see."""

    def mark(probe: Any) -> Probe:
        probe.exercise, probe.think, probe.read = exercise, think, read
        return probe

    return mark


def probes_of(homework: str) -> list[Probe]:
    """All public checks of a homework, in the order of its folder's files, then those of exercises that it shares."""
    module = importlib.import_module(f"homework.checks.{homework}")
    parts = [part.name for part in pkgutil.iter_modules(getattr(module, "__path__", ()))]
    names = [f"{module.__name__}.{part}" for part in parts]
    names += [f"homework.checks.shared.{exercise}" for exercise in getattr(module, "SHARED", ())]
    modules = [module, *map(importlib.import_module, names)]
    return [value for module in modules for value in vars(module).values() if hasattr(value, "exercise")]


def of(homework: str) -> Callable[[Any], None]:
    """The check function of a homework, to be called with a function or class of yours."""
    probes = probes_of(homework)
    path = ASSIGNMENTS / homework / "checks.json"
    if not path.exists():
        raise FileNotFoundError(f"{path} is missing; unpack the homework's zip again, all of it")
    recorded = json.loads(path.read_text(encoding="utf-8"))

    def check(definition: Any) -> None:
        name, names = _find(definition, sys._getframe(1).f_globals, {probe.exercise for probe in probes})
        own = [probe for probe in probes if probe.exercise == name]
        if not own:
            raise CheckFailed(
                [Line("wrong", f"There is no exercise called {name}; pass the function itself: check(info_nce).")]
            )
        student = Student(Kernel({**names, name: definition}))
        lines = run(own, student, recorded[name])
        show(name, lines)

    return check


def _find(definition: Any, caller: dict[str, Any], exercises: Set[str]) -> tuple[str, dict[str, Any]]:
    """Which exercise this is, and the names of its notebook. A lambda, a partial or an object knows no name."""
    for name in exercises:
        if caller.get(name) is definition:
            return name, caller
    own = sys.modules.get(getattr(definition, "__module__", None) or "")
    return str(getattr(definition, "__name__", definition)), vars(own) if own else caller


def run(probes: list[Probe], student: Student, recorded: dict[str, Any]) -> list[Line]:
    """One line for each check; a mistake that explains all of them is named in the last one."""
    lines: list[Line] = []
    values: dict[str, Any] = {}
    for probe in probes:
        sentence = (probe.__doc__ or probe.__name__).strip().splitlines()[0]
        try:
            values[probe.__name__] = probe(student)
        except Exception as error:
            missing = error.name if isinstance(error, Missing) and not error.why else unwritten(error)
            if missing:
                return [Line("unwritten", _name_unwritten(probe.exercise, missing))]
            lines.append(Line("wrong", sentence, saw=_describe(error, student)))
            continue
        expected = answers.decode(recorded["expected"][probe.__name__])
        saw = answers.describe_first_difference(values[probe.__name__], expected)
        lines.append(Line("wrong", sentence, saw, probe.think, probe.read) if saw else Line("right", sentence))
    if any(line.kind == "wrong" for line in lines) and len(values) == len(probes):
        lines += [Line("mistake", found["says"]) for found in recorded["mistakes"] if answers.is_same(values, found)][
            :1
        ]
    if all(line.kind == "right" for line in lines) and not torch.cuda.is_available():  # else the next cells run on it
        lines += _ask_on_gpu([probe for probe in probes if probe.__name__ in recorded["on_gpu"]], student)
    return lines


def _ask_on_gpu(probes: list[Probe], student: Student) -> list[Line]:
    """One line for all of them, if any. Where the stand-in cannot follow, on another torch, nobody is told."""
    for probe in probes:
        try:
            found = try_on_gpu(student, probe)
        except Exception as error:
            return [Line("wrong", ON_A_GPU, _describe(error, student), HINT, probe.read)]
        if found is None:
            return []
        if strays := found["strays"]:
            return [Line("wrong", ON_A_GPU, f"{strays} gave back a tensor of the processor", HINT, probe.read)]
    return [Line("right", ON_A_GPU)] if probes else []


def _name_unwritten(exercise: str, missing: str) -> str:
    """The exercise itself, or the one that it needs."""
    if missing == exercise or missing.startswith("_"):
        return f"{exercise} is not written yet."
    return f"{exercise} cannot be checked: {missing}, which the check or your code calls, is not written yet."


def _describe(error: Exception, student: Student) -> str:
    """The error, the last line of your own code that it came through, and why a name is missing."""
    if isinstance(error, Missing):
        return str(error)
    own = [frame for frame in traceback.extract_tb(error.__traceback__) if "homework/checks" not in frame.filename]
    own = [frame for frame in own if not is_of_package(frame.filename)] or own
    line = f" (in {own[-1].name}, line {own[-1].lineno}: {own[-1].line})" if own else ""
    why = student.explain(error.name) if isinstance(error, NameError) else ""
    return f"it raised {to_sentence(error)}{line}{f': {why}' if why else ''}"
