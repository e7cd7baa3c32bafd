"""The public checks' answers: what the solution and the known mistakes give, as numbers that may be shipped."""

import json
import types
from contextlib import suppress
from pathlib import Path
from typing import Any

import torch

from autograder.bank import Answer, Statements
from autograder.suite import Suite
from homework.checks import Student, answers, probes_of


def record_public(suite: Suite, solution: Statements, mistakes: list[Answer]) -> dict[str, Any]:
    """exercise -> {"expected": probe -> values, "mistakes": [{"name", "says", "values"}]}.

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
        return table
    finally:
        torch.set_num_threads(threads)


def write_public(path: Path, table: dict[str, Any]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(to_json(table))


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


def _call_all(probes: list, statements: Statements) -> dict[str, dict]:
    module = types.ModuleType("public_check")
    for source, place in statements:
        with suppress(Exception):  # as in the sandbox: one that needs a cell that is not run costs only itself
            exec(compile(source, place, "exec"), module.__dict__)
    return {probe.__name__: answers.encode(probe(Student(vars(module)))) for probe in probes}
