"""Grades leave for other programs as they are: the table, the policy's arithmetic, and what Gradescope reads."""

import csv
import html
import io
import json
import shutil
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import jsonschema
import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from autograder import names
from autograder.cli import main
from autograder.exports.csv import COLUMNS, defuse, write_csv
from autograder.exports.gradescope import to_results
from autograder.records import Report, Score, Verdict
from autograder.report import feedback_file_name
from autograder.results import counting, policy, policy_doubts, policy_file
from autograder.results.counting import settle
from autograder.results.policy import Policy, PolicyError
from autograder.results.store import Results

HW, EARLIER = "hw4_contrastive", "hw1_diffusion"
SCHEMA = json.loads((Path(__file__).parent / "gradescope_results.schema.json").read_text())
DUE = datetime(2026, 11, 20, 23, 59, tzinfo=UTC)


@pytest.fixture
def report():
    scores = (
        Score("first", "test_a", "It works.", Verdict.PASSED, 3, 3, seconds=0.25),
        Score(
            "second", "test_b", "It holds.", Verdict.WRONG, 0, 4, "<b>saw</b>", "think?", "read", "swaps_both", "says"
        ),
        Score("third", "test_c", "It is more.", Verdict.PASSED, 5, 5, extra=True),
    )
    return Report('Ada, "the first"\n', HW, "ada.ipynb", scores, ("a note",), "", {"sandbox": "B"})


def handed_in(report, late):
    return replace(report, submitted=(DUE + late).isoformat())


def rows_of(grades):
    file = io.StringIO(newline="")
    write_csv(grades, file)
    return list(csv.DictReader(io.StringIO(file.getvalue(), newline="")))


def test_the_csv_has_a_row_per_test_and_defuses_formulas(report):
    rows = rows_of(settle(Policy(), [report, replace(report, student="=1+1", scores=report.scores[:1])]))
    assert tuple(rows[0]) == COLUMNS
    assert [row["student"] for row in rows] == [report.student.replace("\n", " ")] * 3 + ["'=1+1"]
    assert [row["points"] for row in rows] == ["3", "0", "5", "3"]
    assert rows[1]["mistake"] == "swaps_both"


def test_the_points_of_the_csv_add_up_to_what_counts(report):
    rules = Policy(due={HW: DUE}, penalty=0.25, most_extra_credit=4, drop_in={HW: {names.folded(report.student): 2}})
    (grade,) = settle(rules, [handed_in(report, timedelta(hours=1))])
    assert grade.total == pytest.approx((3 + 4) * 0.75)
    assert sum(float(row["points"]) for row in rows_of([grade])) == pytest.approx(grade.total)


@given(st.text())
def test_no_text_is_a_formula_and_all_of_it_can_be_read_back(text):
    file = io.StringIO(newline="")
    csv.writer(file, lineterminator="\n").writerow([defuse(text), "end"])
    ((cell, end),) = csv.reader(io.StringIO(file.getvalue(), newline=""), strict=True)
    assert end == "end"
    assert not cell.startswith(tuple("=+-@\t\r\n"))
    assert cell.removeprefix("'") in (defuse(text), defuse(text).removeprefix("'"))
    cell.encode("utf-8")


@pytest.mark.parametrize(
    ("late", "days"),
    [
        (timedelta(0), 0),
        (timedelta(seconds=1), 1),
        (timedelta(hours=24), 1),
        (timedelta(hours=24, seconds=1), 2),
        (-timedelta(days=3), 0),
    ],
)
def test_a_begun_day_is_a_late_day(report, late, days):
    assert Policy(due={HW: DUE}).days_late(handed_in(report, late)) == days


def test_grace_is_no_extension(report):
    rules = Policy(due={HW: DUE}, grace_minutes=10)
    assert rules.days_late(handed_in(report, timedelta(minutes=10))) == 0
    assert rules.days_late(handed_in(report, timedelta(minutes=11))) == 1
    assert rules.days_late(handed_in(report, timedelta(days=1, minutes=1))) == 2


def test_extension_then_free_days_then_penalty(report):
    rules = Policy(1, 0.1, due={HW: DUE}, extensions={HW: {names.folded(report.student): 2}})
    (grade,) = settle(rules, [handed_in(report, timedelta(days=5))])  # 2 of extension, 1 free, 2 at 10 %
    assert grade.total == pytest.approx(8 * 0.8)
    told = "\n".join(grade.describe())
    assert "with your extension of 2 days" in told
    assert "3 days late" in told
    assert "1 day of it free" in told
    assert "20% off for 2 days: -1.6 points" in told
    assert "what counts: 6.4 points" in told


def test_free_days_are_spent_in_the_order_of_the_homeworks(report):
    before = DUE - timedelta(days=14)
    rules = Policy(3, 0.1, due={HW: DUE, EARLIER: before})
    first = replace(report, homework=EARLIER, submitted=(before + timedelta(days=2)).isoformat())
    (grade,) = settle(rules, [handed_in(report, timedelta(days=2))], [[first]])
    assert grade.share == pytest.approx(0.1)  # 3 free, 2 of them used before
    assert "you had used 2 of your 3 before" in grade.describe()[1]


def test_after_the_last_day_nothing_counts(report):
    rules = Policy(free_days=9, most_days=3, due={HW: DUE})
    (in_time,) = settle(rules, [handed_in(report, timedelta(days=3))])
    (too_late,) = settle(rules, [handed_in(report, timedelta(days=3, seconds=1))])
    assert (in_time.total, too_late.total) == (8, 0)


def test_an_unknown_time_is_on_time_and_says_so(report):
    (grade,) = settle(Policy(due={HW: DUE}, penalty=1), [report])
    assert grade.total == 8
    assert "not known" in grade.describe()[0]


def test_without_a_policy_nothing_is_said(report):
    (grade,) = settle(Policy(), [handed_in(report, timedelta(days=99))])
    assert grade.total == 8
    assert grade.describe() == []


rules = st.builds(
    Policy,
    free_days=st.integers(0, 5),
    penalty=st.floats(0, 2),
    most_days=st.none() | st.integers(0, 9),
    grace_minutes=st.integers(0, 100),
    most_extra_credit=st.none() | st.floats(0, 10),
    due=st.just({HW: DUE}),
    extensions=st.dictionaries(st.just(HW), st.dictionaries(st.just("ada"), st.integers(0, 5))),
)


@given(rules, st.integers(-(10**6), 10**6), st.integers(0, 10**6), st.floats(0, 60), st.floats(0, 10))
def test_handing_in_later_never_earns_more_and_nobody_owes_points(chosen, late, later, points, extra):
    scores = [
        Score("a", "t", "T", Verdict.WRONG, points, 60),
        Score("b", "t", "T", Verdict.WRONG, extra, 10, extra=True),
    ]
    base = Report("ada", HW, "x", tuple(scores))
    times = (timedelta(seconds=late), timedelta(seconds=late + later))
    early, last = (settle(chosen, [handed_in(base, time)])[0].total for time in times)
    assert 0 <= last <= early <= round(points + extra, 2)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("free_days = -1", "free_days must be a number"),
        ("free_days = 1.5", "free_days must be a number"),
        ("penalty = true", "penalty must be a number"),
        ("late = 3", "'late' is not known"),
        (f"[due]\n{HW} = 2026-11-20", "needs day, time and zone"),
        (f"[due]\n{HW} = 2026-11-20T10:00:00", "needs day, time and zone"),
        ("[due]\nhw99 = 2026-11-20T10:00:00Z", "there is no homework 'hw99'"),
        ("[extensions.hw99]\nada = 1", "there is no homework 'hw99'"),
        (f'[extensions.{HW}]\nada = "two"', "of 'ada' must be a number, 0 or more"),
        (f"[extensions.{HW}]\nada = [2]", "must give each student a number"),
        (f"[extensions]\n{HW} = 2", "must give each student a number"),
        ("due = 3", "due must be a table"),
        ("[due", "cannot be read"),
    ],
)
def test_a_policy_that_makes_no_sense_is_refused_in_one_sentence(tmp_path, text, told):
    (tmp_path / "policy.toml").write_text(text)
    with pytest.raises(PolicyError, match=told):
        policy_file.read(tmp_path / "policy.toml")


def test_the_example_in_the_policys_docstring_is_a_policy(tmp_path):
    example = policy.__doc__.split("\n\n", 1)[1].rpartition("All of it")[0]
    (tmp_path / "policy.toml").write_text(example)
    read = policy_file.read(tmp_path / "policy.toml")
    assert read.deadline(HW, "ada") == datetime.fromisoformat("2026-11-22T23:59:00-05:00")
    assert read.drop_in[HW]["ada"] == 1.5


def test_free_days_are_not_counted_without_the_homeworks_before(tmp_path, report):
    rules = Policy(free_days=2, due={HW: DUE, EARLIER: DUE - timedelta(days=14)})
    with Results(tmp_path, create=True) as store:
        store.add(store.begin(HW), "key", report)
        with pytest.raises(PolicyError, match=f"without the results of {EARLIER}"):
            counting.grades(rules, store)
        assert counting.grades(replace(rules, free_days=0), store)[0].total == 8


def check(results):
    jsonschema.Draft202012Validator(SCHEMA).validate(json.loads(json.dumps(results, allow_nan=False)))


def total_of(results):
    """As Gradescope counts."""
    return results.get("score", sum(test.get("score", 0) for test in results["tests"]))


@pytest.mark.parametrize("show", ["visible", "after_due_date", "after_published", "hidden"])
def test_results_json_is_what_gradescope_reads(report, show):
    (grade,) = settle(Policy(), [report])
    results = to_results(grade, {"first": "1.1"}, show)
    check(results)
    assert total_of(results) == 8
    scored = [test for test in results["tests"] if "score" in test]
    assert {test["visibility"] for test in scored} == {show}
    assert [test["number"] for test in scored] == ["1.1", "", ""]
    assert scored[1]["output"] == "wrong\nsaw: <b>saw</b>\nthink: think?\nread: read\nknown mistake: swaps both: says"
    assert {test["output_format"] for test in results["tests"]} == {"text"}  # shown, never run


def test_what_students_see_at_once_holds_no_outcome(report):
    (grade,) = settle(Policy(), [report])
    shown = [test for test in to_results(grade, {})["tests"] if test["visibility"] == "visible"]
    text = json.dumps(shown)
    assert "3 of 3 exercises found" in text
    assert "a note" in text
    assert not any(
        secret in text for secret in ("saw", "think", "swaps", "says", "wrong", "It holds", "score", "sandbox")
    )


def test_how_it_was_made_is_for_the_staff_alone(report):
    (grade,) = settle(Policy(), [report])
    tests = to_results(grade, {}, "visible")["tests"]
    assert [test["visibility"] for test in tests if "sandbox: B" in test["output"]] == ["hidden"]


def test_an_unreadable_submission_is_told_so_and_gets_no_tests(report):
    (grade,) = settle(Policy(), [replace(report, problem="the file is empty")])
    results = to_results(grade, {})
    check(results)
    assert total_of(results) == 0
    assert results["output"] == "the file is empty"
    assert not any("score" in test for test in results["tests"])


def test_a_policy_changes_the_total_and_says_why(report):
    rules = Policy(due={HW: DUE}, penalty=0.5)
    (grade,) = settle(rules, [handed_in(report, timedelta(hours=1))])
    results = to_results(grade, {})
    check(results)
    assert total_of(results) == 4
    assert any("50% off" in test["output"] for test in results["tests"])


def run(*arguments):
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


def test_every_export_of_a_graded_class(small_class, tmp_path):
    results = small_class / "results"
    table = run("export", results, "--to", "csv")
    assert table.exit_code == 0, table.output
    assert {row["student"] for row in csv.DictReader(io.StringIO(table.stdout))} == {
        "ada", "'=1+1", 'luca "the second", jr', "emoji 🎈", "empty"
    }  # fmt: skip
    gradebook = Path(__file__).parent / "canvas_export.csv"
    canvas = run(
        "export", results, "--to", "canvas", "--gradebook", gradebook, "--column", "Homework 4", "--other-points"
    )
    assert canvas.exit_code == 3
    assert canvas.stdout.splitlines()[2].startswith('"Lovelace, Ada",4242,903111,ada,"CS 4803-DL A, CS 7643 A",106.00')
    assert "=1+1 is left out: excused in Canvas" in canvas.stderr
    assert "empty is left out" in canvas.stderr
    written = run("export", results, "--to", "gradescope", "--folder", tmp_path)
    assert written.exit_code == 0, written.output
    paths = sorted(tmp_path.glob("*/results.json"))
    assert len(paths) == 5
    for path in paths:
        check(json.loads(path.read_text()))


def test_a_dry_run_writes_nothing_and_says_what_would_change(small_class, tmp_path):
    results = shutil.copytree(small_class / "results", tmp_path / "results")
    (tmp_path / "policy.toml").write_text(f"penalty = 0.25\n[due]\n{HW} = 2026-11-20T23:59:00-05:00\n")
    before = {path: path.read_bytes() for path in results.rglob("*") if path.is_file()}
    gradebook = Path(__file__).parent / "canvas_export.csv"
    dry = ("--dry-run", "--policy", tmp_path / "policy.toml")
    canvas = ("--gradebook", gradebook, "--column", "Homework 4", "--other-points")
    told = run("export", results, "--to", "canvas", *canvas, *dry)
    assert told.exit_code == 3
    assert told.stdout.splitlines()[0] == (
        "nothing is written; 1 change (1 new, 0 fall), 0 are the same, 2 are there alone and stay"
    )
    assert "Lovelace, Ada: nothing -> 106" in told.stdout
    assert "empty is left out" in told.stderr
    out = tmp_path / "out"
    told = run("export", results, "--to", "gradescope", "--folder", out, *dry)
    assert told.stdout.startswith("nothing is written; 5 change (5 new")
    assert run("export", results, "--to", "csv", *dry).stdout.startswith("nothing is written; a table of 5 students")
    assert not out.exists()
    assert {path: path.read_bytes() for path in results.rglob("*") if path.is_file()} == before  # no policy is kept
    run("export", results, "--to", "gradescope", "--folder", out)
    told = run("export", results, "--to", "gradescope", "--folder", out, *dry)
    assert told.stdout.splitlines()[:2] == [
        "nothing is written; 1 change (0 new, 1 fall), 4 are the same, 0 are there alone and stay",
        "  =1+1: 98 -> 49, falls",
    ]


def test_the_policy_is_applied_to_every_export(small_class, tmp_path):
    results = shutil.copytree(small_class / "results", tmp_path / "results")
    (tmp_path / "policy.toml").write_text(
        f"penalty = 0.25\n[due]\n{HW} = 2026-11-20T23:59:00-05:00\n[extensions.{HW}]\nadda = 1\n"
    )
    told = run("export", results, "--to", "csv", "--policy", tmp_path / "policy.toml")
    late = [row for row in csv.DictReader(io.StringIO(told.stdout)) if row["exercise"] == "policy"]
    assert [(row["student"], row["test"], row["points"]) for row in late] == [("'=1+1", "lateness", "-49")]
    assert "the policy names adda" in told.stderr


def test_the_policy_is_told_in_every_feedback(small_class, tmp_path):
    results = shutil.copytree(small_class / "results", tmp_path / "results")
    before = (results / HW / "feedback" / "ada.html").read_bytes()
    (tmp_path / "policy.toml").write_text(
        f"penalty = 0.25\n[due]\n{HW} = 2026-11-20T23:59:00-05:00\n[extensions.{HW}]\nadda = 1\n"
    )
    told = run("report", results, "--policy", tmp_path / "policy.toml")
    assert told.exit_code == 0, told.output
    assert told.stderr.splitlines()[1:] == ["the policy names adda, who has handed in nothing under this name"]
    assert (results / HW / "feedback" / "ada.html").read_bytes() == before  # on time
    stem = results / HW / "feedback" / feedback_file_name("=1+1")
    for suffix in (".html", ".md"):
        assert "by the course's policy, 49 count" in html.unescape(stem.with_suffix(suffix).read_text())
    assert ">Counts</th>" in (results / HW / "report.html").read_text()
    assert run("report", results, "--no-policy").exit_code == 0
    assert "policy" not in stem.with_suffix(".md").read_text()


def test_a_policy_that_cannot_be_applied_stops_the_grading_before_it_begins(small_class, tmp_path):
    (tmp_path / "policy.toml").write_text(
        f"free_days = 1\n[due]\n{HW} = 2026-11-20T23:59:00Z\n{EARLIER} = 2026-11-06T23:59:00Z\n"
    )
    arguments = ("--homework", HW, "--out", tmp_path / "results", "--policy", tmp_path / "policy.toml")
    refused = run("grade", small_class / "submitted", *arguments)
    assert refused.exit_code == 2
    assert f"without the results of {EARLIER}" in refused.stderr
    assert "ada" not in refused.output


def test_doubtful_names_and_times_are_told(report):
    rules = Policy(due={HW: DUE}, extensions={HW: {"Adda": 1, report.student: 1}}, drop_in={HW: {"Bob": 1}})
    eve = handed_in(replace(report, student="Eve"), timedelta(0))
    lines = policy_doubts.doubts(rules, settle(rules, [report, eve]))
    assert [line.split(",")[0] for line in lines[:2]] == ["the policy names Adda", "the policy names Bob"]
    assert lines[2:] == ['of 1 of 2 it is not known when they handed in; they count as on time: Ada, "the first"']
    assert policy_doubts.doubts(Policy(), settle(Policy(), [report])) == []


@pytest.mark.parametrize(
    ("form", "missing"), [("canvas", "--gradebook and --column"), ("nbgrader", "--course"), ("gradescope", "--folder")]
)
def test_what_an_export_needs_is_said(small_class, form, missing):
    refused = run("export", small_class / "results", "--to", form)
    assert refused.exit_code == 2
    assert missing in refused.stderr
