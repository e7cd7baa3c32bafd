"""Two runs side by side: what is told of whom, and with which reason."""

from dataclasses import replace

import pytest

from autograder.records import Report, Score, Verdict
from autograder.results.run_diff import NO_REASON, REASONS, describe_changes, why

MADE_BY = dict.fromkeys(REASONS, "old")
RIGHT = Score("first", "test_a", "It works.", Verdict.PASSED, 3, 3)
WRONG = replace(RIGHT, verdict=Verdict.WRONG, points=0)


def report(student, *scores, **made_by):
    return Report(student, "hw", f"{student}.ipynb", scores, made_by=MADE_BY | made_by)


def test_only_those_whose_score_changed_are_told():
    before = [report("ada", RIGHT), report("bob", WRONG), report("eve", RIGHT)]
    after = [report("ada", RIGHT, source="new"), report("bob", RIGHT, source="new"), report("joe", RIGHT)]
    assert list(describe_changes(before, after)) == [
        "bob: 0 -> 3 points (another submission)",
        "  first: 0/3 -> 3/3 (1 test changed)",
        "eve: gone, had 3 points",
        "joe: new, 3 points",
    ]


def test_a_test_that_is_new_or_gone_is_told():
    other = replace(RIGHT, test="test_b")
    lines = list(describe_changes([report("ada", RIGHT)], [report("ada", other, suite="new")], tests=True))
    assert lines[0] == "ada: 3 -> 3 points (another suite)"
    assert lines[1:] == [
        "  first.test_a: PASSED 3/3 -> not there",
        "  first.test_b: not there -> PASSED 3/3",
    ]


def test_an_exercise_is_one_line_however_many_of_its_tests_changed():
    second = replace(RIGHT, exercise="second", test="test_s")
    tests = [replace(RIGHT, test=f"test_{number}") for number in range(99)]
    wrong = [replace(score, verdict=Verdict.WRONG, points=0) for score in tests]
    before, after = report("ada", *tests, second), report("ada", *wrong[:98], tests[98], second, source="new")
    assert list(describe_changes([before], [after])) == [
        "ada: 300 -> 6 points (another submission)",
        "  first: 297/297 -> 3/297 (98 tests changed)",
    ]
    assert len(list(describe_changes([before], [after], tests=True))) == 1 + 98


def test_another_verdict_for_the_same_points_is_told_and_so_is_an_exercise_that_is_gone():
    crashed, second = replace(WRONG, verdict=Verdict.CRASHED), replace(RIGHT, exercise="second")
    lines = list(describe_changes([report("ada", WRONG, second)], [report("ada", crashed, suite="new")]))
    assert lines[1:] == ["  first: 0/3 -> 0/3 (1 test changed)", "  second: 3/3 -> not there (1 test changed)"]


@pytest.mark.parametrize("key", REASONS)
def test_each_thing_that_decides_a_score_is_a_reason(key):
    assert why(report("ada"), report("ada", **{key: "new"})) == REASONS[key]


def test_without_a_reason_the_answer_is_to_blame():
    assert why(report("ada"), report("ada")) == NO_REASON


def test_what_an_earlier_grader_did_not_tell_is_no_reason():
    """It wrote no version of numpy and its own as a number."""
    told = {key: value for key, value in MADE_BY.items() if key not in ("numpy", "libraries")}
    before = replace(report("ada"), made_by=told | {"autograder": "0.1.0"})
    assert why(before, report("ada")) == "another autograder"
