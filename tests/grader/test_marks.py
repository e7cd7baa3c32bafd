"""What persons gave in nbgrader's formgrader comes home: into the store, every export and every page, and stays there.

The gradebook is nbgrader's own, written by nbgrader's own API, as formgrader writes it.
"""

import csv
import html
import io
import json
import os
import re
import shutil
import subprocess
import sys
from dataclasses import replace

import pytest
from click.testing import CliRunner

from autograder import suite
from autograder.cli import main
from autograder.records import Report, Score, Verdict
from autograder.results.marks import Mark
from autograder.results.store import Results
from homework.notebook.cells import CHECK

HW = "hw4_contrastive"
LATE_COSTS_HALF = f"penalty = 0.5\nmost_extra_credit = 1\nzone = 'UTC'\n[due]\n{HW} = 2026-11-20T00:00:00\n"
HOSTILE = "Half is right. <script>window.ran=1</script> =1+1"
GRADEBOOK = """Student,ID,SIS User ID,SIS Login ID,Section,Homework 4 (77)
    Points Possible,,,,,126.00
"Lovelace, Ada",1,901,ada,A,
"Babbage, Bob",2,902,bob,A,
"""
pytestmark = pytest.mark.filterwarnings(
    "ignore::Warning:nbgrader", "ignore::Warning:sqlalchemy", "ignore::ResourceWarning"
)


def nbgraders(course, *arguments):
    path = os.pathsep.join([os.path.dirname(sys.executable), os.environ.get("PATH", "")])  # it starts alembic by name
    command = [sys.executable, "-m", "nbgrader", *arguments]
    subprocess.run(command, cwd=course, env={**os.environ, "PATH": path}, check=True, capture_output=True, timeout=300)


@pytest.fixture(scope="module")
def released(root, tmp_path_factory):
    course = tmp_path_factory.mktemp("course")
    shutil.copy(root / "nbgrader_config.py", course)
    shutil.copytree(root / "solutions" / HW, course / "solutions" / HW)
    nbgraders(course, "generate_assignment", HW)
    return course


@pytest.fixture(scope="module")
def points(released):
    """exercise -> full points"""
    with open_book(released) as book:
        cells = book.find_notebook(HW, HW).grade_cells
        return {cell.name.removeprefix(CHECK): cell.max_score for cell in cells if cell.name.startswith(CHECK)}


@pytest.fixture
def course(released, tmp_path, points):
    """A course in which ada, bob and zoe have handed in, as our export leaves it."""
    course = shutil.copytree(released, tmp_path / "course")
    with open_book(course) as book:
        for student in ("ada", "bob", "zoe"):
            enter(book, student, points)
    return course


def enter(book, student, points):
    book.update_or_create_student(student)
    book.update_or_create_submission(HW, student)
    for name, most in points.items():
        entry = book.find_grade(CHECK + name, HW, HW, student)
        entry.auto_score = 0.0 if (student, name) == ("bob", "info_nce") else most
        entry.needs_manual_grade = False
    blank = book.find_grade("written_evaluation", HW, HW, "bob") if student == "bob" else None
    if blank:
        blank.auto_score, blank.needs_manual_grade = 0.0, False
        book.find_comment("written_evaluation", HW, HW, "bob").auto_comment = "No response."
    book.db.commit()


def open_book(course):
    from nbgrader.api import Gradebook

    return Gradebook(f"sqlite:///{course}/gradebook.db", "lecture19")


def give(course, student, cell, points=None, comment=None, extra=None):
    """As formgrader does when a person enters it."""
    with open_book(course) as book:
        entry = book.find_grade(cell, HW, HW, student)
        entry.manual_score, entry.extra_credit, entry.needs_manual_grade = points, extra, False
        if comment is not None:
            book.find_comment(cell.removeprefix(CHECK), HW, HW, student).manual_comment = comment
        book.db.commit()


def reports_of(points, students=("ada", "bob")):
    made = []
    for student in students:
        scores = [
            Score(name, f"test_{name}", "It works.", Verdict.PASSED, most, int(most)) for name, most in points.items()
        ]
        if student == "bob":
            lost = next(index for index, score in enumerate(scores) if score.exercise == "info_nce")
            most = scores[lost].max_points
            scores[lost] = Score("info_nce", "test_info_nce", "It works.", Verdict.WRONG, 0, most, saw="it is off")
        made.append(Report(student, HW, f"{student}.ipynb", tuple(scores), made_by={"sandbox": "B"}))
    return made


@pytest.fixture
def results(tmp_path, points):
    """A run of ada, who has 114 points, and bob, who has 102."""
    folder = tmp_path / "results"
    keep(folder, reports_of(points))
    return folder


def keep(folder, reports):
    with Results(folder, create=True) as store:
        run = store.begin(HW)
        for report in reports:
            store.add(run, report.student, report)
        store.finish(run)


def command(*arguments, status=0):
    done = CliRunner().invoke(main, list(map(str, arguments)))
    assert done.exit_code == status, (done.output, done.exception)
    return done


def take(results, course, *options, status=0):
    return command("import", results, "--from", "nbgrader", "--course", course, *options, status=status)


def total_of(results, student):
    rows = csv.DictReader(io.StringIO(command("export", results, "--to", "csv").stdout))
    return sum(float(row["points"]) for row in rows if row["student"] == student)


def page(results, student):
    text = (results / HW / "feedback" / f"{student}.html").read_text()
    return re.sub(r"\s+", " ", html.unescape(re.sub("<[^>]*>", " ", text)))


def test_what_was_given_in_formgrader_is_kept_and_told_once(results, course):
    give(course, "ada", "written_candidates", 3, "Say what a candidate is.")
    give(course, "bob", CHECK + "info_nce", 7, HOSTILE)
    told = take(results, course)
    assert "3 new, 0 changed, 0 the same" in told.stdout  # and bob's answer that nobody wrote
    assert "autograder report" in told.stdout
    assert "0 new, 0 changed, 3 the same" in take(results, course).stdout
    give(course, "ada", "written_candidates", 4, "Say what a candidate is.")
    assert "0 new, 1 changed, 2 the same" in take(results, course).stdout


def test_a_dry_run_says_what_would_change_and_keeps_nothing(results, course):
    give(course, "ada", "written_queue", 2.5, extra=1)
    before = (results / "results.sqlite").read_bytes()
    told = take(results, course, "--dry-run")
    assert "ada, written_queue: 2.5 +1 extra" in told.stdout
    assert (results / "results.sqlite").read_bytes() == before


def test_it_counts_in_every_export(results, course, tmp_path):
    give(course, "ada", "written_candidates", 3)
    give(course, "ada", "written_queue", 4, extra=0.5)
    give(course, "bob", CHECK + "info_nce", 7, HOSTILE)
    take(results, course)
    assert (total_of(results, "ada"), total_of(results, "bob")) == (114 + 3 + 4.5, 102 + 7)
    (tmp_path / "gradebook.csv").write_text(GRADEBOOK.replace("126", "122"))  # two of three questions are marked
    options = ("--gradebook", tmp_path / "gradebook.csv", "--column", "Homework 4")
    filled = command("export", results, "--to", "canvas", *options).stdout
    assert [line.rpartition(",")[2] for line in filled.splitlines()[2:]] == ["121.50", "109.00"]
    command("export", results, "--to", "gradescope", "--folder", tmp_path / "out")
    ada, bob = (json.loads((tmp_path / "out" / who / "results.json").read_text()) for who in ("ada", "bob"))
    assert sum(test.get("score", 0) for test in ada["tests"]) == 121.5
    assert bob["score"] == 109
    (told,) = [test for test in bob["tests"] if test["name"] == "info_nce: marked by hand"]
    assert "7 points, where the tests gave 0" in told["output"]
    assert "Half is right." in told["output"]


def test_it_is_seen_in_the_class_report_and_on_the_students_page(results, course):
    give(course, "ada", "written_candidates", 3, "Say what a candidate is.")
    give(course, "bob", CHECK + "info_nce", 7, HOSTILE)
    take(results, course)
    command("report", results)
    ada, bob = page(results, "ada"), page(results, "bob")
    assert "117 / 118 points" in ada
    assert "1.4 Why many candidates?" in ada
    assert "Say what a candidate is." in ada
    assert "8 more points are marked by hand" in ada
    assert "109 / 118 points" in bob  # nobody has answered the third question, which is worth 0 of 4
    assert "7 points by hand; the tests gave 0" in bob
    assert "Half is right." in bob
    assert "No response." in bob
    markdown = (results / HW / "feedback" / "bob.md").read_text()
    assert "7 points by hand; the tests gave 0" in markdown
    assert "Half is right." in markdown
    assert "<script>window" not in (results / HW / "feedback" / "bob.html").read_text() + markdown
    class_report = (results / HW / "report.html").read_text()
    row = re.search(r'<tr[^>]*><th scope="row">[^\n]*bob[^\n]*</tr>', class_report).group()
    assert "by hand" in row
    assert ">109<" in row


def test_before_anything_is_marked_the_page_says_that_points_are_missing(results):
    command("report", results)
    assert "114 / 114 points" in page(results, "ada")
    assert "12 more points are marked by hand" in page(results, "ada")


def test_grading_anew_keeps_it_and_asks_for_another_look_where_the_grader_says_something_else(results, course, points):
    give(course, "bob", CHECK + "info_nce", 7)
    take(results, course)
    keep(results, reports_of(points))
    assert total_of(results, "bob") == 109
    command("report", results)
    assert "look again" not in (results / HW / "report.html").read_text().partition("<script>")[0]
    keep(results, [Report("bob", HW, "bob.ipynb", reports_of(points, ["ada"])[0].scores)])
    assert total_of(results, "bob") == 109
    command("report", results)
    assert "look again" in (results / HW / "report.html").read_text().partition("<script>")[0]


def test_lateness_takes_its_share_and_the_cap_on_extra_credit_holds(results, course, points, tmp_path):
    (tmp_path / "policy.toml").write_text(
        f"penalty = 0.5\nmost_extra_credit = 1\nzone='UTC'\n[due]\n{HW} = 2026-11-20T00:00:00\n"
    )
    late = [
        Report(each.student, HW, each.origin, each.scores, submitted="2026-11-20T06:00:00+00:00")
        for each in reports_of(points)
    ]
    keep(results, late)
    give(course, "ada", "written_candidates", 4, extra=3)
    take(results, course)
    command("report", results, "--policy", tmp_path / "policy.toml")
    assert total_of(results, "ada") == (114 + 4 + 1) / 2
    assert "You earned 121 points; by the course's policy, 59.5 count" in page(results, "ada").replace(
        "’", "'"
    ).replace("&#39;", "'")


def test_an_unknown_student_and_an_unknown_cell_are_named(results, course):
    give(course, "zoe", "written_candidates", 3)
    give(course, "ada", "written_candidates", 2)
    with open_book(course) as book:
        extra = book.find_notebook(HW, HW)
        book.add_grade_cell("written_bonus", HW, HW, max_score=3, cell_type="markdown")
        book.add_solution_cell("written_bonus", HW, HW)
        assert extra is not None
        book.db.commit()
        book.remove_submission(HW, "ada")
        book.update_or_create_submission(HW, "ada")
        book.db.commit()
    give(course, "ada", "written_bonus", 3)
    give(course, "ada", "written_candidates", 2)
    told = take(results, course, status=3)
    lines = told.stderr.splitlines()
    assert "zoe has a mark in formgrader and no grade here (3 for written_candidates)" in told.stderr
    assert f"ada: 3 for written_bonus is left out: {HW} has no such exercise or question" in lines
    assert total_of(results, "ada") == 116


def test_a_mark_that_is_gone_stays_until_somebody_says_otherwise(results, course):
    give(course, "ada", "written_candidates", 3)
    take(results, course)
    give(course, "ada", "written_candidates", None)
    told = take(results, course)
    assert "--drop-gone" in told.stdout
    assert "ada, written_candidates: 3" in told.stdout
    assert total_of(results, "ada") == 117
    take(results, course, "--drop-gone")
    assert total_of(results, "ada") == 114


def test_what_the_grader_failed_on_is_settled_by_a_person(results, course, points, tmp_path):
    scores = [
        Score(each.exercise, each.test, each.title, Verdict.GRADER_ERROR, 0, each.max_points)
        if each.exercise == "info_nce"
        else each
        for each in reports_of(points, ["ada"])[0].scores
    ]
    keep(results, [Report("ada", HW, "ada.ipynb", tuple(scores))])
    (tmp_path / "gradebook.csv").write_text(GRADEBOOK.replace("126", "114"))
    options = ("--to", "canvas", "--gradebook", tmp_path / "gradebook.csv", "--column", "Homework 4")
    assert "the grader itself failed on info_nce" in command("export", results, *options, status=3).stderr
    give(course, "ada", CHECK + "info_nce", 12)
    take(results, course)
    assert "114.00" in command("export", results, *options).stdout


def test_a_course_of_another_version_is_refused(results, course):
    with open_book(course) as book:
        book.find_grade_cell("written_candidates", HW, HW).max_score = 9
        book.db.commit()
    told = take(results, course, status=2)
    assert (
        "written_candidates has 9 points in the gradebook and 4 here; run `nbgrader generate_assignment" in told.stderr
    )


def test_a_folder_without_a_gradebook_is_refused(results, tmp_path):
    assert "no gradebook yet" in take(results, tmp_path, status=2).stderr


def test_a_gradebook_that_was_made_anew_gets_its_marks_back_and_a_new_one_is_never_overwritten(results, course, points):
    give(course, "ada", "written_candidates", 3, "Say what a candidate is.")
    give(course, "bob", CHECK + "info_nce", 7, HOSTILE)
    take(results, course)
    give(course, "ada", "written_candidates", None, "")
    give(course, "bob", CHECK + "info_nce", 9)
    told = command("export", results, "--to", "nbgrader", "--course", course, status=3)
    assert (
        "ada had no mark in the gradebook where one is kept here, and has it again: written_candidates 3" in told.stderr
    )
    with open_book(course) as book:
        entry = book.find_grade("written_candidates", HW, HW, "ada")
        assert (entry.manual_score, entry.needs_manual_grade) == (3, False)
        assert book.find_comment("written_candidates", HW, HW, "ada").comment == "Say what a candidate is."
        assert book.find_grade(CHECK + "info_nce", HW, HW, "bob").manual_score == 9
        waits = {
            grade.name for grade in book.find_submission_notebook(HW, HW, "ada").grades if grade.needs_manual_grade
        }
        assert waits == {"written_queue", "written_evaluation"}


def test_explain_tells_who_gave_what(results, course, monkeypatch):
    give(course, "bob", CHECK + "info_nce", 7, "Half is right.")
    take(results, course)
    assert suite.load(HW)
    told = CliRunner().invoke(main, ["explain", "bob", str(results)]).stdout
    assert re.search(r"info_nce: 7 points by hand; the tests gave 0 \(by hand in nbgrader, kept since 2", told), told


ROSTER = "id,name,e-mail\nal1,Ada Lovelace,ada\nbb2,Bob Babbage,\nzz3,Zoe Zora,\n"


def test_names_of_the_gradebook_are_looked_up_in_the_roster(results, course, points, tmp_path):
    """ada's folder was called by her address, bob's as he was found; zoe has handed in on paper."""
    (tmp_path / "roster.csv").write_text(ROSTER)
    ada, bob = reports_of(points)
    keep(results, [replace(ada, student="al1"), replace(bob, student="bb2", identity={"found_as": "bob"})])
    command("report", results, "--roster", tmp_path / "roster.csv")
    give(course, "ada", "written_candidates", 3)
    give(course, "bob", CHECK + "info_nce", 7)
    with open_book(course) as book:
        enter(book, "zz3", points)
    give(course, "zz3", "written_queue", 2)
    assert "4 new" in take(results, course).stdout  # and bob's answer that nobody wrote
    assert [total_of(results, student) for student in ("al1", "bb2", "zz3")] == [117, 109, 2]


def test_marks_of_who_handed_in_nothing_are_told_where_the_gradebook_has_no_place(results, course, tmp_path):
    (tmp_path / "roster.csv").write_text("id\nada\nbob\nyan\n")
    command("report", results, "--roster", tmp_path / "roster.csv")
    with Results(results, create=True) as store:
        store.keep_marks(HW, [Mark("yan", "written_queue", 2)])
    told = command("export", results, "--to", "nbgrader", "--course", course, status=3)
    assert (
        "yan has marks here and no submission in the gradebook, so they are not in it: written_queue 2" in told.stderr
    )
