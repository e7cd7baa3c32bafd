"""The mutation score of a suite: small edits of the solution, by cosmic-ray's operators, that a test must notice."""

import ast
import difflib
import tomllib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from autograder.authoring import record
from autograder.authoring.bank import Answer
from autograder.judging.judge import Judge
from autograder.observing import references
from autograder.observing.observe import Observed, observe_exercises
from autograder.observing.opening import open_sandbox
from autograder.records import Harvest, Score, Verdict
from autograder.suite import Suite


@dataclass(frozen=True)
class Mutant:
    """One edited definition. edit: the changed line, "old -> new"."""

    exercise: str
    operator: str
    edit: str
    source: str


@dataclass(frozen=True)
class MutationScore:
    """killed and timed_out are noticed; equivalent survivors are explained in equivalents.toml; missed are not."""

    killed: int
    timed_out: int
    equivalent: tuple[tuple[Mutant, str], ...]
    missed: tuple[Mutant, ...]
    unused: tuple[str, ...]

    @property
    def share(self) -> float:
        noticed = self.killed + self.timed_out
        return noticed / max(1, noticed + len(self.missed) + len(self.equivalent))


def measure(suite: Suite, root: Path, workers: int = 2) -> MutationScore:
    """Mutate every exercise of the solution and judge each mutant by its own exercise's tests."""
    judge = Judge(suite, references.load(suite.references_folder))
    solution = record.solution_harvest(root, suite.homework)
    mutants = [mutant for name in suite.written for mutant in mutate(name, solution)]
    outcomes: dict[Mutant, Verdict] = {}
    with open_sandbox(suite) as sandbox, ThreadPoolExecutor(workers) as pool:

        def run(mutant: Mutant) -> Observed:
            harvest = Harvest(Answer(mutant.exercise, "", mutant.source).put_into(solution.statements))
            return Observed(observe_exercises([mutant.exercise], harvest, suite, sandbox, in_short=True))

        for mutant, observed in zip(mutants, pool.map(run, mutants), strict=True):
            outcomes[mutant] = _outcome(judge.scores(observed))
    return _sum_up(outcomes, _equivalents(suite))


def _outcome(scores: list[Score]) -> Verdict:
    lost = [score.verdict for score in scores if score.verdict != Verdict.PASSED]
    return Verdict.TIMED_OUT if Verdict.TIMED_OUT in lost else next(iter(lost), Verdict.PASSED)


def mutate(exercise: str, solution: Harvest) -> Iterator[Mutant]:
    """Every mutant of one exercise's definition, each different from all others."""
    from cosmic_ray.plugins import get_operator, operator_names

    source = _definition(exercise, solution)
    seen = {source}
    for name in sorted(operator_names()):
        for operator in _configured(get_operator(name)):
            for occurrence in range(len(source)):
                mutated = _mutate_once(source, operator, occurrence)
                if mutated is None:
                    break
                if (normal := _normal(mutated)) not in seen:
                    seen.add(normal)
                    yield Mutant(exercise, name, _edit(source, normal), normal)


def _mutate_once(source: str, operator: Any, occurrence: int) -> str | None:
    from cosmic_ray.mutating import mutate_code

    try:
        return mutate_code(source, operator, occurrence)
    except AttributeError:  # VariableReplacer cannot read an assignment of one name to another (cosmic-ray 8.7)
        return None


def _configured(operator: Any) -> list[Any]:
    """The operator as it is, or once for each set of arguments that its author gives as an example."""
    arguments = {
        tuple(sorted(example.operator_args.items())) for example in operator.examples() if example.operator_args
    }
    return [operator(**dict(each)) for each in sorted(arguments)] or [operator()]


def _definition(exercise: str, solution: Harvest) -> str:
    """The exercise's definition without its docstrings: text there is no behaviour."""
    for source, _ in solution.statements:
        for node in ast.parse(source).body:
            if getattr(node, "name", "") == exercise:
                for part in ast.walk(node):
                    if isinstance(part, ast.FunctionDef | ast.ClassDef) and ast.get_docstring(part) is not None:
                        part.body = part.body[1:] or [ast.Pass()]
                return ast.unparse(node)
    raise record.RecordError(f"the solution defines no {exercise}")


def _normal(source: str) -> str:
    try:
        return ast.unparse(ast.parse(source))
    except SyntaxError:
        return source


def _edit(old: str, new: str) -> str:
    changed = [line for line in difflib.ndiff(old.splitlines(), new.splitlines()) if line[0] in "+-"]
    removed = " / ".join(line[2:].strip() for line in changed if line[0] == "-")
    return f"{removed} -> {' / '.join(line[2:].strip() for line in changed if line[0] == '+')}"


def _equivalents(suite: Suite) -> dict[tuple[str, str], str]:
    reasons: dict[tuple[str, str], str] = {}
    for folder in suite.folders:
        path = folder / "equivalents.toml"
        table = tomllib.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
        for exercise, edits in table.items():
            if folder == suite.folder or exercise in suite.names:  # the shared folder has other homeworks' as well
                reasons |= {(exercise, edit): reason for edit, reason in edits.items()}
    return reasons


def _sum_up(outcomes: dict[Mutant, Verdict], reasons: dict[tuple[str, str], str]) -> MutationScore:
    survived = [mutant for mutant, verdict in outcomes.items() if verdict == Verdict.PASSED]
    keys = {(mutant.exercise, mutant.edit) for mutant in survived}
    timed_out = sum(verdict == Verdict.TIMED_OUT for verdict in outcomes.values())
    return MutationScore(
        killed=len(outcomes) - len(survived) - timed_out,
        timed_out=timed_out,
        equivalent=tuple((m, reasons[m.exercise, m.edit]) for m in survived if (m.exercise, m.edit) in reasons),
        missed=tuple(mutant for mutant in survived if (mutant.exercise, mutant.edit) not in reasons),
        unused=tuple(f"{exercise}: {edit}" for exercise, edit in reasons if (exercise, edit) not in keys),
    )
