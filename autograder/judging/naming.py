"""Names what a student did wrong: the known mistakes that explain the tests which failed.

A mistake explains a failed test if all that the test asked for came back as under that mistake. One whose observations
are the same on every probe is told alone. Else each failed test gets the mistake that explains most, if the student
fails whatever that mistake fails, and if most of what failed is explained by it, or all of it by several: a second
fault beside a known one takes no name away, and values that say little give none.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import torch
from torch import Tensor

from autograder.observing.references import Fingerprint, References
from autograder.observing.sameness import is_same, is_same_value
from autograder.records import Observation, Observations, Score, Verdict

_BY_CHANCE = (-1.0, 0.0, 1.0)  # numbers that anything may come to
Asked = Sequence[Sequence[Observation]]  # for each test of an exercise, what it asked for


@dataclass(frozen=True)
class Explanation:
    """How far one mistake explains what was seen. tests: indices; probes: how many came back as under the mistake."""

    known: Fingerprint
    tests: frozenset[int]
    probes: int


class Naming:
    """judge: (exercise, observations) -> the scores of its tests, for observations of a known mistake."""

    def __init__(self, references: References, judge: Callable[[str, Observations], tuple[list[Score], Asked]]):
        self._references, self._judge = references, judge
        self._fails: dict[int, frozenset[int]] = {}

    def name(self, exercise: str, scores: list[Score], asked: Asked, seen: Observations) -> list[Score]:
        """The scores, with a mistake's name and advice where there is one."""
        failed = _failed(scores)
        if not failed:
            return scores
        if known := self._references.diagnose(exercise, seen):
            return [_told(score, known) if index in failed else score for index, score in enumerate(scores)]
        found = list(self._explanations(exercise, asked, failed, seen))
        explained = frozenset().union(*(each.tests for each in found))
        if failed - explained:  # something else is wrong, too: is it the reason?
            found = [each for each in found if 2 * len(each.tests) > len(failed)]
        return [_told(score, _best(index, found)) for index, score in enumerate(scores)]

    def _explanations(
        self, exercise: str, asked: Asked, failed: frozenset[int], seen: Observations
    ) -> Iterator[Explanation]:
        for known in self._references.fingerprints:
            if known.exercise == exercise:
                same = {
                    probe
                    for (_, probe), each in known.observations.items()
                    if is_same(seen.get((exercise, probe)), each)
                }
                explained = [index for index in failed if _is_explained(asked[index], same)]
                telling = [index for index in explained if self._tells(known, asked[index])]
                if telling and self._failures(exercise, known) <= failed:
                    yield Explanation(known, frozenset(explained), len(same))

    def _tells(self, known: Fingerprint, asked: Sequence[Observation]) -> bool:
        """Whether the mistake brings something that is not the solution's and hardly ever comes by chance."""
        for call in ((known.exercise, seen.probe) for seen in asked):
            brought, right = known.observations[call], self._references.solution[call].values
            wrong = (value for name, value in brought.values.items() if not is_same_value(value, right.get(name)))
            if brought.saw or any(map(_is_telling, wrong)):
                return True
        return False

    def _failures(self, exercise: str, known: Fingerprint) -> frozenset[int]:
        """The tests that fail under a known mistake alone."""
        if id(known) not in self._fails:
            self._fails[id(known)] = _failed(self._judge(exercise, known.observations)[0])
        return self._fails[id(known)]


def _failed(scores: Sequence[Score]) -> frozenset[int]:
    return frozenset(index for index, score in enumerate(scores) if score.verdict != Verdict.PASSED)


def _is_telling(value: Any) -> bool:
    """Whether a number of it is no flag, no zero and no one."""
    numbers = value.detach().double().flatten() if isinstance(value, Tensor) else torch.tensor([])
    return any(bool(number.isfinite()) and float(number) not in _BY_CHANCE for number in numbers[:64])


def _is_explained(asked: Sequence[Observation], same: set[str]) -> bool:
    return bool(asked) and all(each.probe in same for each in asked)


def _best(index: int, found: Sequence[Explanation]) -> Fingerprint | None:
    """The mistake that explains most beside this test; none where two do equally well."""
    able = sorted((each for each in found if index in each.tests), key=lambda each: (len(each.tests), each.probes))
    if not able or (len(able) > 1 and (len(able[-1].tests), able[-1].probes) == (len(able[-2].tests), able[-2].probes)):
        return None
    return able[-1].known


def _told(score: Score, known: Fingerprint | None) -> Score:
    return replace(score, mistake=known.name, advice=known.says) if known else score
