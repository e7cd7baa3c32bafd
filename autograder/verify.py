"""Proves a homework: the solution earns all, the stub nothing, mistakes are caught and named, variants accepted."""

import json
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from autograder import bank, record, references
from autograder.grade import harvest_submission
from autograder.judge import Judge, judge
from autograder.leaks import find_leaks
from autograder.observe import Observed, observe, observe_exercises
from autograder.records import Harvest, Score, Submission, Verdict
from autograder.references import is_same
from autograder.sandbox.supervisor import Sandbox
from autograder.suite import Suite


@dataclass(frozen=True)
class Finding:
    """What verify tried, and every promise that was broken, one sentence each."""

    tried: dict[str, int]
    broken: tuple[str, ...]


def verify(suite: Suite, root: Path, workers: int = 2) -> Finding:
    """Try all promises of a homework in the checkout at `root`."""
    known = references.load(suite.references)
    solution = record.solution_harvest(root, suite.homework)
    stub_path = root / "assignments" / suite.homework / f"{suite.homework}.ipynb"
    stub, _ = harvest_submission(Submission("stub", str(stub_path), stub_path.read_bytes()), suite)
    trials: list[tuple[object, Harvest]] = [("solution", solution), ("stub", stub)]
    answers = [*bank.mistakes(suite), *bank.variants(suite)]
    trials += [(answer, Harvest(answer.put_into(solution.statements))) for answer in answers]
    trained = list(bank.trained(suite))
    trials += [(known, Harvest(solution.statements, artefacts=known.files)) for known in trained]
    broken: list[str] = []
    with Sandbox(suite.probe_sources) as sandbox, ThreadPoolExecutor(workers) as pool:
        observed = pool.map(lambda trial: (trial[0], _observe(trial, suite, sandbox, known)), trials)
        judging = judge(suite, known, observed, lambda trial, scores: broken.extend(_broken(trial, scores)))
    broken += _stale(suite, solution, known)
    broken += _disagreements(suite, root, judging)
    broken += find_leaks(suite, root)
    mistakes = sum(bool(answer.fails) for answer in answers)
    tried = {"mistakes": mistakes, "variants": len(answers) - mistakes, "trained networks": len(trained)}
    return Finding(tried, tuple(broken))


def _observe(trial: tuple[object, Harvest], suite: Suite, sandbox: Sandbox, known: references.References) -> Observed:
    """All exercises of a whole notebook; of one answer, its own."""
    key, harvest = trial
    if isinstance(key, str):
        return observe(harvest, suite, sandbox, known)
    return Observed(observe_exercises([key.exercise], harvest, suite, sandbox))


def _broken(trial: object, scores: list[Score]) -> Iterator[str]:
    yield from (
        f"{trial_name(trial)}: {score.test}: {score.saw}" for score in scores if score.verdict == Verdict.GRADER_ERROR
    )
    if trial == "solution":
        yield from (
            f"the solution loses {score.test}: {score.saw}" for score in scores if score.verdict != Verdict.PASSED
        )
    elif trial == "stub":
        yield from (
            f"the stub gets {score.verdict} and {score.points:g} points in {score.test}"
            for score in scores
            if score.verdict != Verdict.NOT_WRITTEN or score.points
        )
    elif isinstance(trial, bank.Answer):
        own = [score for score in scores if score.exercise == trial.exercise]
        yield from _broken_mistake(trial, own) if trial.fails else _broken_variant(trial, own)
    elif isinstance(trial, bank.Trained):
        yield from _broken_trained(trial, scores)


def _broken_mistake(answer: bank.Answer, scores: list[Score]) -> Iterator[str]:
    named = [score for score in scores if score.test == answer.fails]
    if not named:
        yield f"{trial_name(answer)}: there is no test {answer.fails}"
    elif named[0].verdict == Verdict.PASSED:
        yield f"{trial_name(answer)}: {answer.fails} passes"
    elif named[0].mistake != answer.name:
        yield f"{trial_name(answer)}: is diagnosed as {named[0].mistake or 'nothing known'}"


def _broken_trained(known: bank.Trained, scores: list[Score]) -> Iterator[str]:
    lost = {score.test for score in scores if score.verdict != Verdict.PASSED}
    if known.fails and known.fails not in lost:
        yield f"{trial_name(known)} is wrong but passes {known.fails}"
    elif lost and not known.fails:
        yield f"{trial_name(known)} is right but loses {', '.join(sorted(lost))}"


def _broken_variant(answer: bank.Answer, scores: list[Score]) -> Iterator[str]:
    yield from (
        f"{trial_name(answer)} is right but loses {score.test}: {score.verdict} {score.saw}"
        for score in scores
        if score.verdict != Verdict.PASSED
    )


def trial_name(trial: object) -> str:
    return trial if isinstance(trial, str) else f"{trial.exercise}: {trial.name}"


def _stale(suite: Suite, solution: Harvest, known: references.References) -> Iterator[str]:
    """The references were recorded from what is here now."""
    current = record.provenance(suite, solution)
    changed = [name for name in ("solution", "probes", "mistakes") if known.provenance.get(name) != current[name]]
    if changed:
        parts = " and ".join(changed)
        yield f"the {parts} changed since the references were recorded; run `autograder record {suite.homework}`"


def check_recorded(suite: Suite, root: Path) -> list[str]:
    """Record everything again and compare with what is committed: answers, fingerprints and public numbers."""
    known = references.load(suite.references)
    found, public = record.record(suite, root)
    again = [
        f"{probe} of {exercise} gives another answer than the recorded one"
        for (exercise, probe), seen in found.solution.items()
        if (exercise, probe) not in known.solution or not is_same(seen, known.solution[exercise, probe])
    ]
    path = root / "assignments" / suite.homework / "checks.json"
    committed = json.loads(path.read_text()) if path.exists() else {}
    if committed.keys() != public.keys():
        again.append(f"{path} does not belong to this suite; run `autograder record {suite.homework}`")
    return again


def _disagreements(suite: Suite, root: Path, judging: Judge) -> Iterator[str]:
    """Points in the notebook's cells and headings, in the suite and in the README's table are the same."""
    notebook = json.loads((root / "assignments" / suite.homework / f"{suite.homework}.ipynb").read_text())
    text = "".join("".join(cell["source"]) + "\n" for cell in notebook["cells"])
    cells = {
        claims["grade_id"]: claims.get("points", 0)
        for cell in notebook["cells"]
        if (claims := cell["metadata"].get("nbgrader")) and claims["grade"]
    }
    for exercise in suite.exercises:
        points = sum(judging.tests.get(exercise.name, {}).values())
        heading = f"{exercise.section} `{exercise.name}` ({points} points)"
        cell = cells.get(f"check_{exercise.name}")
        if cell != points:
            yield f"{exercise.name}: the suite gives {points} points, the notebook's cell {cell}"
        if heading not in text:
            yield f"the notebook has no heading “{heading}”"
    yield from _missing_sections(suite, text)
    by_hand = sum(points for name, points in cells.items() if not name.startswith("check_"))
    row = _points_row(suite, judging, by_hand)
    if not any(suite.homework in line and row in line for line in (root / "README.md").read_text().splitlines()):
        yield f"the README's table does not give {suite.homework} “{row}” points"


def _points_row(suite: Suite, judging: Judge, by_hand: float) -> str:
    """How the README gives a homework's points: by the grader, by hand, and what extra credit there is."""
    points = {name: sum(tests.values()) for name, tests in judging.tests.items()}
    extra = sum(points.get(exercise.name, 0) for exercise in suite.exercises if exercise.extra)
    more = f", {extra} extra" if extra else ""
    return f"| {sum(points.values()) - extra} + {by_hand:g}{more} |"


def _missing_sections(suite: Suite, notebook: str) -> Iterator[str]:
    """Every section that a hint sends the student to exists."""
    for path in sorted(suite.folder.glob("test_*.py")):
        for section in sorted(set(re.findall(r"notebook section (\d+\.\d+)", path.read_text()))):
            if not re.search(rf"^#+ {re.escape(section)} ", notebook, re.MULTILINE):
                yield f"{path.name} sends students to notebook section {section}, which does not exist"
