"""Marks given by hand are a person's, whatever the roster calls them; who handed in nothing may have some, too."""

import csv
import io
import json
import re

import pytest
from click.testing import CliRunner

from autograder.cli import main
from autograder.records import Report, Score, Verdict
from autograder.results.marks import Mark
from autograder.results.store import Results
from autograder.roster import file as roster_file

HW = "hw4_contrastive"
ROSTER = "id,name,Canvas id\nada,Ada Lovelace,13\nbob,Bob O'Neil,14\neve,Eve Adams,15\n"
GRADEBOOK = """Student,ID,SIS User ID,SIS Login ID,Section,Homework 4 (7)
    Points Possible,,,,,10.00
"Lovelace, Ada",13,,ada3,A,
"O'Neil, Bob",14,,bob3,A,
"Adams, Eve",15,,eve3,A,
"""
AS_CANVAS_CALLS_HER = "lovelaceada (Canvas 13)"


@pytest.fixture
def results(tmp_path):
    """A run of ada and bob, who have 5 of 10 points each; of eve there is nothing."""
    folder = tmp_path / "results"
    keep(folder, report(AS_CANVAS_CALLS_HER), report("bob"))
    (tmp_path / "roster.csv").write_text(ROSTER)
    return folder


def report(student, **more):
    score = Score("info_nce", "test_a", "It works.", Verdict.WRONG, 5, 10)
    return Report(student, HW, f"{student}.ipynb", (score,), **more)


def keep(folder, *reports):
    with Results(folder, create=True) as store:
        run = store.begin(HW)
        for each in reports:
            store.add(run, each.student, each)
        store.finish(run)


def give(folder, *marks, dropped=(), roster=None):
    with Results(folder, create=True) as store:
        store.roster = roster_file.parse(roster, "roster.csv") if roster else store.roster
        store.keep_marks(HW, marks, dropped)


def command(*arguments):
    done = CliRunner().invoke(main, list(map(str, arguments)))
    assert done.exit_code == 0, (done.output, done.exception)
    return done


def totals(folder, *options):
    table = csv.DictReader(io.StringIO(command("export", folder, "--to", "csv", *options).stdout))
    found = {}
    for row in table:
        found[row["student"]] = found.get(row["student"], 0) + float(row["points"] or 0)
    return found


def test_marks_from_before_the_roster_stay_with_their_student(results, tmp_path):
    give(results, Mark(AS_CANVAS_CALLS_HER, "info_nce", 9))
    assert totals(results, "--roster", tmp_path / "roster.csv")["ada"] == 9
    assert totals(results, "--no-roster") == {AS_CANVAS_CALLS_HER: 9, "bob": 5}
    give(results, dropped=[Mark("ada", "info_nce")])
    assert totals(results)["ada"] == 5


def test_marks_that_were_given_by_the_roster_s_id_stay_without_it(results, tmp_path):
    command("report", results, "--roster", tmp_path / "roster.csv")
    give(results, Mark("ada", "info_nce", 9))
    assert totals(results)["ada"] == 9
    assert totals(results, "--no-roster") == {AS_CANVAS_CALLS_HER: 9, "bob": 5}
    keep(results, report("ada", identity={"canvas_id": "13", "found_as": AS_CANVAS_CALLS_HER}), report("bob"))
    assert totals(results)["ada"] == 9
    (tmp_path / "roster.csv").write_text(ROSTER.replace("ada,", "al13,"))  # it was a mistake, and is corrected
    assert totals(results, "--roster", tmp_path / "roster.csv")["al13"] == 9


def test_marks_of_a_stranger_are_nobody_else_s(results, tmp_path):
    keep(results, report(AS_CANVAS_CALLS_HER), report("ada", identity={"canvas_id": "77"}))
    give(results, Mark("ada", "info_nce", 9))
    found = totals(results, "--roster", tmp_path / "roster.csv")
    assert (found["ada"], found["ada (not in the roster)"]) == (5, 9)


@pytest.mark.parametrize("missing", ["zero", "blank"])
def test_who_handed_in_nothing_has_what_a_person_gave(results, tmp_path, missing):
    (tmp_path / "course.toml").write_text(f'missing = "{missing}"\n')
    command("report", results, "--policy", tmp_path / "course.toml", "--roster", tmp_path / "roster.csv")
    give(results, Mark("eve", "written_candidates", 3, comment="On paper."))
    told = command("report", results)
    assert "handed in nothing, what was given by hand counts (1): eve" in told.stderr
    assert totals(results)["eve"] == 3
    (tmp_path / "gradebook.csv").write_text(GRADEBOOK)
    options = ("--gradebook", tmp_path / "gradebook.csv", "--column", "Homework 4", "--other-points")
    filled = command("export", results, "--to", "canvas", *options).stdout
    assert [line.rpartition(",")[2] for line in filled.splitlines()[2:]] == ["5.00", "5.00", "3.00"]
    command("export", results, "--to", "gradescope", "--folder", tmp_path / "out")
    assert json.loads((tmp_path / "out" / "eve" / "results.json").read_text())["score"] == 3
    page = (results / HW / "report.html").read_text()
    (line,) = re.findall(r"<li>[^\n]*eve[^\n]*</li>", page)
    assert line.endswith(": 3 points, given by hand</li>")
    feedback = (results / HW / "feedback" / "eve.html").read_text()
    assert '<p class="total">3 <small>/ 14 points' in feedback
    assert "On paper." in feedback
    assert "written_candidates: 3 / 4 points (by hand" in command("explain", "eve", results).stdout


def test_who_handed_in_nothing_waits_for_no_mark_and_is_listed_once(results, tmp_path):
    command("report", results, "--roster", tmp_path / "roster.csv")
    page = (results / HW / "report.html").read_text()
    assert "6 of 6 written answers are not marked" in page  # of ada and bob
    assert page.count('"feedback/eve.html"') == 1
    (line,) = re.findall(r"<li>[^\n]*eve[^\n]*</li>", page)
    assert line.endswith(": no grade</li>")
    feedback = (results / HW / "feedback" / "eve.md").read_text()
    assert "nothing was handed in" in feedback
    assert "marked by hand" not in feedback
    assert "not marked yet" not in feedback
