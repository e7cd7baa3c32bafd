"""A whole term in one results folder: each number in each system is the one that plain arithmetic says it is."""

import csv
import io
import json
import os
import sys
from contextlib import contextmanager

import pytest
import term
from click.testing import CliRunner
from term import HOMEWORKS, HW1, HW3, HW4, STUDENTS, WEIS, canvas_id, expected, name_of, points_of, sis_id

from autograder.cli import main
from autograder.exports.formgrader_copy import Copies, Copy
from autograder.grading import class_run
from autograder.results.store import Results

COLUMNS = {HW1: "Homework 1 (1)", HW3: "Homework 3 (3)", HW4: "Homework 4 (4)"}
POSSIBLE = sum(term.POINTS)
pytestmark = pytest.mark.filterwarnings(
    "ignore::Warning:nbgrader", "ignore::Warning:sqlalchemy", "ignore::ResourceWarning"
)


def run(*arguments, status=0):
    told = CliRunner().invoke(main, [str(argument) for argument in arguments])
    assert told.exit_code == status, told.output
    return told


@contextmanager
def paper_grader():
    """Grades by the number in the notebook, and shows nothing in formgrader."""
    grader = term.PaperGrader()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(class_run, "grade", grader)
        patch.setattr(class_run, "_crew", lambda *_: None)
        patch.setattr(Copies, "make", lambda *_: Copy())
        yield grader


@pytest.fixture(scope="module", autouse=True)
def alembic():
    """nbgrader starts it by name."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PATH", os.path.dirname(sys.executable), prepend=os.pathsep)
        yield


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """The term: a folder with `results/`, `roster.csv`, `policy.toml`, and what the three systems gave."""
    place = tmp_path_factory.mktemp("term")
    (place / "roster.csv").write_text(term.roster())
    (place / "policy.toml").write_text(term.POLICY)
    out = ("--out", place / "results")
    with paper_grader() as grader:
        first = term.gradescopes(place / "gradescope")
        run("grade", first, "--homework", HW1, *out, "--policy", place / "policy.toml")
        term.gradescopes(first, again=True)
        grader.graded.clear()
        run("grade", first, "--homework", HW1, *out)
        assert sorted(grader.graded) == sorted(term.AGAIN[HW1])
        run("grade", term.canvases(place / "canvas"), "--homework", HW3, *out)
        grader.graded.clear()
        grader.stop_after = 25
        submitted = term.nbgraders(place / "nbgrader")
        (place / "roster.csv").unlink()  # it is kept
        run("grade", submitted, "--homework", HW4, *out, status=130)
        grader.stop_after, stopped = None, set(grader.graded)
        grader.graded.clear()
        run("grade", submitted, "--homework", HW4, *out)
        assert not stopped & set(grader.graded)
        term.nbgraders(place / "nbgrader", again=True)
        run("grade", submitted, "--homework", HW4, *out)
    return place


def as_csv(course, homework, *more):
    told = run("export", course / "results", "--to", "csv", "--homework", homework, *more)
    points = {}
    for row in csv.DictReader(io.StringIO(told.stdout)):
        points[row["student"]] = round(points.get(row["student"], 0) + float(row["points"]), 2)
    return points


def as_canvas(course, homework):
    gradebook = io.StringIO()
    writer = csv.writer(gradebook)
    writer.writerow(["Student", "ID", "SIS User ID", "SIS Login ID", "Section", *COLUMNS.values()])
    writer.writerow(["    Points Possible", "", "", "", "", *[f"{POSSIBLE}.00"] * 3])
    for student in STUDENTS:
        first, last = name_of(student).split()
        login = f"{last.lower()}{sis_id(student)}"
        writer.writerow([f"{last}, {first}", canvas_id(student), sis_id(student), login, "CS 7643", "", "", ""])
    (course / "gradebook.csv").write_text(gradebook.getvalue())
    told = run("export", course / "results", "--to", "canvas", "--homework", homework,
               "--gradebook", course / "gradebook.csv", "--column", COLUMNS[homework])  # fmt: skip
    rows = csv.DictReader(io.StringIO(told.stdout))
    return {f"u{int(row['ID']) - 700:02}": float(row[COLUMNS[homework]]) for row in rows if row["ID"]}


def as_gradescope(course, homework):
    folder = course / f"results of {homework}"
    run("export", course / "results", "--to", "gradescope", "--homework", homework, "--folder", folder)
    found = {}
    for path in folder.glob("*/results.json"):
        told = json.loads(path.read_text())
        found[path.parent.name] = told.get("score", sum(test.get("score", 0) for test in told["tests"]))
    return found


def as_nbgrader(course, homework):
    """By nbgrader's own export of its gradebook."""
    from nbgrader.api import Gradebook
    from nbgrader.plugins import CsvExportPlugin

    place = course / "nbgrader"
    with Gradebook(f"sqlite:///{place}/gradebook.db") as book:
        book.update_or_create_assignment(homework)
        book.update_or_create_notebook(homework, homework)
        for name, most in zip(term.exercises(homework), term.POINTS, strict=True):
            book.update_or_create_grade_cell(f"check_{name}", homework, homework, max_score=most, cell_type="code")
            book.update_or_create_solution_cell(name, homework, homework)
    with paper_grader():
        status = 3 if homework == HW4 else 0  # what was earned elsewhere is named, to be entered there by hand
        run("export", course / "results", "--to", "nbgrader", "--homework", homework, "--course", place, status=status)
    with Gradebook(f"sqlite:///{place}/gradebook.db") as book:
        CsvExportPlugin(to=str(place / "grades.csv"), assignment=[homework]).export(book)
    rows = csv.DictReader((place / "grades.csv").open())
    return {row["student_id"]: round(float(row["score"]), 2) for row in rows}


@pytest.mark.parametrize("homework", HOMEWORKS)
@pytest.mark.parametrize("export", [as_csv, as_canvas, as_gradescope, as_nbgrader])
def test_each_number_in_each_system(course, export, homework, monkeypatch):
    if export is as_nbgrader:  # where a person enters that
        monkeypatch.setattr(term, "DROP_IN", {})
    assert export(course, homework) == pytest.approx(expected(homework))


@pytest.mark.parametrize("homework", HOMEWORKS)
def test_of_several_attempts_the_best(course, homework):
    assert as_csv(course, homework, "--attempt", "best") == pytest.approx(expected(homework, best=True))


def test_the_table_has_what_it_is_for():
    """Late days free and paid, too late, a best attempt that is not the last, and whole zeros."""
    last, best = expected(HW4), expected(HW4, best=True)
    assert best["u30"] > last["u30"]
    assert last["u02"] < points_of(HW4, "u02") == pytest.approx(last["u02"] / 0.8)
    assert last["u01"] == points_of(HW4, "u01")
    assert expected(HW1)["u03"] == last["u43"] == 0
    assert last["u21"] == last["u20"]


def test_nobody_is_graded_on_another_homework(course):
    with Results(course / "results") as store:
        (of_another,) = (each for each in store.reports(store.newest(HW4)) if each.student == "u43")
    assert of_another.is_missing
    told = run("export", course / "results", "--to", "csv", "--homework", HW4).stderr
    assert "handed in nothing, 0 points for it (2): u43, u44" in told


def test_the_first_line_tells_what_was_given_once(course):
    told = run("export", course / "results", "--to", "csv", "--homework", HW3).stderr.splitlines()[0]
    assert told.startswith("policy: policy.toml (")
    assert "; roster: roster.csv (" in told
    assert told.endswith("60 students, kept in the results")


def test_nobody_else_moves_when_one_wei_zhang_drops_the_course(course, tmp_path):
    left, stays = WEIS
    before = {homework: as_csv(course, homework) for homework in HOMEWORKS}
    (tmp_path / "roster.csv").write_text(term.roster(without=[left]))
    try:
        for homework in HOMEWORKS:
            after = as_csv(course, homework, "--roster", tmp_path / "roster.csv")
            label = {each for each in after if each not in before[homework]}
            assert len(label) <= 1  # who has left is not in the roster, and still has what was handed in
            assert {student: after[student] for student in STUDENTS if student != left} == {
                student: before[homework][student] for student in STUDENTS if student != left
            }
        assert stays in after
    finally:
        (tmp_path / "roster.csv").write_text(term.roster())
        as_csv(course, HW1, "--roster", tmp_path / "roster.csv")
