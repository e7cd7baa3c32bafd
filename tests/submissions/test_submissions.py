"""Hostile and broken submissions, graded for real in one class between honest ones: they gain nothing and hurt nobody.

Each folder of tests/submissions/hw4_contrastive holds `answers.py`, the new source of one exercise's cell in the
solution's notebook, and `expected.toml`: the points that it loses, and the verdicts of the exercises that lose some. No
trained encoder is handed in. Files that are an attack themselves are built by `broken_files`. An attack that got what
it wanted says ESCAPED, in an exception, whose text is what a student gets to read. All are bounded: they harm no
machine on which the defence fails.
"""

import dataclasses
import json
import os
import re
import secrets
import shutil
import socket
import subprocess
import sys
import tomllib
from pathlib import Path
from types import SimpleNamespace

import pytest

from autograder import suite
from autograder.authoring.sample_class import answered
from autograder.grading.class_run import Options, grade_class
from autograder.results.store import Results
from hw4_contrastive import broken_files

pytestmark = pytest.mark.proof

HW = "hw4_contrastive"
FOLDERS = sorted(path.parent for path in (Path(__file__).parent / HW).glob("*/expected.toml"))
FORGING = (Path(__file__).parent / HW / "forging.py").read_text()
BYSTANDERS = {"000-ada": "full", "000-bob": "mistaken", "zzz-ada": "full", "zzz-bob": "mistaken"}
MISTAKE = "def momentum_update(encoder_q, encoder_k, m):\n    encoder_k.load_state_dict(encoder_q.state_dict())"
PLANTED = "planted-by-a-submission"
WORKERS = 8  # those that sleep until their time is up keep a worker waiting, and no processor busy
FULL, TRAINED = 106, "trained_encoder"


@dataclasses.dataclass(frozen=True)
class Expected:
    """loses: so many points, no more and no less. verdicts: exercise -> what its lost points may be due to.

    escapes_unconfined: it only reads, and gets what it wants without the sandbox.
    """

    loses: int
    verdicts: dict[str, list[str]]
    escapes_unconfined: bool = False


def expected_of(folder: Path) -> Expected:
    return Expected(**tomllib.loads((folder / "expected.toml").read_text()))


@pytest.fixture(scope="module")
def solution(root):
    return json.loads((root / "solutions" / HW / f"{HW}.ipynb").read_text())


@pytest.fixture(scope="module")
def outside(tmp_path_factory, root):
    """What must stay out of reach, with a sentinel in each place; `names` is what the attacks are told of it."""
    place, sentinel = tmp_path_factory.mktemp("course"), f"sentinel-{secrets.token_hex(8)}"
    shutil.copytree(root / "autograder" / "suites", place / "suites")
    for name in ("suites", "results", "submitted"):
        (place / name).mkdir(exist_ok=True)
        (place / name / "sentinel").write_text(sentinel)
    with socket.create_server(("127.0.0.1", 0)) as listener, pytest.MonkeyPatch.context() as patch:
        patch.setenv("AUTOGRADER_TOKEN", sentinel)
        names = names_of(place, root, listener.getsockname()[1])
        yield SimpleNamespace(place=place, sentinel=sentinel, names=names)


def names_of(place: Path, root: Path, port: int) -> dict:
    """What the attacks are told of the places that must stay out of their reach."""
    return {
        "suites": (str(place / "suites"), str(root / "autograder" / "suites")),
        "results": str(place / "results"),
        "submissions": str(place / "submitted"),
        "checkout": str(root),
        "grader": os.getpid(),
        "port": port,
    }


def notebook_of(folder: Path, solution: dict, outside: SimpleNamespace) -> bytes:
    """The solution's notebook with this answer, and a first cell with where the secrets are and how to forge."""
    source = (folder / "answers.py").read_text()
    (exercise,) = (name for name in suite.load(HW).names if re.search(rf"^(def|class) {name}\b", source, re.MULTILINE))
    copy = answered(solution, {exercise: source})
    source = f"{FORGING}\n\nOUTSIDE = {outside.names!r}"
    told = {"cell_type": "code", "source": source, "metadata": {}}
    return json.dumps({**copy, "cells": [told, *copy["cells"]]}).encode()


def hand_in_bystanders(folder: Path, solution: dict) -> None:
    notebooks = {"full": solution, "mistaken": answered(solution, {"momentum_update": MISTAKE})}
    for student, kind in BYSTANDERS.items():
        (folder / f"{student}.ipynb").write_text(json.dumps(notebooks[kind]))


def grade(submitted: Path, out: Path, level: str = "best") -> dict:
    """Reports by student."""
    grade_class(submitted, HW, out, Options(WORKERS, level), lambda line: None)
    with Results(out) as results:
        return {report.student: report for report in results.reports()}


@pytest.fixture(scope="module")
def graded(outside, solution):
    """The class of all submissions and the bystanders, after one run."""
    hand_in(outside.place / "submitted", solution, outside)
    return grade(outside.place / "submitted", outside.place / "results")


def hand_in(submitted: Path, solution: dict, outside: SimpleNamespace) -> None:
    """The whole class: bystanders, hostile notebooks, broken files."""
    hand_in_bystanders(submitted, solution)
    for folder in FOLDERS:
        (submitted / f"{folder.name}.ipynb").write_bytes(notebook_of(folder, solution, outside))
    for build in broken_files.BUILDERS:
        ending, content = build(solution)
        (submitted / f"{build.__name__}{ending}").write_bytes(content)


def untimed(report):
    return [dataclasses.replace(score, seconds=0) for score in report.scores]


def lost(report) -> dict[str, set[str]]:
    """Exercise -> verdicts of its tests that were not passed."""
    found: dict[str, set[str]] = {}
    for score in report.scores:
        if score.verdict != "PASSED" and score.exercise != TRAINED:
            found.setdefault(score.exercise, set()).add(str(score.verdict))
    return found


def test_there_are_at_least_forty_submissions():
    assert len(FOLDERS) + len(broken_files.BUILDERS) >= 40


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_a_submission_earns_its_honest_score(folder, graded):
    expected, report = expected_of(folder), graded[folder.name]
    found = lost(report)
    shown = "\n".join(f"{score.exercise}.{score.test}: {score.verdict} {score.saw}" for score in report.scores)
    assert report.points == FULL - expected.loses, shown
    assert found.keys() == expected.verdicts.keys(), shown
    assert all(found[name] <= set(verdicts) for name, verdicts in expected.verdicts.items()), shown


@pytest.mark.parametrize("build", broken_files.BUILDERS, ids=lambda build: build.__name__)
def test_a_broken_file_is_graded_or_named(build, graded):
    report = graded[build.__name__]
    if build.__name__.startswith("passed_"):
        assert (report.points, report.problem) == (FULL, "")
    else:
        assert report.points == 0
        assert report.problem
        assert {verdict for verdicts in lost(report).values() for verdict in verdicts} == {"UNREADABLE"}


def test_the_whole_class_is_graded_and_no_fault_is_the_graders(graded):
    assert len(graded) == len(FOLDERS) + len(broken_files.BUILDERS) + len(BYSTANDERS)
    verdicts = {score.verdict for report in graded.values() for score in report.scores}
    assert "GRADER_ERROR" not in verdicts


def test_nothing_came_out(graded, outside):
    """Every word a student or a TA gets to see is searched for the sentinels and for a cry of success."""
    words = [f"{score.saw} {score.advice}" for report in graded.values() for score in report.scores]
    pages = [path.read_text() for path in (outside.place / "results").rglob("*.*") if path.suffix in (".md", ".html")]
    assert pages
    assert not [word for word in words if "ESCAPED" in word or outside.sentinel in word]
    assert not [page for page in pages if "ESCAPED" in page or outside.sentinel in page]


def test_nothing_was_changed_or_left_behind(graded, outside, root):
    places = [outside.place / "results", outside.place / "submitted", root]
    assert not [place for place in (*places, "/tmp", "/dev/shm", "/var/tmp") if (Path(place) / PLANTED).exists()]
    for name in ("suites", "results", "submitted"):
        assert (outside.place / name / "sentinel").read_text() == outside.sentinel


def test_hostile_text_is_shown_as_text(graded, outside):
    (page,) = (outside.place / "results" / HW / "feedback").glob("*crashed_raises_hostile_text*.html")
    assert "<img src=x" not in page.read_text()
    assert "&lt;img src=x" in page.read_text()


def test_bystanders_notice_nothing(graded, outside, solution, tmp_path):
    """The same scores and the same pages, byte for byte, in front of the hostile submissions, behind and without."""
    (tmp_path / "submitted").mkdir()
    hand_in_bystanders(tmp_path / "submitted", solution)
    alone = grade(tmp_path / "submitted", tmp_path / "results")
    for student in BYSTANDERS:
        assert untimed(graded[student]) == untimed(alone[student])
        pages = sorted((tmp_path / "results" / HW / "feedback").glob(f"*{student}*"))
        assert pages
        for page in pages:
            assert page.read_bytes() == (outside.place / "results" / HW / "feedback" / page.name).read_bytes()
    assert alone["000-ada"].points == FULL
    assert untimed(graded["000-bob"]) == untimed(graded["zzz-bob"])


def test_the_attacks_are_real(outside, solution, tmp_path):
    """Without the sandbox, those that only read do get what they want: it is the sandbox that holds them back."""
    attacks = [folder for folder in FOLDERS if expected_of(folder).escapes_unconfined]
    (tmp_path / "submitted").mkdir()
    for folder in attacks:
        (tmp_path / "submitted" / f"{folder.name}.ipynb").write_bytes(notebook_of(folder, solution, outside))
    for student, report in grade(tmp_path / "submitted", tmp_path / "results", "off").items():
        assert any("ESCAPED" in score.saw for score in report.scores), student
    assert len(attacks) >= 8


def test_a_pipe_among_the_submissions_is_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "eve.ipynb")
    os.mkfifo(tmp_path / "eve.zip")
    (tmp_path / "ada.ipynb").write_bytes(b"A")
    program = "import sys, pathlib; from autograder.submissions.intake import find_submissions as find; "
    program += f"print(len(find(pathlib.Path(sys.argv[1]), {HW!r}).submissions))"
    command = [sys.executable, "-c", program, str(tmp_path)]
    assert subprocess.run(command, capture_output=True, timeout=60, check=True).stdout


def test_a_loader_that_asked_for_workers_gets_a_note(graded):
    assert any("DataLoader" in note for note in graded["honest_loads_with_workers"].notes)
