"""Judges observations with the hidden pytest suite, in the grader's own process; no student code is near.

pytest collects a suite once; its run loop then takes one submission after the other from `source` and runs every
test on each. So a class costs one start of pytest, and a test stays a plain pytest test.
"""

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

import pytest
import torch
from _pytest.runner import runtestprotocol

from autograder.checks import Mismatch
from autograder.likeness import hash_observations
from autograder.observe import Observed
from autograder.precedents import Judged, Precedents
from autograder.records import Exercise, Observation, Score, Verdict
from autograder.references import Observations, References
from autograder.suite import SUITES, Suite

TEST_PREFIX = "test_"


class NotObserved(Exception):
    """The probe brought nothing back that could be judged; the observation says why."""

    def __init__(self, observation: Observation):
        super().__init__(f"{observation.verdict}: {observation.saw}")
        self.observation = observation


class Witness:
    """The fixture `observed`: calls with a probe give its values, `reference` those recorded from the solution."""

    def __init__(self, observations: Observations, references: References):
        self._observations, self._references = observations, references
        self.asked: list[Observation] = []

    def __call__(self, probe: Callable) -> dict[str, Any]:
        observation = self._observations[_key(probe)]
        self.asked.append(observation)
        if observation.verdict != Verdict.PASSED:
            raise NotObserved(observation)
        return _Values(observation.values)

    def reference(self, probe: Callable) -> dict[str, Any]:
        return self._references.solution[_key(probe)].values


class _Values(dict):
    """A student's process may leave a value out; that is a wrong answer, not an error of the test."""

    def __missing__(self, name: str) -> Any:
        raise Mismatch(f"no {name} came back", "", "")


def _key(probe: Callable) -> tuple[str, str]:
    return probe.__module__.rpartition(".")[2], probe.__name__


class Judge:
    """A pytest plugin that scores submissions; `tests` is known after collection: exercise -> test -> points."""

    def __init__(
        self, suite: Suite, references: References, source: Iterable[Any], sink: Callable[[Any, list[Score]], None]
    ):
        self._suite, self._references, self._source, self._sink = suite, references, source, sink
        self._precedents = Precedents()
        self._items: dict[str, list[pytest.Item]] = {}
        self._witness: Witness | None = None
        self._score: Score | None = None
        self.tests: dict[str, dict[str, int]] = {}
        self.failure: BaseException | None = None

    @pytest.hookimpl(tryfirst=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        order = {name: number for number, name in enumerate(self._suite.names)}
        items.sort(key=lambda item: order[_exercise_of(item)])
        for item in items:
            self.tests.setdefault(_exercise_of(item), {})[item.name] = _points_of(item)

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        if session.testsfailed:
            raise session.Interrupted("the suite itself could not be collected")
        for item in session.items:
            self._items.setdefault(_exercise_of(item), []).append(item)
        try:
            for key, observed in self._source:
                self._sink(key, self._judge(observed))
        except BaseException as error:  # the grader's, or Ctrl-C: pytest would make an internal error of its own of it
            self.failure = error
        return True

    @pytest.fixture
    def observed(self) -> Witness:
        return self._witness

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_makereport(self, item: pytest.Item, call: pytest.CallInfo) -> pytest.TestReport:
        if call.when == "call" or call.excinfo:
            self._score = score(item, call.excinfo.value if call.excinfo else None, self._witness)
        outcome = "failed" if call.excinfo else "passed"
        return pytest.TestReport(item.nodeid, item.location, {}, outcome, None, call.when)

    def _judge(self, observed: Observed) -> list[Score]:
        scores = []
        seen = {exercise for exercise, _ in observed.own}  # verify and mutants observe one exercise at a time
        for exercise in self._suite.exercises:
            if exercise.name in seen and exercise.name in self._items:
                judged = self._judge_exercise(exercise, self._items[exercise.name], observed, scores)
                scores += [replace(score, extra=exercise.extra) for score in judged]
        return scores

    def _judge_exercise(
        self, exercise: Exercise, items: list[pytest.Item], observed: Observed, earlier: list[Score]
    ) -> list[Score]:
        """Scores with the student's own definitions, or with our stand-ins where that is better and earned."""
        own = self._run(exercise.name, items, observed.own)
        lost = {score.exercise for score in earlier if score.points < score.max_points}
        replaced = tuple(name for name in observed.replaced.get(exercise.name, ()) if name in lost)
        if not replaced or all(score.verdict == Verdict.PASSED for score in own):
            return own
        followed = self._run(exercise.name, items, observed.followed)
        if _total(followed) <= _total(own) and not any(score.verdict == Verdict.NOT_WRITTEN for score in own):
            return own
        return [replace(score, followed_through=replaced) for score in followed]

    def _run(self, exercise: str, items: list[pytest.Item], observations: Observations) -> list[Score]:
        return self._precedents.judge(exercise, observations, lambda: self._run_anew(exercise, items, observations))

    def _run_anew(self, exercise: str, items: list[pytest.Item], observations: Observations) -> Judged:
        scores, asked = [], []
        for item, following in zip(items, [*items[1:], None], strict=True):  # None: the module is torn down
            self._witness, self._score = Witness(observations, self._references), None
            runtestprotocol(item, log=False, nextitem=following)
            scores.append(self._score)
            asked.append(self._witness.asked)
        return self._name_mistake(exercise, scores, observations), asked

    def _name_mistake(self, exercise: str, scores: list[Score], observations: Observations) -> list[Score]:
        if all(score.verdict == Verdict.PASSED for score in scores):
            return scores
        known = self._references.diagnose(exercise, observations)
        if known is None:
            return scores
        return [
            score if score.verdict == Verdict.PASSED else replace(score, mistake=known.name, advice=known.says)
            for score in scores
        ]


def score(item: pytest.Item, error: BaseException | None, witness: Witness | None) -> Score:
    """What one run of one test is worth, and in which words."""
    title = (item.function.__doc__ or item.name).strip().splitlines()[0]
    most = _points_of(item)
    seconds = sum(seen.seconds for seen in witness.asked) if witness else 0.0
    result = Score(_exercise_of(item), item.name, title, Verdict.PASSED, most, most, seconds=seconds)
    if error is None:
        return result
    lost = replace(result, points=0)
    if isinstance(error, NotObserved):
        return replace(lost, verdict=error.observation.verdict, saw=error.observation.saw)
    if isinstance(error, Mismatch):
        found = hash_observations(witness.asked) if witness else ""
        return replace(lost, verdict=Verdict.WRONG, saw=error.saw, think=error.think, read=error.read, observed=found)
    saw = f"the test itself failed ({type(error).__name__}: {error}); this is the grader's fault, not yours"
    return replace(lost, verdict=Verdict.GRADER_ERROR, saw=saw)


def _total(scores: list[Score]) -> float:
    return sum(score.points for score in scores)


def _exercise_of(item: pytest.Item) -> str:
    return item.path.stem.removeprefix(TEST_PREFIX)


def _points_of(item: pytest.Item) -> int:
    marker = item.get_closest_marker("points")
    if marker is None:
        raise pytest.UsageError(f"{item.nodeid} has no points; put @points(N) above it")
    return marker.args[0]


def judge(
    suite: Suite,
    references: References,
    source: Iterable[tuple[Any, Observed]],
    sink: Callable[[Any, list[Score]], None],
) -> Judge:
    """Judge every (key, observations) of `source`, handing (key, scores) to `sink` as they come."""
    torch.set_num_threads(1)  # on tensors this small a second thread costs more than it brings, up to a hundredfold
    judging = Judge(suite, references, source, sink)
    arguments = ["-c", str(SUITES / "pytest.ini"), "--rootdir", str(SUITES), str(suite.folder), "--assert=plain"]
    arguments += [f"-pno:{plugin}" for plugin in ("terminal", "cacheprovider", "logging", "faulthandler")]
    status = pytest.main([*arguments, "--disable-plugin-autoload"], plugins=[judging])
    if judging.failure:
        raise judging.failure
    if status not in (pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED, pytest.ExitCode.TESTS_FAILED):
        raise JudgeError(f"the hidden suite {suite.homework} could not be run; run `pytest {suite.folder}` to see why")
    return judging


class JudgeError(Exception):
    """The suite itself is broken: the instructor's to repair."""
