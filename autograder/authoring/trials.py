"""What a homework is proved by: solution, stub, every known answer and trained network; and what each of them earns."""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from autograder import checkout
from autograder.authoring import bank, record
from autograder.judging.judge import Judge
from autograder.observing.observe import observe, observe_exercises
from autograder.observing.opening import open_sandbox
from autograder.records import Harvest, Observed, Score
from autograder.submissions.harvest import harvest_own
from autograder.suite import Suite
from autograder.suite.trained import Trained, trained

Trial = str | bank.Answer | Trained  # "solution" and "stub" are whole notebooks


def trials(suite: Suite, root: Path) -> list[tuple[Trial, Harvest]]:
    """All that a homework is proved by: solution, stub, every answer of the bank, and every trained network."""
    solution = record.solution_harvest(root, suite.homework)
    stub = harvest_own(checkout.stub(root, suite.homework).read_bytes(), suite.written)
    answers = [*bank.mistakes(suite), *bank.variants(suite)]
    return [
        ("solution", solution),
        ("stub", stub),
        *((answer, Harvest(answer.put_into(solution.statements))) for answer in answers),
        *((network, Harvest(solution.statements, artefacts=network.files)) for network in trained(suite)),
    ]


def judge_trials(
    trials: Sequence[tuple[Trial, Harvest]], suite: Suite, judge: Judge, workers: int
) -> Iterator[tuple[Trial, list[Score]]]:
    """The scores of each trial: of all exercises of a whole notebook; of one answer, its own."""
    with open_sandbox(suite) as sandbox, ThreadPoolExecutor(workers) as pool:

        def observe_trial(trial: Trial, harvest: Harvest) -> Observed:
            if isinstance(trial, str):
                return observe(harvest, suite, sandbox, judge.references)
            return Observed(observe_exercises([trial.exercise], harvest, suite, sandbox))

        for (trial, _), observed in zip(trials, pool.map(observe_trial, *zip(*trials, strict=True)), strict=True):
            yield trial, judge.scores(observed)


def trial_name(trial: Trial) -> str:
    return trial if isinstance(trial, str) else f"{trial.exercise}: {trial.name}"
