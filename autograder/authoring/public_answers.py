"""The public checks' answers: what the solution and the known mistakes give, as numbers that may be shipped."""

import json
import warnings
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import torch

from autograder.authoring.bank import Answer, Statements
from autograder.checkout import shown
from autograder.suite import Suite
from homework.checks import Probe, Student, answers, probes_of
from homework.checks import run as run_checks
from homework.on_gpu import try_on_gpu
from homework.running import Program, Running


def record_public(suite: Suite, solution: Statements, mistakes: list[Answer]) -> dict[str, Any]:
    """exercise -> {"expected": probe -> values, "mistakes": [{"name", "says", "values"}], "on_gpu": [probe]}.

    on_gpu: the checks that are asked on a GPU, too; none where the hidden tests don't.

    Runs in this process: the solution and the bank are ours. A mistake that a check cannot tell from the solution,
    or that crashes it, is left out: there is nothing to recognise.
    """
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        table = {}
        for name in suite.written:
            probes = [probe for probe in probes_of(suite.homework) if probe.exercise == name]
            expected = _call_all(probes, solution)
            own = [answer for answer in mistakes if answer.exercise == name]
            table[name] = {"expected": expected, "mistakes": _fingerprints(probes, solution, own, expected)}
            is_asked = "import on_gpu" in suite.probe_sources[name]
            table[name]["on_gpu"] = [probe.__name__ for probe in probes if is_asked and _works_on_gpu(probe, solution)]
        return table
    finally:
        torch.set_num_threads(threads)


def find_disagreements(homework: str, exercises: Iterable[str], solution: Statements, path: Path) -> Iterator[str]:
    """One sentence for each public check that the solution does not pass as recorded in `path`, and for stale ones."""
    recorded = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    notebook, again = _begin(solution), f"run `autograder record {homework}`"
    for exercise in exercises:
        probes = [probe for probe in probes_of(homework) if probe.exercise == exercise]
        known, own = set(recorded.get(exercise, {}).get("expected", ())), {probe.__name__ for probe in probes}
        for name in sorted(own ^ known):
            which = "the check was not recorded" if name in own else "there is no such check any more"
            yield f"{shown(path)}: {name} of {exercise}: {which}; {again}"
        told = [probe for probe in probes if probe.__name__ in known and probe.__doc__]
        for line in run_checks(told, Student(notebook), recorded[exercise]) if told else ():
            if line.kind in ("wrong", "unwritten"):
                yield f"{exercise}: the solution is red in its public check “{line.sentence}” ({line.saw}); {again}"
    for exercise in recorded.keys() - set(exercises):
        yield f"{shown(path)}: {exercise} is no exercise any more; {again}"


def write_public(path: Path, table: dict[str, Any]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(to_json(table), encoding="utf-8")


def to_json(table: dict[str, Any]) -> str:
    """One line an exercise and kind: small, and a changed number is a changed line."""
    rows = [f' "{name}": {json.dumps(entry, sort_keys=True)}' for name, entry in table.items()]
    return "{\n" + ",\n".join(rows) + "\n}\n"


def _fingerprints(probes: list, solution: Statements, own: list[Answer], expected: dict) -> list[dict]:
    found = []
    for answer in own:
        try:
            values = _call_all(probes, answer.put_into(solution))
        except Exception:
            continue
        decoded = {probe: answers.decode(table) for probe, table in values.items()}
        if not answers.is_same(decoded, {"values": expected}):
            found.append({"name": answer.name, "says": answer.says, "values": values})
    return found


def _works_on_gpu(probe: Probe, solution: Statements) -> bool:
    """Not where the check itself needs the processor, as for NumPy."""
    try:
        found = try_on_gpu(Student(_begin(solution)), probe)
    except Exception:
        return False
    return found is not None and not found["strays"]


def _call_all(probes: list, statements: Statements) -> dict[str, dict]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a mistake may well be warned about
        student = Student(_begin(statements))
        return {probe.__name__: answers.encode(probe(student)) for probe in probes}


def _begin(statements: Statements) -> Running:
    """The notebook of the solution; one statement that fails costs only itself, as in the sandbox."""
    return Running(Program(statements), "public_check")
