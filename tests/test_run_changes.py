"""Two runs side by side: what is told of whom, and with which reason."""

from dataclasses import replace

import pytest

from autograder.comparison import NO_REASON, REASONS, describe_changes, why
from autograder.records import Report, Score, Verdict

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
        "  first.test_a: WRONG 0/3 -> PASSED 3/3",
        "eve: gone, had 3 points",
        "joe: new, 3 points",
    ]


def test_a_test_that_is_new_or_gone_is_told():
    other = replace(RIGHT, test="test_b")
    lines = list(describe_changes([report("ada", RIGHT)], [report("ada", other, suite="new")]))
    assert lines[0] == "ada: 3 -> 3 points (another suite)"
    assert lines[1:] == [
        "  first.test_a: PASSED 3/3 -> not there",
        "  first.test_b: not there -> PASSED 3/3",
    ]


@pytest.mark.parametrize("key", REASONS)
def test_each_thing_that_decides_a_score_is_a_reason(key):
    assert why(report("ada"), report("ada", **{key: "new"})) == REASONS[key]


def test_without_a_reason_the_answer_is_to_blame():
    assert why(report("ada"), report("ada")) == NO_REASON
