"""Runs the public checks on what is in a zip. `python -m homework.submission ZIP` is the fresh process for it."""

import ast
import json
import sys
import types
from collections.abc import Iterator
from dataclasses import astuple, dataclass
from pathlib import Path
from typing import Any, TextIO

from homework import checks
from homework.notebook.selection import select
from homework.submission.packing import unpack


@dataclass(frozen=True)
class Outcome:
    """What came of one exercise. kind: "right", "wrong", "unwritten", or "running" while its checks run.

    A cell outside the exercises that failed has the kind "note" and the cell's place for a name.
    """

    name: str
    kind: str
    saw: str = ""


class _NoShell:
    """Stands for IPython in magics inside functions: every call does nothing."""

    def __getattr__(self, name: str) -> Any:
        return lambda *args, **kwargs: None


def exercises_of(homework: str) -> list[str]:
    """The exercises that have public checks, in their order."""
    return list(dict.fromkeys(probe.exercise for probe in checks.probes_of(homework)))


def report(path: Path, output: TextIO) -> None:
    """Write each outcome as a line of JSON as soon as it is known: a later crash takes none of them back."""
    try:
        for outcome in check(path):
            _write(outcome, output)
    except Exception as error:
        _write(Outcome("the check itself", "note", _sentence(error)), output)


def _write(outcome: Outcome, output: TextIO) -> None:
    print(json.dumps(astuple(outcome)), file=output, flush=True)


def check(path: Path) -> Iterator[Outcome]:
    """Outcomes of a zip's notebook; each exercise is announced as "running" before its checks are called."""
    homework, files = unpack(path)
    recorded = json.loads((checks.ASSIGNMENTS / homework / "checks.json").read_text(encoding="utf-8"))
    exercises = exercises_of(homework)
    selection = select(files[f"{homework}.ipynb"], exercises)
    names, notes = define(selection.statements)
    yield from notes
    for name in exercises:
        problem = selection.problems.get(name)
        if problem:
            yield Outcome(name, "wrong" if problem.is_broken else "unwritten", problem.saw)
        else:
            yield Outcome(name, "running")
            yield _check_one(name, checks.Student(names), homework, recorded[name])


def define(statements: tuple[tuple[str, str], ...]) -> tuple[dict[str, Any], list[Outcome]]:
    """Run the definitions one by one in a module of their own; one that fails is noted and costs only itself."""
    module = types.ModuleType("__main__")
    module.get_ipython = _NoShell
    sys.modules["__main__"] = module
    notes = []
    for source, place in statements:
        is_value = False
        try:
            tree = ast.parse(source, place)
            is_value = all(isinstance(node, ast.Assign | ast.AnnAssign) for node in tree.body)
            exec(compile(tree, place, "exec"), vars(module))
        except NotImplementedError:
            pass
        except BaseException as error:
            if not (is_value and isinstance(error, NameError)):  # it needs a cell that is not run here
                notes.append(Outcome(place, "note", _sentence(error)))
    return vars(module), notes


def _check_one(name: str, student: checks.Student, homework: str, recorded: dict[str, Any]) -> Outcome:
    own = [probe for probe in checks.probes_of(homework) if probe.exercise == name]
    try:
        lines = checks.run(own, student, recorded)
    except BaseException as error:  # exit() in a student's function, or a value that is none
        return Outcome(name, "wrong", f"it raised {_sentence(error)}")
    failed = [line for line in lines if line.kind != "right"]
    if not failed:
        return Outcome(name, "right")
    kind = "unwritten" if failed[0].kind == "unwritten" else "wrong"
    return Outcome(name, kind, failed[0].saw or failed[0].sentence)


def _sentence(error: BaseException) -> str:
    text = " ".join(str(error).split())
    return f"{type(error).__name__}: {text}" if text else type(error).__name__
