"""Recording keeps only what ended."""

import pytest

from autograder.authoring import record
from autograder.records import Observation, Verdict

DONE = {("shift", "far"): Observation("far", Verdict.PASSED)}
LATE = {**DONE, ("shift", "long"): Observation("long", Verdict.TIMED_OUT, saw="it was still running")}


def _observe(monkeypatch, *tries):
    left = iter(tries)
    monkeypatch.setattr(record, "observe_exercises", lambda *_: next(left))
    return record._observe("shift: slow", ["shift"], None, None, None)


def test_a_busy_machine_gets_a_second_try(monkeypatch):
    assert _observe(monkeypatch, LATE, DONE) == DONE


def test_what_never_ends_in_time_is_not_recorded(monkeypatch):
    with pytest.raises(
        record.RecordError, match="shift: slow ran out of time twice in the probe long; make its inputs"
    ):
        _observe(monkeypatch, LATE, LATE)
