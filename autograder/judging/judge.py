"""Judges the observations of submissions with a suite's hidden tests, in the grader's own process.

No student code is near. A hidden test is a plain function of one argument, `observed`: the judge calls it with a
witness, and what it raises is what the student lost. pytest runs the same functions by hand (`grading.by_hand`).
"""

import os
import warnings
from collections.abc import Callable, Collection, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Any

import torch

from autograder.errors import TookTooLong
from autograder.harmless import clean
from autograder.judging.hidden_tests import Test, load_tests
from autograder.judging.naming import Naming
from autograder.judging.precedents import Judged, Precedents
from autograder.observing.references import References
from autograder.observing.sameness import hash_observations
from autograder.records import Call, Exercise, Observation, Observations, Observed, Score, Verdict
from autograder.suite import Suite
from autograder.suites.assertions import Mismatch

BY_HEART = "it is right on the first inputs, and wrong on others of the same kind"
MAX_SAW = 1000  # characters: a test may quote a value of the student's


class NotObserved(Exception):
    """The probe brought nothing back that could be judged; the observation says why."""

    def __init__(self, observation: Observation):
        super().__init__(f"{observation.verdict}: {clean(observation.saw)}")  # pytest prints it
        self.observation = observation


class Witness:
    """A test's argument `observed`: called with a probe it gives its values, `reference` those of the solution."""

    def __init__(self, observations: Observations, references: References):
        self._observations, self._references = observations, references
        self.asked: list[Observation] = []

    def __call__(self, probe: Callable) -> dict[str, Any]:
        observation = self._observations[_call_of(probe)]
        self.asked.append(observation)
        if observation.verdict != Verdict.PASSED:
            raise NotObserved(observation)
        return _Values(observation.values)

    def reference(self, probe: Callable) -> dict[str, Any]:
        return self._references.solution[_call_of(probe)].values


class _Values(dict):
    """A student's process may leave a value out; that is a wrong answer, not an error of the test."""

    def __missing__(self, name: str) -> Any:
        raise Mismatch(f"no {name} came back", "", "")


def _call_of(probe: Callable) -> Call:
    return probe.__module__.rpartition(".")[2], probe.__name__


class Judge:
    """Scores submissions to one homework. tests: exercise -> its hidden tests. JudgeError if they can't be loaded."""

    def __init__(self, suite: Suite, references: References):
        torch.set_num_threads(1)  # on tensors this small a second thread costs more than it brings, up to a hundredfold
        self._suite, self.references = suite, references
        self._precedents, self._naming = Precedents(), Naming(references, self._run_tests)
        os.environ["COURSE_SEED"] = str(suite.seed)  # the tests' inputs read it when they are imported
        self.tests = {exercise: tests for exercise in suite.names if (tests := load_tests(suite, exercise))}

    def failed(self, saw: str) -> list[Score]:
        """A score for each test where the grader could not come to one."""
        return [
            Score(each.name, test.name, test.title, Verdict.GRADER_ERROR, 0, test.points, saw=saw, extra=each.extra)
            for each in self._suite.exercises
            for test in self.tests.get(each.name, ())
        ]

    def scores(self, observed: Observed) -> list[Score]:
        """A score for each test of each exercise that was observed, in the suite's order."""
        scores: list[Score] = []
        seen = {exercise for exercise, _ in observed.own}  # verify and mutants observe one exercise at a time
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of torch, about values that a student sent
            for exercise in self._suite.exercises:
                if exercise.name in seen and exercise.name in self.tests:
                    judged = self._judge_exercise(exercise, observed, scores)
                    scores += [replace(score, extra=exercise.extra) for score in judged]
        return scores

    def _judge_exercise(self, exercise: Exercise, observed: Observed, earlier: Sequence[Score]) -> list[Score]:
        """Scores with the student's own definitions, or with our stand-ins where that is better and earned."""
        refuted = {probe for name, probe in observed.refuted if name == exercise.name}
        own = self._run(exercise.name, observed.own)
        if refuted and all(score.verdict == Verdict.PASSED for score in own):  # who errs loses points for that alone
            own = self._refute(exercise.name, observed.own, refuted)
        lost = {score.exercise for score in earlier if score.points < score.max_points}
        replaced = tuple(name for name in observed.replaced.get(exercise.name, ()) if name in lost)
        if not replaced or all(score.verdict == Verdict.PASSED for score in own):
            return own
        followed = self._run(exercise.name, observed.followed)
        if _total(followed) <= _total(own) and not any(score.verdict == Verdict.NOT_WRITTEN for score in own):
            return own
        told = f"it is not right with our {', '.join(replaced)} in place of yours either"
        return [
            replace(score, followed_through=replaced, saw=told if score.verdict == Verdict.WRONG else score.saw)
            for score in followed  # nothing that such a process sends is quoted: it has met our stand-ins
        ]

    def _run(self, exercise: str, observations: Observations) -> list[Score]:
        return self._precedents.judge(exercise, observations, lambda: self._run_anew(exercise, observations))

    def _refute(self, exercise: str, observations: Observations, refuted: Collection[str]) -> list[Score]:
        """The scores without the points of tests that asked for what was right on the first inputs alone."""
        scores, asked = self._run_anew(exercise, observations)
        return [
            replace(score, verdict=Verdict.WRONG, points=0, saw=BY_HEART, think="what is left of it for other numbers?")
            if score.verdict == Verdict.PASSED and any(seen.probe in refuted for seen in each)
            else score
            for score, each in zip(scores, asked, strict=True)
        ]

    def _run_anew(self, exercise: str, observations: Observations) -> Judged:
        scores, asked = self._run_tests(exercise, observations)
        with suppress(Exception):  # a value that cannot be compared is no known mistake's
            scores = self._naming.name(exercise, scores, asked, observations)
        return scores, asked

    def _run_tests(self, exercise: str, observations: Observations) -> Judged:
        witnesses = [Witness(observations, self.references) for _ in self.tests[exercise]]
        scores = [self._score(exercise, *pair) for pair in zip(self.tests[exercise], witnesses, strict=True)]
        return scores, [witness.asked for witness in witnesses]

    def _score(self, exercise: str, test: Test, witness: Witness) -> Score:
        """A test that no value can satisfy is the grader's fault; one that only these values break is the student's."""
        score = run(exercise, test, witness)
        if score.verdict != Verdict.GRADER_ERROR or any(seen.verdict != Verdict.PASSED for seen in witness.asked):
            return score
        solution = self.references.solution  # of artefacts nothing is recorded
        is_recorded = all((exercise, seen.probe) in solution for seen in witness.asked)
        if is_recorded and run(exercise, test, Witness(solution, self.references)).points == 0:
            return score
        return replace(score, verdict=Verdict.WRONG, saw="what came back has a form that no test can read")


def run(exercise: str, test: Test, witness: Witness) -> Score:
    """What one run of one test is worth, and in which words."""
    error = _error_of(test, witness)
    seconds = sum(seen.seconds for seen in witness.asked)
    score = Score(exercise, test.name, test.title, Verdict.PASSED, test.points, test.points, seconds=seconds)
    if error is None:
        return score
    lost = replace(score, points=0)
    if isinstance(error, NotObserved):
        return replace(lost, verdict=error.observation.verdict, saw=error.observation.saw)
    if isinstance(error, Mismatch):
        found = hash_observations(witness.asked)
        saw = error.saw[:MAX_SAW]
        return replace(lost, verdict=Verdict.WRONG, saw=saw, think=error.think, read=error.read, observed=found)
    saw = f"the test itself failed ({type(error).__name__}: {error}); this is the grader's fault, not yours"
    return replace(lost, verdict=Verdict.GRADER_ERROR, saw=saw)


def _error_of(test: Test, witness: Witness) -> BaseException | None:
    """What the test raised; what is no mismatch, SystemExit included, is the grader's own fault."""
    try:
        test.function(witness)
    except (KeyboardInterrupt, TookTooLong):  # a person's; the clock's of the whole submission
        raise
    except BaseException as error:
        return error
    return None


def _total(scores: Sequence[Score]) -> float:
    return sum(score.points for score in scores)
