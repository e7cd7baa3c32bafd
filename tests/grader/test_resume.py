"""The grader is killed, wherever it stands; the same command again ends as if nothing had happened."""

import json
import random
import signal
import subprocess
import sys
import time

import pytest

from autograder.authoring.sample_class import answered
from autograder.results.store import Results

pytestmark = pytest.mark.proof

HW = "hw4_contrastive"
LIMIT = 120  # seconds for one command; a few are needed


@pytest.fixture(scope="module")
def submitted(root, tmp_path_factory):
    """Four students, right, wrong, empty and unreadable."""
    folder = tmp_path_factory.mktemp("submitted")
    solution = json.loads((root / "solutions" / HW / f"{HW}.ipynb").read_text())
    wrong = answered(solution, {"momentum_update": "def momentum_update(encoder_q, encoder_k, m):\n    return None"})
    contents = {
        "ada": solution,
        "bob": wrong,
        "joe": json.loads((root / "assignments" / HW / f"{HW}.ipynb").read_text()),
    }
    for name, notebook in contents.items():
        (folder / f"{name}.ipynb").write_text(json.dumps(notebook))
    (folder / "eve.ipynb").write_text("My notebook is in my other bag.")
    return folder


def start(submitted, out):
    command = [sys.executable, "-m", "autograder", "grade", str(submitted), "--homework", HW, "--out", str(out)]
    return subprocess.Popen([*command, "--workers", "1"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def finish(submitted, out):
    process = start(submitted, out)
    printed, complaints = process.communicate(timeout=LIMIT)
    assert process.returncode == 3, complaints  # eve cannot be graded
    return printed


def kill_after(process, lines):
    """SIGKILL as soon as so many students have been told; False if it came to its end before."""
    for _ in range(lines):
        if not process.stdout.readline():
            break
    process.send_signal(signal.SIGKILL)
    process.communicate(timeout=LIMIT)
    return process.returncode == -signal.SIGKILL


def contents_of(out):
    """All that a run leaves behind, apart from times."""
    with Results(out) as results:
        reports = results.reports()
        runs = [(run.number, run.finished, run.students) for run in results.runs()]
    scores = [[{**vars(score), "seconds": 0} for score in report.scores] for report in reports]
    rest = [{**vars(report), "scores": ()} for report in reports]
    pages = {path.name: path.read_text() for path in (out / HW / "feedback").iterdir()}
    return runs, scores, rest, pages


@pytest.fixture(scope="module")
def undisturbed(submitted, tmp_path_factory):
    out = tmp_path_factory.mktemp("undisturbed")
    finish(submitted, out)
    return contents_of(out)


def test_killed_after_every_student_it_ends_as_if_undisturbed(submitted, undisturbed, tmp_path):
    for lines in range(1, 5):
        assert kill_after(start(submitted, tmp_path), lines)
    finish(submitted, tmp_path)
    assert contents_of(tmp_path) == undisturbed


def test_killed_at_any_time_it_ends_as_if_undisturbed(submitted, undisturbed, tmp_path):
    draw = random.Random(0)
    for _ in range(4):
        process = start(submitted, tmp_path)
        time.sleep(draw.uniform(0.5, 8))
        process.kill()
        process.communicate(timeout=LIMIT)
    finish(submitted, tmp_path)
    runs, *rest = contents_of(tmp_path)
    assert tuple(rest) == undisturbed[1:]
    assert all(finished for _, finished, _ in runs)
