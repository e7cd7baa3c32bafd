"""The policy is the course's: given once, it is kept in the store, and no later command undoes it by saying nothing."""

import csv
import io

import pytest
from click.testing import CliRunner
from hand_ins import finished, lay

from autograder.cli import main
from autograder.records import Report, Score, Verdict
from autograder.results.store import Results

HW1, HW4 = "hw1_diffusion", "hw4_contrastive"
NONE = "no policy: nothing is late"


def run(*arguments):
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


def exported(told):
    """student -> points; and the first line of standard error."""
    points = {}
    for row in csv.DictReader(io.StringIO(told.stdout)):
        points[row["student"]] = points.get(row["student"], 0) + float(row["points"])
    return points, told.stderr.splitlines()[0]


@pytest.fixture
def results(tmp_path):
    """ada, one day late, with 10 points."""
    folder = tmp_path / "results"
    score = Score("info_nce", "test_a", "It works.", Verdict.PASSED, 10, 10)
    with Results(folder, create=True) as store:
        number = store.begin(HW4)
        store.add(number, "key", Report("ada", HW4, "ada.ipynb", (score,), submitted="2026-11-21T11:00:00+00:00"))
        store.finish(number)
    return folder


@pytest.fixture
def policy(tmp_path):
    """policy(penalty) writes the course's file, at one place."""

    def write(penalty, name="course.toml", more=""):
        path = tmp_path / name
        path.write_text(f"penalty = {penalty}\n{more}[due]\n{HW4} = 2026-11-20T12:00:00Z\n", encoding="utf-8")
        return path

    return write


def test_without_a_policy_every_command_says_so(results):
    assert exported(run("export", results, "--to", "csv")) == ({"ada": 10}, NONE)
    assert run("report", results).stderr.splitlines()[0] == NONE
    assert run("explain", "ada", results).stderr.splitlines()[0] == NONE


@pytest.mark.parametrize("first", ["report", "export"])
def test_a_policy_that_was_given_once_is_used_ever_after(results, policy, first):
    path = policy(0.3)
    told = run(first, results, *(["--to", "csv"] if first == "export" else []), "--policy", path)
    assert "policy: course.toml (" in told.stderr.splitlines()[0]
    assert "kept in the results from now on" in told.stderr.splitlines()[0]
    path.unlink()
    points, line = exported(run("export", results, "--to", "csv"))
    assert points == {"ada": 7}
    assert line.startswith("policy: course.toml (")
    assert "now on" not in line
    told = run("report", results)
    assert told.stderr.splitlines()[0] == line
    assert "what counts: 7 points" in run("explain", "ada", results).stdout
    assert "30% off" in (results / HW4 / "feedback" / "ada.md").read_text()


def test_another_file_replaces_it_and_that_is_said(results, policy):
    run("export", results, "--to", "csv", "--policy", policy(0.3))
    points, line = exported(run("export", results, "--to", "csv", "--policy", policy(0.5, "new.toml")))
    assert points == {"ada": 5}
    assert "new.toml (" in line
    assert "in the place of course.toml (" in line
    assert exported(run("export", results, "--to", "csv"))[0] == {"ada": 5}
    again = exported(run("export", results, "--to", "csv", "--policy", policy(0.5, "new.toml")))
    assert "in the place of" not in again[1]


def test_it_can_be_left_out_for_once(results, policy):
    run("report", results, "--policy", policy(0.3))
    points, line = exported(run("export", results, "--to", "csv", "--no-policy"))
    assert points == {"ada": 10}
    assert line.startswith("no policy, for this once: nothing is late; course.toml (")
    assert exported(run("export", results, "--to", "csv"))[0] == {"ada": 7}
    both = run("export", results, "--to", "csv", "--no-policy", "--policy", policy(0.3))
    assert both.exit_code == 2
    assert "--no-policy" in both.stderr


@pytest.mark.parametrize("more", ["free_days = 1\n", "colour = 3\n"])
def test_a_policy_that_cannot_be_applied_is_not_kept(results, policy, more):
    early = f"{HW1} = 2026-11-06T12:00:00Z\n"
    path = policy(0.3, more=more)
    path.write_text(path.read_text() + early)
    for command in (("export", results, "--to", "csv"), ("report", results)):
        assert run(*command, "--policy", path).exit_code == 2
    assert exported(run("export", results, "--to", "csv")) == ({"ada": 10}, NONE)


def test_explain_tries_another_policy_and_keeps_the_course_s(results, policy):
    run("report", results, "--policy", policy(0.3))
    told = run("explain", "ada", results, "--policy", policy(0.5, "new.toml"))
    assert "what counts: 5 points" in told.stdout
    assert "new.toml (" in told.stderr
    assert "for this once" in told.stderr
    assert exported(run("export", results, "--to", "csv"))[0] == {"ada": 7}


def test_grading_keeps_and_uses_it(tmp_path, policy):
    """With its file among the submissions, in each run; and the list of runs tells it."""
    place, out = lay(tmp_path / "class", {"ada.ipynb": finished()}), tmp_path / "out"
    path = policy(0.3, "class/course.toml")
    path.write_text(path.read_text() + f"[drop_in.{HW4}]\nada = 2\n")
    command = ("grade", place, "--homework", HW4, "--out", out)
    first = run(*command, "--no-policy")
    assert first.stderr.splitlines()[0] == "no policy, for this once: nothing is late"
    for more in (("--policy", path), ()):
        told = run(*command, *more)
        assert told.exit_code == 0, told.output
        assert told.stderr.splitlines()[0].startswith("policy: course.toml (")
        assert "2 count" in (out / HW4 / "feedback" / "ada.md").read_text()
    listed = run("runs", out).stdout.splitlines()
    assert [line.partition(" UTC, ")[2].partition("(")[0] for line in listed] == [
        "1 student, no policy", "1 student, policy course.toml ", "1 student, policy course.toml "
    ][: len(listed)]  # fmt: skip


def test_a_policy_of_another_seed_is_neither_used_nor_kept(tmp_path, policy):
    place, out = lay(tmp_path / "class", {"ada.ipynb": finished()}), tmp_path / "out"
    command = ("grade", place, "--homework", HW4, "--out", out)
    assert run(*command, "--policy", policy(0.3, more="seed = 77\n")).exit_code == 2
    assert run(*command).stderr.splitlines()[0] == NONE
