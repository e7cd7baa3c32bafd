"""What is printed obeys nobody: whatever students call themselves, no line is forged and no terminal commanded."""

import json
import re
import shutil

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from autograder.cli import main
from autograder.harmless import on_one_line
from autograder.records import Report, Score, Verdict
from autograder.results.store import Results

HW = "hw4_contrastive"
FORGED = "ada                          106 / 106"
HOSTILE = ("ada\x1b]0;owned\x07", f"bob\n{FORGED}", f"cyd\r{FORGED}", f"dan\u2028{FORGED}", "eve\u202egnp", "fay\x9b2J",
           f"gus\x85{FORGED}", "hal\U000e0041\u2066")  # fmt: skip
COMMANDS = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\U000e0000-\U000e007f]")


def printed(*arguments):
    """What a command prints, seen to be harmless."""
    result = CliRunner().invoke(main, list(map(str, arguments)))
    assert result.exception is None or isinstance(result.exception, SystemExit), result.output
    assert not COMMANDS.search(result.output), repr(result.output)
    assert FORGED not in result.output.split("\n")
    assert result.output.strip()
    return result.output


def graded(student, points, problem=""):
    scores = (
        Score("info_nce", "test_a", "It works.", Verdict.PASSED if points else Verdict.WRONG, points, 3, student),
    )
    return Report(student, HW, f"{student}.ipynb", scores, (student,), problem and student, {"source": student})


@pytest.fixture
def results(tmp_path):
    """Two runs of the hostile class: with other scores, somebody gone, somebody new, and one who cannot be graded."""
    with Results(tmp_path / "results", create=True) as store:
        for points, students in ((3, HOSTILE[1:]), (0, HOSTILE[:-1])):
            run = store.begin(HW)
            for student in students:
                store.add(run, f"{student}{points}", graded(student, points, "no notebook" * (student == HOSTILE[3])))
            store.finish(run)
    return tmp_path / "results"


@pytest.fixture
def policy(tmp_path):
    """One that names people who handed in nothing."""
    path = tmp_path / "policy.toml"
    names = "\n".join(f"{json.dumps(name + ' jr', ensure_ascii=True)} = 2" for name in HOSTILE[:6])
    path.write_text(f"[extensions.{HW}]\n{names}\n[due]\n{HW} = 2026-11-20T23:59:00-05:00\n")
    return path


def test_diff_and_report(results, policy):
    assert "new" in printed("diff", results)
    assert "the policy names" in printed("report", results, "--policy", policy)


@pytest.mark.parametrize("student", HOSTILE[:-1])
def test_explain(results, student):
    assert printed("explain", student, results)


def test_explain_of_nobody(results):
    assert "there is no grade of" in printed("explain", f"nobody\n{FORGED}\x1b", results)


def test_export_as_a_table(results, policy):
    table = printed("export", results, "--to", "csv", "--policy", policy)
    assert len(table.strip().split("\n")) >= len(HOSTILE)


def test_export_to_other_programs(results, root, tmp_path):
    gradebook = tmp_path / "canvas.csv"
    shutil.copy(root / "tests" / "grader" / "canvas_export.csv", gradebook)
    header = gradebook.read_text().split("\n")[0]
    column = re.findall(r"[^,]* \(\d+\)", header)[0]
    assert "is left out: not in the gradebook" in printed(
        "export", results, "--to", "canvas", "--gradebook", gradebook, "--column", column, "--other-points"
    )
    assert "wrote" in printed("export", results, "--to", "gradescope", "--folder", tmp_path / "out")


def test_grade(tmp_path):
    for name in HOSTILE:
        (tmp_path / "submitted" / name).mkdir(parents=True)
        (tmp_path / "submitted" / name / f"{HW}.ipynb").write_text("no notebook")
    told = printed("grade", tmp_path / "submitted", "--homework", HW, "--out", tmp_path / "results", "--twice")
    assert "could not be graded" in told
    assert "no submission of" in printed(
        "grade", tmp_path / "submitted", "--homework", HW, "--out", tmp_path / "results", "--only", HOSTILE[1] + "x"
    )


def test_tests_that_flip_name_students(results, monkeypatch):
    from autograder.grading import class_run, flaky

    def grade_again(place, homework, out, options):
        with Results(out, create=True) as store:
            run = store.begin(HW)
            for student in HOSTILE:
                store.add(run, student, graded(student, 3))
            store.finish(run)

    monkeypatch.setattr(flaky, "_grade_again", grade_again)
    (flip,) = flaky.find_flips(results, HW, results, class_run.Options(), lambda line: None)
    assert not COMMANDS.search(flip)


@given(st.text())
def test_a_line_stays_one_line(text):
    shown = on_one_line(text)
    assert not COMMANDS.search(shown)
    assert "\n" not in shown
    assert shown == text or not text.isprintable()
    shown.encode("utf-8")
