"""A mistake keeps its name beside a second fault, several are told at once, and nobody is called what he is not."""

from dataclasses import replace
from itertools import combinations

import pytest

from autograder import suite
from autograder.judging.judge import Judge
from autograder.observing import references as recorded
from autograder.observing.sameness import is_same
from autograder.records import Observation, Observed, Verdict

HW = "hw1_diffusion"


@pytest.fixture(scope="module")
def references():
    return recorded.known(suite.load(HW).references_folder)


@pytest.fixture(scope="module")
def judge(references):
    return Judge(suite.load(HW), references)


def failed(judge, observations):
    """test -> its score, of those that fail."""
    return {s.test: s for s in judge.scores(Observed(observations)) if s.verdict != Verdict.PASSED}


def names(judge, observations):
    return {score.mistake for score in failed(judge, observations).values()}


def odd_probes(references, known):
    """The calls that come back otherwise than from the solution."""
    return {call for call, seen in known.observations.items() if not is_same(seen, references.solution[call])}


def test_a_second_fault_takes_no_name_away(judge, references):
    """Of whatever mistake: one more probe that crashes as under no mistake, if most is explained all the same."""
    tried = 0
    for mistake in references.fingerprints[::4]:
        alone = failed(judge, mistake.observations)
        for call in sorted(mistake.observations.keys() - odd_probes(references, mistake))[:2]:
            crashed = Observation(call[1], Verdict.CRASHED, saw="RuntimeError: Float or Double", error="RuntimeError")
            both = failed(judge, {**mistake.observations, call: crashed})
            kept = {test for test in alone if both[test].verdict == alone[test].verdict}
            if 2 * len(kept) > len(both) and len(both) > len(kept):
                told = {test: score.mistake for test, score in both.items()}
                tried += 1
                assert {told[test] for test in kept} <= {mistake.name, ""}
                assert {told[test] for test in told.keys() - kept} <= {"", mistake.name}
    assert tried > 20


def test_two_mistakes_that_explain_all_are_both_told(judge, references):
    both = tried = 0
    for first, second in combinations(references.fingerprints, 2):
        if first.exercise != second.exercise or odd_probes(references, first) & odd_probes(references, second):
            continue
        mixed = first.observations | {call: second.observations[call] for call in odd_probes(references, second)}
        tests = [failed(judge, each.observations).keys() for each in (first, second)]
        if tests[0] & tests[1] or failed(judge, mixed).keys() != tests[0] | tests[1]:
            continue
        tried += 1
        both += names(judge, mixed) == {first.name, second.name}
        assert names(judge, mixed) <= {first.name, second.name, ""}
        if tried == 40:
            break
    assert both > 0.4 * tried > 10


def test_who_is_not_in_the_bank_is_seldom_called_by_anothers_name(references):
    """Each mistake is judged by a bank without it; those that get a name all the same are its next of kin."""
    missing = references.fingerprints[::3]
    called = []
    for each in missing:
        rest = tuple(
            other for other in references.fingerprints if other is not each and other.exercise == each.exercise
        )
        judge = Judge(suite.load(HW), replace(references, fingerprints=rest))
        if told := names(judge, each.observations) - {""}:
            called.append((each.exercise, each.name, told))
    assert len(called) <= 0.04 * len(missing), called


def test_a_crash_is_known_by_what_it_says():
    known = Observation("p", Verdict.CRASHED, saw="ValueError: a (cell 1, line 2)", error="ValueError")
    assert is_same(replace(known, saw="ValueError: a (cell 7, line 9)"), known)
    assert not is_same(replace(known, saw="ValueError: b (cell 1, line 2)"), known)
