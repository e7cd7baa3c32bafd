"""Grading as a TA runs it, on real notebooks in the real sandbox."""

import csv
import io
import json
import re
import shutil
import subprocess
import sys

import pytest
from click.testing import CliRunner

from autograder import suite
from autograder.authoring import bank
from autograder.authoring.record import solution_harvest
from autograder.authoring.sample_class import answered, sample_class
from autograder.cli import main
from autograder.judging.hidden_tests import load_tests

HW = "hw4_contrastive"
FULL = 106  # without a trained encoder


@pytest.fixture(scope="module")
def solution(root):
    return json.loads((root / "solutions" / HW / f"{HW}.ipynb").read_text())


@pytest.fixture(scope="module")
def stub(root):
    return json.loads((root / "assignments" / HW / f"{HW}.ipynb").read_text())


def grade(folder, notebooks, *options):
    """Exit status, rows by (student, exercise) -> (points, verdicts, mistakes), and what was printed."""
    submitted, out = folder / "submitted", folder / "results"
    submitted.mkdir(exist_ok=True)
    for name, content in notebooks.items():
        data = content if isinstance(content, bytes) else json.dumps(content).encode()
        (submitted / f"{name}.ipynb").write_bytes(data)
    result = CliRunner().invoke(main, ["grade", str(submitted), "--homework", HW, "--out", str(out), *options])
    exported = CliRunner().invoke(main, ["export", str(out), "--to", "csv"])
    table = {}
    for row in csv.DictReader(io.StringIO(exported.stdout)):
        entry = table.setdefault((row["student"], row["exercise"]), [0.0, set(), set()])
        entry[0] += float(row["points"])
        entry[1].add(row["verdict"])
        entry[2].add(row["mistake"])
    return result, table


def points_of(table, student):
    return sum(entry[0] for (name, _), entry in table.items() if name == student)


def verdicts_of_functions(table, student):
    """All verdicts but those on the trained network, which is a file of its own."""
    functions = suite.load(HW).written
    return {
        verdict
        for (name, what), entry in table.items()
        if name == student and what in functions
        for verdict in entry[1]
    }


def test_the_solution_earns_everything_and_the_stub_nothing(tmp_path, solution, stub):
    result, table = grade(tmp_path, {"full": solution, "empty": stub})
    assert result.exit_code == 0, result.output
    assert points_of(table, "full") == FULL
    assert points_of(table, "empty") == 0
    assert {verdict for (name, _), entry in table.items() if name == "empty" for verdict in entry[1]} == {"NOT_WRITTEN"}


@pytest.mark.parametrize(
    ("broken", "verdict"),
    [
        ("def info_nce(query, positive, negatives, temperature):\n    while True:\n        pass", "TIMED_OUT"),
        ("def info_nce(*arguments):\n    import os\n    os._exit(0)", "CRASHED"),
        ("def info_nce(*arguments):\n    import ctypes\n    ctypes.string_at(0)", "CRASHED"),
        ("def info_nce(*arguments:\n    return 1", "UNREADABLE"),
        ("def info_nce(*arguments):\n    raise NotImplementedError", "NOT_WRITTEN"),
        ("def info_nce(*arguments):\n    import torch\n    return torch.zeros(1 << 33)", "OUT_OF_MEMORY"),
    ],
)
def test_one_broken_function_costs_only_itself(tmp_path, solution, broken, verdict):
    result, table = grade(tmp_path, {"ada": answered(solution, {"info_nce": broken})})
    assert result.exit_code == 0, result.output
    assert table["ada", "info_nce"][:2] == [0, {verdict}]
    assert points_of(table, "ada") == FULL - 12  # moco_loss and moco_step call it, and are judged with ours


def test_a_known_mistake_is_named(tmp_path, root, solution):
    chosen = suite.load(HW)
    statements = solution_harvest(root, HW).statements
    known = next(answer for answer in bank.mistakes(chosen) if answer.exercise == "momentum_update")
    assert any("def momentum_update" in source for source, _ in statements)
    _, table = grade(tmp_path, {"ada": answered(solution, {"momentum_update": known.source})})
    assert known.name in table["ada", "momentum_update"][2]


def test_students_who_are_wrong_in_the_same_way_are_seen_side_by_side(tmp_path, solution):
    """Two styles of one mistake that no bank knows, and one student with another."""
    answers = {
        "ada": "return (loss + 3) * 1.0",
        "bob": "shifted = loss + 2 + 1\n    return shifted",
        "eve": "return loss - 3",
    }
    definition = "def mutual_information_bound(loss, num_candidates):\n    {}"
    name = "mutual_information_bound"
    grade(tmp_path, {who: answered(solution, {name: definition.format(body)}) for who, body in answers.items()})
    page = (tmp_path / "results" / HW / "report.html").read_text()
    table = page.partition('id="same"')[2].partition("</section>")[0]
    assert name in table
    assert [who in table for who in answers] == [True, True, False]


def test_files_that_are_no_notebook_are_named_and_the_class_goes_on(tmp_path, solution):
    result, table = grade(tmp_path, {"ada": solution, "bob": b"no notebook", "eve": b""})
    assert result.exit_code == 3
    assert "could not be graded: bob, eve" in result.output
    assert points_of(table, "ada") == FULL
    assert verdicts_of_functions(table, "bob") == {"UNREADABLE"}


def test_a_rerun_grades_only_what_changed(tmp_path, solution, stub, monkeypatch):
    grade(tmp_path, {"ada": solution, "bob": stub})
    graded = []
    from autograder.grading import class_run

    real = class_run.grade

    def grade_and_note(new, *rest):
        return real((graded.append(each.student) or each for each in new), *rest)

    monkeypatch.setattr(class_run, "grade", grade_and_note)
    better = answered(solution, {"mutual_information_bound": "def mutual_information_bound(loss, n):\n    return loss"})
    _, table = grade(tmp_path, {"bob": better})
    assert graded == ["bob"]
    assert (points_of(table, "ada"), points_of(table, "bob")) == (FULL, FULL - 2)
    told = CliRunner().invoke(main, ["diff", str(tmp_path / "results")]).output
    assert f"bob: 0 -> {FULL - 2} points (another submission)" in told
    assert "ada" not in told


def test_one_student_alone_is_graded_and_the_others_keep_what_they_had(tmp_path, solution, stub):
    grade(tmp_path, {"ada": solution, "bob": solution})
    result, table = grade(tmp_path, {"ada": stub, "bob": stub}, "--only", "bob")
    assert result.exit_code == 0, result.output
    assert (points_of(table, "ada"), points_of(table, "bob")) == (FULL, 0)
    best = CliRunner().invoke(main, ["export", str(tmp_path / "results"), "--to", "csv", "--attempt", "best"]).stdout
    assert sum(float(row["points"]) for row in csv.DictReader(io.StringIO(best)) if row["student"] == "bob") == FULL
    refused, _ = grade(tmp_path, {}, "--only", "eve")
    assert refused.exit_code == 2
    assert "no submission of eve" in refused.output


def test_grading_twice_names_what_is_not_settled(tmp_path, solution):
    unsettled = """
def mutual_information_bound(loss, num_candidates):
    import os
    return math.log(num_candidates) - loss + float(os.environ["SEED_SHIFT"])
"""
    result, _ = grade(tmp_path, {"ada": answered(solution, {"mutual_information_bound": unsettled})}, "--twice")
    assert result.exit_code == 0, result.output
    flips = [line for line in result.output.splitlines() if line.startswith("flips:")]
    assert flips
    assert all("mutual_information_bound" in line and "PASSED -> WRONG: ada" in line for line in flips)


def test_the_sandbox_starts_before_anything_slow_is_imported(tmp_path, solution):
    """The command itself is run, up to the moment at which the sandbox begins to start."""
    (tmp_path / "ada.ipynb").write_text(json.dumps(solution))
    slow = {"torch", "pytest", "IPython", "matplotlib", "nbformat"}
    program = f"""
import os, sys
from autograder.cli import main
from autograder.judging.hidden_tests import load_tests
from autograder.observing.crew import Threads

def start(self):
    os.write(2, " ".join({slow} & sys.modules.keys()).encode())
    os._exit(7)

Threads.__enter__ = start
main(["grade", {str(tmp_path)!r}, "--homework", {HW!r}, "--out", {str(tmp_path / "out")!r}])
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=120)
    assert (done.returncode, done.stderr) == (7, "no policy: nothing is late\n")


def test_everything_is_written_for_people_too(tmp_path, solution):
    result, _ = grade(tmp_path, {"ada": solution})
    assert (tmp_path / "results" / HW / "report.html").stat().st_size > 1000
    assert len(list((tmp_path / "results" / HW / "feedback").glob("*.html"))) == 1
    assert "class report:" in result.output
    shutil.rmtree(tmp_path / "results" / HW / "feedback")
    again = CliRunner().invoke(main, ["report", str(tmp_path / "results")])
    assert again.exit_code == 0
    assert len(list((tmp_path / "results" / HW / "feedback").glob("*.md"))) == 1


@pytest.mark.parametrize(
    "arguments", [["grade", "nowhere"], ["report", "nowhere"], ["verify", "hw9"], ["record", "hw9"]]
)
def test_wrong_usage_is_one_sentence_and_status_2(arguments, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    result = CliRunner().invoke(main, arguments)
    assert result.exit_code == 2
    assert len(result.output.strip().splitlines()) == 1


def test_one_suite_runs_by_hand(tmp_path, root, solution):
    """As pytest runs any tests: under their own names, each in its own file; and below them what the judge says."""
    broken = answered(solution, {"mutual_information_bound": "def mutual_information_bound(loss, n):\n    return loss"})
    path = tmp_path / "ada.ipynb"
    path.write_text(json.dumps(broken))
    command = [sys.executable, "-m", "pytest", "-q", "-rA", "-p", "no:cacheprovider"]
    done = subprocess.run(
        [*command, str(root / "autograder" / "suites" / HW), "--submission", str(path)],
        capture_output=True, text=True, cwd=root, timeout=120,
    )  # fmt: skip
    assert done.returncode == 1
    assert "5 failed" in done.stdout  # two of the bound, and three of the trained encoder, which is not there
    assert "saw:" in done.stdout
    assert f"{FULL - 2} / {FULL + 8}" in done.stdout
    ran = re.findall(r"^(?:PASSED|FAILED) \S*?test_(\w+)\.py::(\w+)", done.stdout, re.MULTILINE)
    chosen = suite.load(HW)
    known = [(exercise, test.name) for exercise in chosen.names for test in load_tests(chosen, exercise)]
    assert sorted(ran) == sorted(known)


def test_by_hand_without_a_notebook_is_one_sentence(root):
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"]
    place = root / "autograder" / "suites" / HW / "test_info_nce.py"
    done = subprocess.run([*command, str(place)], capture_output=True, text=True, cwd=root, timeout=120)
    assert done.returncode != 0
    assert "--submission NOTEBOOK" in done.stdout + done.stderr
    done = subprocess.run(
        [*command, str(place), "--submission", "nowhere.ipynb"], capture_output=True, text=True, cwd=root, timeout=120
    )
    assert (done.returncode, "there is no notebook nowhere.ipynb" in done.stderr) == (4, True)


def test_the_sample_class_is_thirty_and_the_same_every_time(root):
    first, second = list(sample_class(HW, root)), list(sample_class(HW, root))
    assert first == second
    assert len({name for name, _ in first}) == 30
