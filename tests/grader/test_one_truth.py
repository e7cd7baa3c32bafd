"""What could not be graded has one number and one reason, wherever somebody reads of it."""

import csv
import io
import json
import re
from dataclasses import replace

import pytest
from click.testing import CliRunner

from autograder.cli import main
from autograder.records import Verdict
from autograder.report.file_names import feedback_file_name
from autograder.results.store import Results

HW = "hw4_contrastive"
GRADEBOOK = """Student,ID,SIS User ID,SIS Login ID,Section,Homework 4 (77)
    Points Possible,,,,,114.00
"Rossi, Luca",1,901,luca,A,
"Lovelace, Ada",2,902,ada,A,
"""


def run(*arguments):
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


@pytest.fixture(scope="module")
def told(right, tmp_path_factory):
    """What everything says of luca, a PDF under a notebook's name beside a trained network, and of ada."""
    place = tmp_path_factory.mktemp("class")
    (place / "submitted" / "luca" / HW / "artefacts").mkdir(parents=True)
    (place / "submitted" / "luca" / HW / f"{HW}.ipynb").write_bytes(b"%PDF-1.7 my answers")
    for name, content in right.items():
        (place / "submitted" / "luca" / HW / "artefacts" / name).write_bytes(content)
    (place / "policy.toml").write_text(f"zone = 'UTC'\npenalty = 0.1\n[due]\n{HW} = 2026-11-20T00:00:00\n")
    (place / "submitted" / "luca" / HW / "timestamp.txt").write_text("2026-11-21 12:00:00 UTC")
    (place / "gradebook.csv").write_text(GRADEBOOK)
    out = place / "results"
    graded = run("grade", place / "submitted", "--homework", HW, "--out", out, "--policy", place / "policy.toml")
    add_ada(out)
    report = run("report", out)
    assert report.exit_code == 0, report.output
    canvas = ("--to", "canvas", "--gradebook", place / "gradebook.csv", "--column", "Homework 4")
    return {
        "terminal": graded.output,
        "feedback": {name: page(out, name, "html") for name in ("luca", "ada")},
        "markdown": {name: page(out, name, "md") for name in ("luca", "ada")},
        "class": (out / HW / "report.html").read_text(),
        "csv": list(csv.DictReader(io.StringIO(run("export", out, "--to", "csv").stdout))),
        "canvas": run("export", out, *canvas),
        "gradescope": gradescope(out, place / "gradescope"),
    }


def add_ada(out):
    """A run more, with a student of whom one exercise could not be graded by our own fault."""
    with Results(out, create=True) as store:
        (luca,) = store.reports()
        run = store.begin(HW)
        scores = [replace(each, verdict=Verdict.PASSED, points=each.max_points, saw="") for each in luca.scores]
        lost = {"verdict": Verdict.GRADER_ERROR, "points": 0, "saw": "it was stopped"}
        ours = [replace(each, **lost) if each.exercise == "trained_encoder" else each for each in scores]
        store.add(run, "luca", luca)
        store.add(run, "ada", replace(luca, student="ada", scores=tuple(ours), problem=""))
        store.finish(run)


def page(out, student, form):
    return (out / HW / "feedback" / f"{feedback_file_name(student)}.{form}").read_text()


def gradescope(out, folder):
    run("export", out, "--to", "gradescope", "--folder", folder)
    return {name: json.loads((folder / name / "results.json").read_text()) for name in ("luca", "ada")}


def reason(told, student):
    """As the table says it."""
    (row,) = [row for row in told["csv"] if row["student"] == student and row["exercise"] == "not graded"]
    return row["test"]


def test_the_reason_is_the_same_everywhere(told):
    assert reason(told, "ada") == "the grader itself failed on trained_encoder"
    assert "notebook" in reason(told, "luca")
    assert reason(told, "luca") in told["terminal"]
    for student in ("luca", "ada"):
        assert reason(told, student) in told["feedback"][student]
        assert reason(told, student) in told["markdown"][student].replace("\\", "")
        assert reason(told, student) in told["class"]
        assert f"{student} is left out: {reason(told, student)}\n" in told["canvas"].stderr
        assert told["gradescope"][student]["output"] == reason(told, student)
        assert told["gradescope"][student]["extra_data"]["open"]


@pytest.mark.parametrize(("student", "points"), [("luca", 0.0), ("ada", 106 * 0.8)])
def test_the_number_is_the_same_everywhere(told, student, points):
    """Of a notebook that cannot be read nothing counts, the trained network beside it included."""
    in_table = sum(float(row["points"]) for row in told["csv"] if row["student"] == student)
    assert in_table == pytest.approx(points)
    results = told["gradescope"][student]
    assert results["score"] == pytest.approx(points)
    assert re.search(rf'<p class="total">{points:g} <small>/ 114 points', told["feedback"][student])
    assert f": {points:g} / 114 points" in told["markdown"][student]
    row = re.search(rf'<tr[^>]*><th scope="row">[^\n]*{student}[^\n]*</tr>', told["class"])
    assert f'<td class="number">{points:g}</td>' in row.group()


def test_who_has_no_grade_is_in_no_gradebook(told):
    assert told["canvas"].exit_code == 3
    assert "Rossi" not in told["canvas"].stdout
    assert "Lovelace" not in told["canvas"].stdout


def test_the_terminal_says_the_number_too(told):
    assert re.search(r"^luca +0 / 114 ", told["terminal"], re.MULTILINE)
    assert "could not be graded: luca" in told["terminal"]
