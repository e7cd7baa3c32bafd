"""`autograder status`: what is newer in the class's folder than in the store, counts first, and nothing is changed."""

import hashlib
from dataclasses import replace

import pytest
import term
from click.testing import CliRunner
from hand_ins import lay
from test_term import paper_grader

from autograder.cli import main
from autograder.results.store import Results

HW = term.HW4


def run(*arguments):
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


def hand_in(place, **points):
    for student, value in points.items():
        folder = f"{student}/{HW}"
        lay(place, {f"{folder}/{HW}.ipynb": term.notebook(HW, student, value)})
        lay(place, {f"{folder}/timestamp.txt": b"2026-11-20 10:00:00 UTC"})
    return place


@pytest.fixture
def graded(tmp_path):
    """Three of a roster of five, in `class/`, graded into `results/`."""
    (tmp_path / "roster.csv").write_text("id,name\nada,Ada\nbob,Bob\neve,Eve\nlea,Lea\nzoe,Zoe\n")
    hand_in(tmp_path / "class", ada=10, bob=7, eve=3)
    with paper_grader():
        assert run("grade", tmp_path / "class", "--homework", HW, "--out", tmp_path / "results").exit_code == 0
    return tmp_path


def look(place, *more):
    told = run("status", place / "class", place / "results", "--homework", HW, *more)
    counts, *lines = told.stdout.splitlines()
    return told.exit_code, counts.partition(" UTC: ")[2], lines


def test_where_nothing_is_newer_it_says_so_and_who_has_nothing(graded):
    assert look(graded) == (0, "0 new, 0 changed, 0 gone, 3 the same, 2 with nothing", ["nothing: lea", "nothing: zoe"])


def test_new_changed_and_gone_are_a_line_each(graded):
    hand_in(graded / "class", bob=9, lea=1)
    (graded / "class" / "ada" / HW / "timestamp.txt").write_text("2026-11-21 10:00:00 UTC")
    (graded / "class" / "eve").rename(graded / "eve")
    status, counts, lines = look(graded)
    assert (status, counts) == (3, "1 new, 2 changed, 1 gone, 0 the same, 2 with nothing")
    assert lines == [
        "changed: ada (the same files, handed in at another time)",
        "changed: bob",
        "new: lea",
        "gone: eve",
        "nothing: eve",
        "nothing: zoe",
    ]


def test_what_it_names_is_what_grading_grades(graded):
    hand_in(graded / "class", bob=9, lea=1)
    with paper_grader() as grader:
        run("grade", graded / "class", "--homework", HW, "--out", graded / "results")
    assert sorted(grader.graded) == ["bob", "lea"]
    assert look(graded)[:2] == (0, "0 new, 0 changed, 0 gone, 4 the same, 1 with nothing")


def test_another_grader_is_told(graded):
    with Results(graded / "results", create=True) as store:
        ada = store.reports()[0]
        store.add(1, ada.key, replace(ada, made_by={**ada.made_by, "torch": "2.0"}))
    status, counts, lines = look(graded)
    assert (status, counts[:5]) == (3, "0 new")
    assert "grader: another torch now than 1 of 3 were graded by" in lines


def test_a_run_that_was_cut_short_is_told(graded):
    hand_in(graded / "class", ada=1, bob=1)
    with paper_grader() as grader:
        grader.stop_after = 1
        run("grade", graded / "class", "--homework", HW, "--out", graded / "results")
    status, counts, lines = look(graded)
    assert (status, counts[:16]) == (3, "0 new, 2 changed")
    assert any(line.startswith("run 2 was cut short") for line in lines)


def test_a_homework_that_was_never_graded_is_all_new(graded):
    other = ("status", graded / "class", graded / "results", "--homework", term.HW1)
    told = run(*other)
    assert told.exit_code == 0
    assert "never graded: 0 new, 0 changed, 0 gone, 0 the same, 5 with nothing" in told.stdout
    lay(graded / "class", {f"ada/{term.HW1}/{term.HW1}.ipynb": term.notebook(term.HW1, "ada", 3)})
    told = run(*other)
    assert told.exit_code == 3
    assert "never graded: 1 new, 0 changed, 0 gone, 0 the same, 4 with nothing" in told.stdout


def test_where_there_is_no_store_it_is_one_sentence(graded):
    told = run("status", graded / "class", graded / "nowhere", "--homework", HW)
    assert told.exit_code == 2
    assert "holds no results.sqlite" in told.stderr


def test_it_changes_nothing(graded):
    def digests():
        return {path: hashlib.sha256(path.read_bytes()).digest() for path in graded.rglob("*") if path.is_file()}

    (graded / "roster.csv").write_text("id\nada\n")
    before = digests()
    told = run("status", graded / "class", graded / "results", "--homework", HW)
    assert "1 student, for this once" in told.stderr
    assert digests() == before
