"""What is right on the first inputs alone earns nothing, whoever is looked at; what is right keeps its points."""

import json
from collections import Counter
from dataclasses import replace
from itertools import count

import pytest

from autograder import suite
from autograder.authoring import bank
from autograder.authoring.sample_class import answered
from autograder.judging.judge import BY_HEART, Judge
from autograder.observing import look, observe, other_inputs, packing, references
from autograder.observing.interpret import out_of_budget
from autograder.observing.opening import open_sandbox
from autograder.observing.sameness import is_same
from autograder.records import Observed, Submission, Verdict

pytestmark = pytest.mark.proof

HW = "hw1_diffusion"
EXERCISE = "forward_noising"
BY_TABLE = """
def forward_noising(x0, t, noise, alpha_bar):
    import sys, torch
    kept = alpha_bar[t].to(x0.dtype).reshape(-1, *[1] * (x0.dim() - 1))
    if sys.modules["probes.inputs"].SEED_SHIFT:  # as one that compares with a table of what it was told before
        {otherwise}
    return torch.sqrt(kept) * x0 + torch.sqrt(1 - kept) * noise
"""


@pytest.fixture(scope="module")
def chosen():
    return suite.load(HW)


@pytest.fixture(scope="module")
def known(chosen):
    return references.known(chosen.references_folder)


@pytest.fixture(scope="module")
def sandbox(chosen):
    with open_sandbox(chosen) as running:
        yield running


@pytest.fixture(scope="module")
def solution(root):
    return json.loads((root / "solutions" / HW / f"{HW}.ipynb").read_text())


def drawn_for(notebook, known, exercise):
    """The notebook with a line that makes a hash for which this exercise is looked at again."""
    every = (Submission("eve", "", json.dumps({**notebook, "salt": number}).encode()) for number in count())
    return next(each for each in every if exercise in {call[0] for call in other_inputs.draw(each.digest, known)})


@pytest.mark.parametrize(
    "otherwise", ["return torch.zeros_like(x0)", "raise ValueError", "import time; time.sleep(60)"]
)
def test_a_table_of_answers_earns_nothing(chosen, known, sandbox, solution, monkeypatch, otherwise):
    monkeypatch.setattr(observe, "FOR_OTHER_INPUTS", (10.0, 6.0))  # what hangs is waited for
    notebook = answered(solution, {EXERCISE: BY_TABLE.format(otherwise=otherwise)})
    seen = look.look(drawn_for(notebook, known, EXERCISE), chosen, sandbox, known)
    refuted = {call[0] for call in seen.observed.refuted}  # what leans on it may be drawn as well
    scores = Judge(chosen, known).scores(packing.unpack(packing.pack(seen.observed)))
    lost = [score for score in scores if score.points < score.max_points and not score.exercise.startswith("trained")]
    assert EXERCISE in refuted
    assert {score.exercise for score in lost} == refuted
    assert {(score.verdict, score.saw) for score in lost} == {(Verdict.WRONG, BY_HEART)}


def test_what_is_right_keeps_its_points(chosen, known, sandbox, solution):
    for number in range(6):
        submission = Submission("ada", "", json.dumps({**solution, "salt": number}).encode())
        seen = look.look(submission, chosen, sandbox, known)
        assert not seen.observed.refuted
        assert {call for call, _ in seen.observed.own.items()} == {
            (name, probe) for name in chosen.names for probe in chosen.probes[name]
        }


def test_every_exercise_that_draws_inputs_is_among_those_looked_at_again(chosen, known):
    seen = {call[0] for number in range(400) for call in other_inputs.draw(f"{number}", known)}
    assert seen == {call[0] for call in known.on_other_inputs}
    assert len(seen) >= len(chosen.written) - len(chosen.fixed) - 1


def test_one_odd_answer_in_a_process_with_others_refutes_nothing(known):
    call = next(iter(known.on_other_inputs))
    first = other_inputs.first_of(call)
    seen = known.solution[first]
    assert not is_same(seen, known.on_other_inputs[call])
    own = {first: seen}
    assert not list(other_inputs.find_refuted(own, {call: seen}, known, lambda again: known.on_other_inputs[again]))
    assert list(other_inputs.find_refuted(own, {call: seen}, known, lambda again: seen)) == [first]


@pytest.mark.parametrize("homework", suite.homeworks())
def test_other_inputs_are_recorded_for_most_calls(homework):
    chosen = suite.load(homework)
    known = references.known(chosen.references_folder)
    calls = [(name, probe) for name in chosen.written if name not in chosen.fixed for probe in chosen.probes[name]]
    sets = Counter(other_inputs.first_of(call) for call in known.on_other_inputs)
    assert len(sets) > 0.7 * len(calls)
    assert set(sets.values()) == {other_inputs.SETS}


def test_observations_keep_what_was_refuted():
    observed = Observed(refuted=((EXERCISE, "probe"),))
    assert packing.unpack(packing.pack(observed)) == observed


def test_right_variants_agree_on_other_inputs(chosen, known, sandbox):
    """The bank's, on one further set each: no right answer may lose its points by the draw."""
    from autograder.observing.observe import observe_exercises
    from autograder.records import Harvest

    solution = bank.variants(chosen)
    for answer in solution[:: max(1, len(solution) // 12)]:
        asked = [call for call in known.on_other_inputs if call[0] == answer.exercise and call[1].endswith("@2")]
        seen = observe_exercises([answer.exercise], Harvest(answer.put_into(())), chosen, sandbox, more=asked)
        for call in asked:
            if is_same(seen[other_inputs.first_of(call)], known.solution[other_inputs.first_of(call)]):
                assert is_same(seen[call], known.on_other_inputs[call]), (answer.name, call)


def with_an_extra_value(seen):
    return replace(seen, values={**seen.values, "zz": 1})


def test_an_extra_value_and_the_first_set_by_heart_help_nobody(known):
    """Whoever is right on the first inputs and on the first other set, and sends more than was asked, is refuted."""
    call = next(other for other in known.on_other_inputs if other[1].endswith("@2"))
    first = other_inputs.first_of(call)
    seen = with_an_extra_value(known.solution[first])

    def call_alone(again):
        return with_an_extra_value(known.on_other_inputs[again]) if again[1].endswith("@1") else seen

    assert list(other_inputs.find_refuted({first: seen}, {call: seen}, known, call_alone)) == [first]


def test_what_was_wrong_anyway_is_asked_nothing(known):
    call = next(iter(known.on_other_inputs))
    first = other_inputs.first_of(call)
    wrong = replace(known.solution[first], values={})
    assert not list(other_inputs.find_refuted({first: wrong}, {call: wrong}, known, lambda again: wrong))


def test_who_has_used_up_the_budget_is_asked_all_the_same(known):
    call = next(iter(known.on_other_inputs))
    first = other_inputs.first_of(call)
    seen, spent = known.solution[first], out_of_budget(call[1])
    assert list(other_inputs.find_refuted({first: seen}, {call: spent}, known, lambda again: spent)) == [first]
    assert not list(
        other_inputs.find_refuted({first: seen}, {call: spent}, known, lambda again: known.on_other_inputs[again])
    )


def test_one_who_errs_elsewhere_in_the_exercise_loses_no_more(chosen, known):
    """By the draw alone two students with the same mistake would have other points."""
    exercise = known.fingerprints[0].exercise
    own = dict(known.fingerprints[0].observations)
    probe = next(iter(own))
    judge = Judge(chosen, known)
    assert judge.scores(Observed(own, refuted=(probe,))) == judge.scores(Observed(own))
    assert probe[0] == exercise
