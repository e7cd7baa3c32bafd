"""Runs the public checks on what is in a zip. `python -m homework.submission ZIP` is the fresh process for it."""

import json
from collections.abc import Iterator
from dataclasses import astuple, dataclass
from pathlib import Path
from typing import Any, TextIO

from homework import checks
from homework.notebook.selection import select
from homework.running import Program, Running, to_sentence
from homework.seeding import seed_all
from homework.submission.packing import unpack


@dataclass(frozen=True)
class Outcome:
    """What came of one exercise. kind: "right", "wrong", "unwritten", or "running" while its checks run.

    A cell outside the exercises that failed has the kind "note" and the cell's place for a name.
    """

    name: str
    kind: str
    saw: str = ""


def exercises_of(homework: str) -> list[str]:
    """The exercises that have public checks, in their order."""
    return list(dict.fromkeys(probe.exercise for probe in checks.probes_of(homework)))


def report(path: Path, output: TextIO) -> None:
    """Write each outcome as a line of JSON as soon as it is known: a later crash takes none of them back."""
    try:
        for outcome in check(path):
            _write(outcome, output)
    except Exception as error:
        _write(Outcome("the check itself", "note", to_sentence(error)), output)


def _write(outcome: Outcome, output: TextIO) -> None:
    print(json.dumps(astuple(outcome)), file=output, flush=True)


def check(path: Path) -> Iterator[Outcome]:
    """Outcomes of a zip's notebook; each exercise is announced as "running" before its checks are called."""
    homework, files = unpack(path)
    recorded = json.loads((checks.ASSIGNMENTS / homework / "checks.json").read_text(encoding="utf-8"))
    exercises = exercises_of(homework)
    selection = select(files[f"{homework}.ipynb"], exercises)
    program = Program(selection.statements, selection.needs)
    told = set[str]()
    for name in exercises:
        problem = selection.problems.get(name)
        if problem:
            yield Outcome(name, "wrong" if problem.is_broken else "unwritten", problem.saw)
        else:
            yield Outcome(name, "running")
            notebook = Running(program)
            yield _check_one(name, notebook, homework, recorded[name])
            for failure in notebook.failures:
                if failure.is_news and failure.place not in told:
                    told.add(failure.place)
                    yield Outcome(failure.place, "note", failure.saw)


def _check_one(name: str, notebook: Running, homework: str, recorded: dict[str, Any]) -> Outcome:
    own = [probe for probe in checks.probes_of(homework) if probe.exercise == name]
    try:
        seed_all(0)
        notebook.provide(name)
        lines = checks.run(own, checks.Student(notebook), recorded)
    except BaseException as error:  # exit() in a student's function, or a value that is none
        return Outcome(name, "wrong", f"it raised {to_sentence(error)}")
    failed = [line for line in lines if line.kind != "right"]
    if not failed:
        return Outcome(name, "right")
    kind = "unwritten" if failed[0].kind == "unwritten" else "wrong"
    return Outcome(name, kind, failed[0].saw or failed[0].sentence)
