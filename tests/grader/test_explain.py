"""A grade is made again from what was kept of it, and what has changed since is named."""

import json
import shutil
import sqlite3
from contextlib import closing
from dataclasses import replace

import pytest
import torch
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from autograder.cli import main
from autograder.records import Observation, Observed, Verdict
from autograder.results import evidence, report_json
from autograder.results.opening import FILE_NAME
from autograder.results.store import Results
from autograder.sandbox import wire

HW = "hw4_contrastive"


def explain(results, student="ada"):
    return CliRunner().invoke(main, ["explain", "--", student, str(results)])


@pytest.fixture
def results(small_class, tmp_path):
    """A copy that a test may change."""
    return shutil.copytree(small_class / "results", tmp_path / "results")


def change(results, statement, *values):
    database = sqlite3.connect(results / FILE_NAME)
    with database:
        assert database.execute(statement, values).rowcount == 1
    database.close()


@pytest.mark.parametrize("student", ["ada", "=1+1", "emoji 🎈", "empty"])
def test_every_kind_of_grade_is_made_again(small_class, student):
    told = explain(small_class / "results", student)
    assert told.exit_code == 0, told.output
    assert "tests come out the same" in told.output
    assert "today" not in told.output


def test_a_grade_says_how_it_was_made(small_class):
    told = explain(small_class / "results", "=1+1").stdout
    assert told.splitlines()[0] == "=1+1, hw4_contrastive: 98 / 114 (run 1)"
    assert "2026-11-22T06:00:00+00:00" in told
    for key in ("suite", "source", "solution", "torch", "python", "sandbox"):
        assert f"\n{key:<11} " in told
    assert "CRASHED         0 / 1  momentum_update.test_the_extremes_of_m; saw: ValueError: <b>=1</b>" in told


def test_a_score_that_was_changed_afterwards_is_found_out(results):
    with Results(results) as store:
        content = json.loads(next(report_json.write(each) for each in store.reports() if each.student == "=1+1"))
    score = next(score for score in content["scores"] if score["test"] == "test_the_extremes_of_m")
    score |= {"points": 1, "verdict": "PASSED"}
    change(results, "UPDATE report SET content = ? WHERE student = '=1+1'", json.dumps(content))
    told = explain(results, "=1+1")
    assert told.exit_code == 1
    assert "momentum_update.test_the_extremes_of_m: was PASSED 1 / 1, is CRASHED 0 / 1" in told.output


def test_an_observation_that_was_changed_afterwards_is_found_out(results):
    with closing(sqlite3.connect(results / FILE_NAME)) as database:
        (key,) = database.execute("SELECT key FROM report WHERE student = 'ada'").fetchone()
        (content,) = database.execute("SELECT content FROM evidence WHERE key = ?", (key,)).fetchone()
    observed = evidence.unpack(content)
    call = next(call for call in observed.own if call[0] == "cosine_similarity_matrix")
    for value in observed.own[call].values.values():
        if isinstance(value, torch.Tensor):
            value.mul_(1.1)
    change(results, "UPDATE evidence SET content = ? WHERE key = ?", evidence.pack(observed), key)
    told = explain(results)
    assert told.exit_code == 1
    assert "was PASSED 1 / 1, is WRONG 0 / 1" in told.output


@pytest.mark.parametrize(("part", "reason"), [("suite", "another suite"), ("autograder", "another autograder")])
def test_what_has_changed_since_is_named_and_the_evidence_found_all_the_same(results, part, reason):
    with Results(results, create=True) as store:
        ada = next(report for report in store.reports() if report.student == "ada")
        store.add(1, ada.key, replace(ada, made_by={**ada.made_by, part: "old"}))
    told = explain(results).output
    assert f"{part:<11} old  ({reason} today: " in told
    assert "tests come out the same" in told


def test_evidence_that_was_not_kept_is_said(results):
    change(results, "UPDATE evidence SET content = x'' WHERE key = (SELECT key FROM report WHERE student = 'ada')")
    told = explain(results)
    assert told.exit_code == 0
    assert "can only be made again from the notebook" in told.output


@pytest.mark.parametrize("student", ["nobody", "ADA"])
def test_who_is_not_there_is_said(small_class, student):
    told = explain(small_class / "results", student)
    assert told.exit_code == 2
    assert "there is no grade of" in told.output


tensors = st.builds(
    lambda dtype, shape, seed: (torch.rand(shape, generator=torch.Generator().manual_seed(seed)) * 9).to(dtype),
    st.sampled_from(list(wire.DTYPES.values())),
    st.lists(st.integers(0, 3), max_size=3),
    st.integers(0, 99),
)
numbers = st.booleans() | st.integers(-(2**63), 2**63 - 1) | st.floats(allow_nan=False)
observations = st.builds(
    Observation,
    probe=st.just("probe"),
    verdict=st.sampled_from(Verdict),
    values=st.dictionaries(st.text(st.characters(codec="utf-8"), max_size=5), tensors | numbers, max_size=3),
    saw=st.text(),
    seconds=st.floats(0, 9),
    notes=st.lists(st.text(), max_size=2).map(tuple),
)


@given(observations, observations)
def test_what_is_kept_comes_back_as_it_went_in(first, second):
    sent = Observed({("a", "probe"): first}, {("b", "probe"): second}, {"b": ("a",)})
    came = evidence.unpack(evidence.pack(sent))
    assert came.replaced == sent.replaced
    for old, new in ((sent.own, came.own), (sent.followed, came.followed)):
        ((call, before),), ((same, after),) = old.items(), new.items()
        assert call == same
        assert wire.write(before.values, bytes(16)) == wire.write(after.values, bytes(16))
        assert (before.verdict, before.saw, before.seconds, before.notes) == (
            after.verdict, after.saw, after.seconds, after.notes
        )  # fmt: skip


@pytest.mark.parametrize("values", [{"x": torch.zeros(evidence.MAX_BYTES)}, {"x": "🎈" * evidence.MAX_BYTES}])
def test_what_is_too_large_is_not_kept_and_stops_nobody(values):
    seen = Observation("probe", Verdict.PASSED, values)
    assert evidence.pack(Observed({("a", "probe"): seen})) == evidence.TOO_LARGE
