"""The recorded answers of the solutions, changed and judged again by the hidden tests; no student code is run."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from autograder import suite
from autograder.judging.hidden_tests import Test, load_tests
from autograder.judging.judge import NotObserved, Witness
from autograder.observing import references
from autograder.records import Call, Observation, Observations
from autograder.suites.assertions import Mismatch

WRITTEN = [  # homework, exercise: what students write; a trained network has no recorded answers
    (homework, exercise)
    for homework in suite.homeworks()
    for exercise in suite.load(homework).names
    if exercise not in suite.load(homework).artefacts
]


class Answers:
    """The solution's observations of one exercise, and the tests that judge them."""

    def __init__(self, homework: str, exercise: str):
        chosen = suite.load(homework)
        self.exercise = exercise
        self.references = references.known(chosen.references_folder)
        self.tests = load_tests(chosen, exercise)
        self.solution = {call: seen for call, seen in self.references.solution.items() if call[0] == exercise}

    def judge(self, test: Test, observations: Observations) -> Mismatch | NotObserved | None:
        """What the test finds wrong, None where it passes; any other exception is the test's own fault, and raised."""
        try:
            test.function(Witness(observations, self.references))
        except (Mismatch, NotObserved) as found:
            return found
        return None

    def asked(self, test: Test) -> list[Call]:
        """The calls that a test looks at."""
        witness = Witness(self.solution, self.references)
        test.function(witness)
        return list(dict.fromkeys((self.exercise, seen.probe) for seen in witness.asked))

    def values(self, test: Test) -> Iterator[tuple[Call, str, Any]]:
        """Every value of the probes that a test looks at."""
        for call in self.asked(test):
            for name, value in self.solution[call].values.items():
                yield call, name, value

    def changed(self, call: Call, **values: Any) -> Observations:
        """The solution's observations with other values in one call; None leaves a value out."""
        kept = {**self.solution[call].values, **values}
        kept = {name: value for name, value in kept.items() if value is not None}
        return {**self.solution, call: replace(self.solution[call], values=kept)}


def mapped(solution: Observations, change: Any) -> Observations:
    """Each value of each observation put through change(call, name, value)."""

    def one(call: Call, seen: Observation) -> Observation:
        return replace(seen, values={name: change(call, name, value) for name, value in seen.values.items()})

    return {call: one(call, seen) for call, seen in solution.items()}
