"""A grade is made again from what was kept of it, and what has changed since is named."""

import shutil
import sqlite3

import pytest
import torch
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from autograder import evidence, wire
from autograder.cli import main
from autograder.observe import Observed
from autograder.records import Observation, Verdict
from autograder.results import FILE_NAME

HW = "hw4_contrastive"


def explain(results, student="ada"):
    return CliRunner().invoke(main, ["explain", "--", student, HW, str(results)])


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
    told = explain(small_class / "results", "=1+1").output
    assert told.splitlines()[0] == "=1+1, hw4_contrastive: 98 / 114 (run 1)"
    assert "2026-11-22T06:00:00+00:00" in told
    for key in ("suite", "source", "solution", "torch", "python", "sandbox"):
        assert f"\n{key:<11} " in told
    assert "CRASHED         0 / 1  momentum_update.test_the_extremes_of_m; saw: ValueError: <b>=1</b>" in told


def test_a_score_that_was_changed_afterwards_is_found_out(results):
    change(
        results,
        "UPDATE score SET points = 1, verdict = 'PASSED' WHERE test = 'test_the_extremes_of_m'"
        " AND report = (SELECT id FROM report WHERE student = '=1+1')",
    )
    told = explain(results, "=1+1")
    assert told.exit_code == 1
    assert "momentum_update.test_the_extremes_of_m: was PASSED 1 / 1, is CRASHED 0 / 1" in told.output


def test_an_observation_that_was_changed_afterwards_is_found_out(results):
    key = sqlite3.connect(results / FILE_NAME).execute("SELECT key FROM report WHERE student = 'ada'").fetchone()[0]
    content = sqlite3.connect(results / FILE_NAME).execute("SELECT content FROM evidence WHERE key = ?", (key,))
    observed = evidence.unpack(content.fetchone()[0])
    call = next(call for call in observed.own if call[0] == "cosine_similarity_matrix")
    for value in observed.own[call].values.values():
        value.mul_(1.1)
    change(results, "UPDATE evidence SET content = ? WHERE key = ?", evidence.pack(observed), key)
    told = explain(results)
    assert told.exit_code == 1
    assert "was PASSED 2 / 2, is WRONG 0 / 2" in told.output


def test_another_suite_is_named(results):
    key = sqlite3.connect(results / FILE_NAME).execute("SELECT key FROM report WHERE student = 'ada'").fetchone()[0]
    source = key.split("/")[0]
    change(results, "UPDATE evidence SET key = ? WHERE key = ?", f"{source}/old", key)
    change(results, "UPDATE report SET made_by = json_set(made_by, '$.suite', 'old') WHERE student = 'ada'")
    told = explain(results).output
    assert "suite       old  (today: " in told
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


@pytest.mark.parametrize("values", [{"x": torch.zeros(evidence.MAX_BYTES)}, {"x": "🎈" * 30_000}])
def test_what_is_too_large_is_not_kept_and_stops_nobody(values):
    seen = Observation("probe", Verdict.PASSED, values)
    assert evidence.pack(Observed({("a", "probe"): seen})) == evidence.TOO_LARGE
