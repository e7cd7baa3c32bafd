"""One results folder for a term: no command takes another homework, or a run that was cut short, for what was asked."""

import csv
import io
from datetime import UTC, datetime, timedelta

import pytest
from click.testing import CliRunner

from autograder.cli import main
from autograder.records import Report, Score, Verdict
from autograder.report.file_names import feedback_file_name
from autograder.results import counting
from autograder.results.policy import Policy, PolicyError
from autograder.results.store import Results

HW1, HW4 = "hw1_diffusion", "hw4_contrastive"
EXERCISES = {HW1: "schedule", HW4: "info_nce"}
DUE = datetime(2026, 11, 20, 12, tzinfo=UTC)
GRADEBOOK = """Student,ID,SIS User ID,SIS Login ID,Section,Homework 4 (7),Homework 1 (8)
    Points Possible,,,,,10.00,"8,5"
"Lovelace, Ada",1,901,ada,A,,
"Babbage, Bob",2,902,bob,A,,
"""


def run(*arguments):
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


def graded(student, points, homework=HW4, submitted=""):
    score = Score(EXERCISES[homework], "test_a", "It works.", Verdict.PASSED, points, 10)
    return Report(student, homework, f"{student}.ipynb", (score,), submitted=submitted)


def add(folder, homework, finish=True, **points):
    """One more run, with these points."""
    with Results(folder, create=True) as store:
        number = store.begin(homework)
        for student, value in points.items():
            store.add(number, f"{homework} {student} {value}", graded(student, value, homework))
        if finish:
            store.finish(number)


@pytest.fixture
def results(tmp_path):
    return tmp_path / "results"


@pytest.fixture
def both(results):
    """hw4 of ada and bob, and then hw1 of ada alone."""
    add(results, HW4, ada=10, bob=7)
    add(results, HW1, ada=3)
    return results


@pytest.fixture
def gradebook(tmp_path):
    path = tmp_path / "gradebook.csv"
    path.write_text(GRADEBOOK)
    return path


def points_in(table):
    return {row["student"]: float(row["points"]) for row in csv.DictReader(io.StringIO(table))}


@pytest.mark.parametrize(
    "command", [("export", "--to", "csv"), ("report",), ("diff",), ("explain", "ada")], ids=lambda command: command[0]
)
def test_where_there_are_several_homeworks_one_must_be_named(both, command):
    name, *rest = command
    students, options = (rest, []) if name == "explain" else ([], rest)
    told = run(name, *students, both, *options)
    assert told.exit_code == 2
    assert told.output == f"Error: {both} holds {HW1} and {HW4}; say --homework with one of them\n"
    other = run(name, *students, both, *options, "--homework", "hw2_gan")
    assert other.exit_code == 2
    assert f"holds no run of hw2_gan; it has {HW1} and {HW4}" in other.output


def test_the_homework_that_is_named_is_exported(both):
    assert points_in(run("export", both, "--to", "csv", "--homework", HW4).stdout) == {"ada": 10, "bob": 7}
    assert points_in(run("export", both, "--to", "csv", "--homework", HW1).stdout) == {"ada": 3}


def test_the_only_homework_needs_no_name(results):
    add(results, HW4, ada=10)
    assert points_in(run("export", results, "--to", "csv").stdout) == {"ada": 10}
    assert run("explain", "ada", results).stdout.startswith(f"ada, {HW4}: 10 / 10")


def test_each_homework_has_pages_of_its_own(both):
    assert f"class report: {both / HW4 / 'report.html'}" in run("report", both, "--homework", HW4).stdout
    before = {path: path.read_bytes() for path in (both / HW4).rglob("*.html")}
    assert run("report", both, "--homework", HW1).exit_code == 0
    assert {path: path.read_bytes() for path in (both / HW4).rglob("*.html")} == before
    assert (both / HW4 / "feedback" / "bob.html") in before
    assert [path.name for path in (both / HW1 / "feedback").glob("*.html")] == ["ada.html"]


def test_pages_of_an_earlier_version_are_named(both):
    (both / "report.html").write_text("old")
    told = run("report", both, "--homework", HW4)
    assert f"{both / 'report.html'} is of an earlier version" in told.stderr
    assert (both / "report.html").read_text() == "old"


def test_pages_of_students_who_are_gone_are_removed_and_named(results):
    add(results, HW4, ada=10, bob=7, **{"Wei Zhang (90301)": 3})
    run("report", results)
    feedback = results / HW4 / "feedback"
    (feedback / "index.html").write_text("<title>my own list</title>")
    (feedback / "notes.md").write_text("for the other TAs")
    add(results, HW4, ada=10, **{"Wei Zhang": 3})
    told = run("report", results)
    kept = {f"{stem}.{form}" for stem in ("ada", feedback_file_name("Wei Zhang")) for form in ("html", "md")}
    assert {path.name for path in feedback.iterdir()} == {*kept, "index.html", "notes.md"}
    assert told.exit_code == 0
    assert f"removed the pages of bob, {feedback_file_name('Wei Zhang (90301)')}, not in this run" in told.stderr
    assert "removed" not in run("report", results).stderr


def test_runs_of_two_homeworks_are_not_compared(both):
    add(both, HW4, ada=8, bob=7)
    assert "ada: 10 -> 8 points" in run("diff", both, "--homework", HW4).stdout
    by_exercise, by_test = (run("diff", both, 1, 3, *more).stdout for more in ((), ("-v",)))
    assert "ada: 10 -> 8 points" in by_exercise
    assert f"  {EXERCISES[HW4]}: 10/10 -> 8/10 (1 test changed)" in by_exercise
    assert f"  {EXERCISES[HW4]}.test_a: PASSED 10/10 -> PASSED 8/10" in by_test
    refused = run("diff", both, 1, 2)
    assert refused.exit_code == 2
    assert f"run 1 is of {HW4} and run 2 of {HW1}" in refused.output
    assert run("diff", both, 1, 3, "--homework", HW1).exit_code == 2
    assert "grade it once more" in run("diff", both, "--homework", HW1).output


def test_a_column_with_other_points_is_refused_unless_told_so(both, gradebook):
    def export(homework, column, *more):
        options = ("--to", "canvas", "--gradebook", gradebook, "--column", column)
        return run("export", both, "--homework", homework, *options, *more)

    assert export(HW4, "Homework 4").exit_code == 0
    refused = export(HW1, "Homework 1")
    assert (refused.exit_code, refused.stdout) == (2, "")
    assert "Homework 1 (8) has 8.5 points possible" in refused.stderr
    assert "--other-points" in refused.stderr
    assert ",3.00" in export(HW1, "Homework 1", "--other-points").stdout


def test_an_interrupted_run_does_not_stand_for_the_class(results):
    add(results, HW4, ada=10, bob=7)
    add(results, HW4, finish=False, ada=1)
    told = run("export", results, "--to", "csv")
    assert (told.exit_code, points_in(told.stdout)) == (0, {"ada": 10, "bob": 7})
    assert "run 2 was cut short and is passed over" in told.stderr


@pytest.mark.parametrize("command", [("export", "--to", "csv"), ("report",)], ids=lambda command: command[0])
def test_where_only_an_interrupted_run_is_there_it_is_said(results, command):
    add(results, HW4, finish=False, ada=10)
    told = run(command[0], results, *command[1:])
    assert told.exit_code == 3
    assert "run 1 was cut short after 1 student" in told.stderr


def test_a_diff_with_an_interrupted_run_says_so(results):
    add(results, HW4, ada=10, bob=7)
    add(results, HW4, ada=9, bob=7)
    add(results, HW4, finish=False, ada=1)
    told = run("diff", results)
    assert told.exit_code == 0
    assert "ada: 10 -> 9 points" in told.stdout
    told = run("diff", results, 2, 3)
    assert told.exit_code == 3
    assert "run 3 was cut short after 1 student" in told.stderr


def test_the_runs_are_listed(both):
    told = run("runs", both)
    assert told.exit_code == 0
    first, second = told.stdout.splitlines()
    assert first.startswith(f"run 1: {HW4}, ")
    assert first.endswith(" UTC, 2 students, no policy")
    assert second.startswith(f"run 2: {HW1}, ")
    add(both, HW1, finish=False, ada=1)
    assert run("runs", both).stdout.splitlines()[2].endswith(" UTC, 1 student, cut short, no policy")


def hand_in(store, homework, *attempts, finish=True):
    """One run for each of ada's (points, days after DUE)."""
    for points, days in attempts:
        number = store.begin(homework)
        moment = (DUE + timedelta(days=days) - timedelta(hours=1)).isoformat()
        store.add(number, f"{homework} {points} {days}", graded("ada", points, homework, moment))
        if finish:
            store.finish(number)


@pytest.mark.parametrize(
    ("rules", "attempts", "total"),
    [
        ({"penalty": 0.5}, [(9, 0), (10, 3)], 9),  # the more points are late
        ({"penalty": 0.1}, [(5, 0), (10, 1)], 9),  # and are worth it
        ({"most_days": 2}, [(2, 0), (10, 3)], 2),
        ({}, [(9, 0), (10, 3)], 10),
        ({"penalty": 0.5}, [(8, 0), (10, 3), (9, 0), (1, 0)], 9),
    ],
)
def test_the_best_attempt_is_the_best_after_the_policy(results, rules, attempts, total):
    rules = Policy(due={HW4: DUE}, **rules)
    with Results(results, create=True) as store:
        hand_in(store, HW4, *attempts)
        (grade,) = counting.grades(rules, store, best=True)
    assert grade.total == total


def test_the_best_attempt_of_equal_ones_uses_no_free_day(results):
    """And what it used decides what is free in the next homework."""
    rules = Policy(free_days=1, penalty=0.5, due={HW1: DUE, HW4: DUE + timedelta(days=7)})
    with Results(results, create=True) as store:
        hand_in(store, HW1, (10, 0), (10, 1))
        hand_in(store, HW4, (10, 8))
        assert [grade.total for grade in counting.grades(rules, store, best=True)] == [10]
        assert [grade.total for grade in counting.grades(rules, store)] == [5]  # the newest used the day in hw1


def test_the_best_attempt_is_none_of_a_run_that_was_cut_short(results):
    with Results(results, create=True) as store:
        hand_in(store, HW4, (7, 0))
        hand_in(store, HW4, (10, 0), finish=False)
        assert [grade.total for grade in counting.grades(Policy(), store, best=True)] == [7]


def test_free_days_are_not_counted_from_a_run_that_was_cut_short(results):
    rules = Policy(free_days=1, due={HW1: DUE, HW4: DUE + timedelta(days=7)})
    with Results(results, create=True) as store:
        hand_in(store, HW1, (10, 1), finish=False)
        hand_in(store, HW4, (10, 0))
        with pytest.raises(PolicyError, match=f"without the results of {HW1}"):
            counting.grades(rules, store)


def test_pages_and_export_show_the_same_best_attempt(results, tmp_path):
    (tmp_path / "course.toml").write_text(f"penalty = 0.5\n[due]\n{HW4} = 2026-11-20T12:00:00Z\n")
    with Results(results, create=True) as store:
        hand_in(store, HW4, (9, 0), (10, 3))
    options = ("--attempt", "best", "--policy", tmp_path / "course.toml")
    assert points_in(run("export", results, "--to", "csv", *options).stdout) == {"ada": 9}
    assert run("report", results, *options).exit_code == 0
    assert "9 / 10" in (results / HW4 / "feedback" / "ada.md").read_text()
