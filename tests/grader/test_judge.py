"""Hidden tests are plain functions: what one raises is a mismatch of the student's, or the grader's own fault."""

import importlib
import sys
import types

import pytest
import torch

from autograder import suite
from autograder.judging import hidden_tests
from autograder.judging.hidden_tests import JudgeError, Test, load_tests
from autograder.judging.judge import Judge
from autograder.observing.references import References
from autograder.records import Observation, Observed, Verdict
from autograder.suites.assertions import Mismatch, assert_that, points

HW, EXERCISE, PROBE = "hw4_contrastive", "mutual_information_bound", "bound_a_history"


@pytest.fixture
def judge():
    return Judge(suite.load(HW), References())


def probe():
    """Stands for the probe of this name."""


probe.__module__, probe.__name__ = f"probes.{EXERCISE}", PROBE


def score_of(judge, function, verdict=Verdict.PASSED, **values):
    """The score of one hidden test on one observation."""
    judge.tests = {EXERCISE: (Test("test_it", "It holds.", 3, function),)}
    seen = Observation(PROBE, verdict, values, saw="seen")
    (score,) = judge.scores(Observed({(EXERCISE, PROBE): seen}))
    return score


def raise_(error):
    raise error


def test_a_test_that_returns_is_passed_and_has_its_points(judge):
    score = score_of(judge, lambda observed: observed(probe), bound=torch.ones(2))
    assert (score.verdict, score.points, score.max_points, score.title) == (Verdict.PASSED, 3, 3, "It holds.")


def test_a_mismatch_is_wrong_in_its_own_words(judge):
    def test(observed):
        assert_that(observed(probe)["bound"] > 2, saw="it is small", think="why?", read="CPC, eq. 5")

    score = score_of(judge, test, bound=1.0)
    assert (score.verdict, score.points) == (Verdict.WRONG, 0)
    assert (score.saw, score.think, score.read) == ("it is small", "why?", "CPC, eq. 5")
    assert score.observed


def test_a_value_that_did_not_come_back_is_wrong(judge):
    score = score_of(judge, lambda observed: observed(probe)["other"])
    assert (score.verdict, score.saw) == (Verdict.WRONG, "no other came back")


def test_a_probe_that_failed_gives_its_own_verdict(judge):
    score = score_of(judge, lambda observed: observed(probe), Verdict.TIMED_OUT)
    assert (score.verdict, score.saw) == (Verdict.TIMED_OUT, "seen")


@pytest.mark.parametrize(
    "error",
    [ZeroDivisionError("x"), AssertionError("bare"), KeyError("k"), SystemExit(0), GeneratorExit(), MemoryError(),
     RecursionError(), StopIteration(), pytest.skip.Exception("not today"), pytest.fail.Exception("no")],
    ids=lambda error: type(error).__name__,
)  # fmt: skip
def test_anything_else_that_a_test_raises_is_the_graders_fault(judge, error):
    score = score_of(judge, lambda observed: raise_(error))
    assert (score.verdict, score.points) == (Verdict.GRADER_ERROR, 0)
    assert type(error).__name__ in score.saw
    assert "not yours" in score.saw


def test_a_person_may_stop_it(judge):
    with pytest.raises(KeyboardInterrupt):
        score_of(judge, lambda observed: raise_(KeyboardInterrupt()))


def test_tests_stand_in_the_order_of_their_file_with_their_points():
    chosen = suite.load(HW)
    module = importlib.import_module(chosen.test_module(EXERCISE))
    tests = load_tests(chosen, EXERCISE)
    assert [test.name for test in tests] == [name for name in vars(module) if name.startswith("test_")]
    assert all(test.points >= 1 and test.title.endswith(".") for test in tests)


@pytest.fixture
def broken(monkeypatch):
    """A module of hidden tests made of this source."""
    chosen = suite.load(HW)  # by the import that is replaced below, if no test has asked for it yet

    chosen = suite.load(HW)

    def make(source):
        def load(name):
            module = types.ModuleType(name)
            exec(compile(source, "test_it.py", "exec"), module.__dict__)
            return module

        monkeypatch.setattr(hidden_tests.importlib, "import_module", load)
        return lambda: load_tests(chosen, EXERCISE)

    return make


@pytest.mark.parametrize(
    ("source", "told"),
    [
        ("import points_of\n", "ModuleNotFoundError: No module named 'points_of' (test_it.py, line 1)"),
        (
            "x = 1\n@point(1)\ndef test_x(observed): pass\n",
            "NameError: name 'point' is not defined (test_it.py, line 2)",
        ),
        ("def test_x(observed:\n", "(test_it.py, line 1)"),
        ("x = 1\nraise SystemExit(3)\n", "SystemExit: 3 (test_it.py, line 2)"),
        ("def test_x(observed): pass\n", "test_x has no points; put @points(N) above it"),
    ],
)
def test_a_suite_that_cannot_be_loaded_is_one_sentence_with_its_place(broken, source, told):
    with pytest.raises(JudgeError) as raised:
        broken(source)()
    assert told in str(raised.value)
    assert EXERCISE in str(raised.value)
    assert "\n" not in str(raised.value)


def test_points_are_an_attribute_and_a_mismatch_shows_all_three_fields():
    assert points(4)(raise_).points == 4
    del raise_.points
    assert str(Mismatch("a", "b", "c")) == "\n  saw:   a\n  think: b\n  read:  c"
    assert "pytest" not in vars(sys.modules["autograder.suites.assertions"])


def recorded(**values):
    """A judge whose solution was recorded with these values."""
    return Judge(suite.load(HW), References({(EXERCISE, PROBE): Observation(PROBE, Verdict.PASSED, values)}))


def test_a_value_that_breaks_a_test_is_wrong_and_not_the_graders_fault():
    score = score_of(recorded(bound=torch.ones(2)), lambda observed: observed(probe)["bound"].sum(), bound="a word")
    assert (score.verdict, score.points) == (Verdict.WRONG, 0)
    assert score.saw == "what came back has a form that no test can read"


def test_a_test_that_breaks_on_the_solution_too_is_the_graders_fault():
    score = score_of(recorded(bound=torch.ones(2)), lambda observed: observed(probe)["bound"] / 0 + None, bound=1.0)
    assert score.verdict == Verdict.GRADER_ERROR


def test_nothing_is_quoted_that_came_from_beside_our_stand_ins():
    """A test may quote what it saw; where a stand-in was called, the process may have chosen it."""
    judge, uses = Judge(suite.load(HW), References()), "info_nce"

    def is_two(observed):
        assert_that(observed(probe)["bound"] == 2, saw=f"it is {observed(probe)['bound']}", think="why?", read="CPC")

    def of(exercise, name, value):
        return {(exercise, name): Observation(name, Verdict.PASSED, {"bound": value})}

    def of_used():
        """Stands for the other exercise's probe."""

    of_used.__module__, of_used.__name__ = f"probes.{uses}", "look"

    def used_is_two(observed):
        assert_that(observed(of_used)["bound"] == 2, saw="no", think="", read="")

    def is_there(observed):
        observed(probe)["x"]

    judge.tests = {
        uses: (Test("test_used", "It holds.", 1, used_is_two),),
        EXERCISE: (Test("test_it", "It holds.", 3, is_two), Test("test_2", "It is there.", 2, is_there)),
    }
    own = of(uses, "look", 1.0) | of(EXERCISE, PROBE, 12345.678)
    followed = {(EXERCISE, PROBE): Observation(PROBE, Verdict.PASSED, {"bound": 31415.9, "x": 1})}
    scores = judge.scores(Observed(own, followed, {EXERCISE: (uses,)}))
    (lost,) = [score for score in scores if score.exercise == EXERCISE and score.points == 0]
    assert lost.followed_through == (uses,)
    assert "31415" not in lost.saw
    assert "our info_nce in place of yours" in lost.saw
