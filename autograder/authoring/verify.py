"""Proves a homework: the solution earns all, the stub nothing, mistakes are caught and named, variants accepted."""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from autograder import checkout
from autograder.authoring import bank, consistency, record
from autograder.authoring.leaks import find_leaks
from autograder.authoring.public_answers import find_disagreements
from autograder.authoring.release import ReleaseError, release
from autograder.authoring.shift import find_unshifted
from autograder.authoring.trials import Trial, judge_trials, trial_name, trials
from autograder.checkout import shown
from autograder.judging.judge import Judge
from autograder.observing import references
from autograder.observing.references import References
from autograder.observing.sameness import is_same
from autograder.records import Harvest, Score, Verdict
from autograder.suite import Suite, load
from autograder.suite.trained import Trained
from homework.checks import answers


@dataclass(frozen=True)
class Finding:
    """What verify tried, and every promise that was broken, one sentence each. tried is empty if nothing could be."""

    tried: dict[str, int]
    broken: tuple[str, ...]

    def __str__(self) -> str:
        if not self.tried:
            return f"nothing was run, {_number(len(self.broken), 'fault')} must be mended first"
        tried = ", ".join(f"{count} {what}" for what, count in self.tried.items() if count)
        return f"{tried}, {_number(len(self.broken), 'broken promise')}".removeprefix(", ")


def _number(count: int, what: str) -> str:
    return f"{count} {what}" if count == 1 else f"{count} {what}s"


def verify(homework: str, root: Path, workers: int = 2) -> Finding:
    """Try all promises of a homework in the checkout at `root`; first, and without running any of it, its parts."""
    hindrances = consistency.find_hindrances(homework, root) or consistency.find_faults(homework, root)
    hindrances = hindrances or _find_unbuilt(homework, root)
    if hindrances:
        return Finding({}, tuple(hindrances))
    suite = load(homework)
    solution, recorded = record.solution_harvest(root, homework), references.load(suite.references_folder)
    if stale := list(_stale(suite, solution, recorded)):
        return Finding({}, tuple(stale))
    tried, public = trials(suite, root), checkout.public_answers(root, homework)
    broken = list(find_disagreements(homework, suite.written, solution.statements, public))
    for trial, scores in judge_trials(tried, suite, Judge(suite, recorded), workers):
        broken += _broken(trial, scores)
    broken += find_leaks(suite, root)
    broken += find_unshifted(suite)
    return Finding(_count([trial for trial, _ in tried]), tuple(broken))


def _find_unbuilt(homework: str, root: Path) -> list[str]:
    """The notebooks are what the script makes of itself today."""
    try:
        changed = release(homework, root, check=True)
    except ReleaseError as error:
        return [str(error)]
    if not changed:
        return []
    then = f"run `autograder release {homework}`, then `autograder record {homework}`"
    return [f"the script builds other files than {_join(map(shown, changed))}; {then}"]


def _join(words: Iterable[str]) -> str:
    return " and ".join(", ".join(words).rsplit(", ", 1))


def _count(tried: Sequence[Trial]) -> dict[str, int]:
    answers = [bool(trial.fails) for trial in tried if isinstance(trial, bank.Answer)]
    networks = sum(isinstance(trial, Trained) for trial in tried)
    return {"mistakes": sum(answers), "variants": len(answers) - sum(answers), "trained networks": networks}


def _broken(trial: Trial, scores: list[Score]) -> Iterator[str]:
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
    elif isinstance(trial, Trained):
        yield from _broken_trained(trial, scores)


def _broken_mistake(answer: bank.Answer, scores: list[Score]) -> Iterator[str]:
    named = [score for score in scores if score.test == answer.fails]
    if not named:
        yield f"{trial_name(answer)}: there is no test {answer.fails}"
    elif named[0].verdict == Verdict.PASSED:
        yield f"{trial_name(answer)}: {answer.fails} passes"
    elif named[0].mistake != answer.name:
        yield f"{trial_name(answer)}: is diagnosed as {named[0].mistake or 'nothing known'}"


def _broken_trained(known: Trained, scores: list[Score]) -> Iterator[str]:
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


def _stale(suite: Suite, solution: Harvest, recorded: References) -> Iterator[str]:
    """The references were recorded from what is here now."""
    current = record.provenance(suite, solution)
    changed = [name for name in ("solution", "probes", "mistakes") if recorded.provenance.get(name) != current[name]]
    if not recorded.provenance:
        yield f"nothing is recorded yet; run `autograder record {suite.homework}`"
    elif changed:
        again = f"run `autograder record {suite.homework}`"
        yield f"the {_join(changed)} changed since the references were recorded; {again}"


def check_recorded(suite: Suite, root: Path) -> list[str]:
    """Record everything again and compare with what is committed: answers, fingerprints and public numbers."""
    recorded = references.load(suite.references_folder)
    found, public = record.record(suite, root)
    again = [
        f"{probe} of {exercise} gives another answer than the recorded one"
        for (exercise, probe), seen in found.solution.items()
        if (exercise, probe) not in recorded.solution or not is_same(seen, recorded.solution[exercise, probe])
    ]
    path = checkout.public_answers(root, suite.homework)
    committed = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    again += [
        f"{shown(path)}: {name} is recorded otherwise today; run `autograder record {suite.homework}`"
        for name in public.keys() | committed.keys()
        if not _agree(public.get(name), committed.get(name))
    ]
    return again


def _agree(found: dict | None, committed: dict | None) -> bool:
    """The same checks with the same numbers, as near as a student's have to be, and the same mistakes."""
    if found is None or committed is None or found["expected"].keys() != committed["expected"].keys():
        return False
    values = {probe: answers.decode(table) for probe, table in found["expected"].items()}
    names = [[mistake["name"] for mistake in table["mistakes"]] for table in (found, committed)]
    return names[0] == names[1] and answers.is_same(values, {"values": committed["expected"]})
