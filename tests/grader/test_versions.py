"""A grade stands for as long as all that decides it is the same; what changed since is named, and only that."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import homework
from autograder import suite, versions
from autograder.authoring.sample_class import answered
from autograder.results.store import Results

pytestmark = pytest.mark.proof

HW = "hw4_contrastive"
ANSWERS = Path(__file__).parent / "stores" / "version_4" / "ada.ipynb"
ALMOST = """def momentum_update(encoder_q, encoder_k, m):
    with torch.no_grad():
        for q, k in zip(encoder_q.parameters(), encoder_k.parameters()):
            k.copy_(1.001 * (m * k + (1 - m) * q))
"""


@pytest.fixture(scope="module")
def copied(root, tmp_path_factory):
    """What grades, copied from the checkout: a test may change it."""
    folder = tmp_path_factory.mktemp("checkout")
    for part in ("autograder", "assignments/homework"):
        shutil.copytree(root / part, folder / part, ignore=shutil.ignore_patterns("__pycache__"))
    return folder


@pytest.fixture
def hashes(copied, monkeypatch):
    """hashes() -> the hashes of the copy's code and of its suite of hw4_contrastive."""
    monkeypatch.setattr(versions, "PACKAGE", copied / "autograder")
    monkeypatch.setattr(homework, "__file__", str(copied / "assignments" / "homework" / "__init__.py"))
    monkeypatch.setattr(suite, "SUITES", copied / "autograder" / "suites")
    monkeypatch.setattr(suite, "SHARED", copied / "autograder" / "suites" / "shared")
    return lambda: (versions.code_digest.__wrapped__(), suite.load.__wrapped__(HW).digest)


def changed_by(hashes, path):
    """Whether another hash of the code, and of the suite, comes of one more line in this file."""
    before, content = hashes(), path.read_bytes()
    path.write_bytes(content + b"\n# changed\n")
    after = hashes()
    path.write_bytes(content)
    return before[0] != after[0], before[1] != after[1]


CODE, SUITE, NOTHING = (True, False), (False, True), (False, False)


@pytest.mark.parametrize(
    ("path", "changed"),
    [
        ("assignments/homework/comparison.py", CODE),
        ("assignments/homework/evaluation.py", CODE),
        ("autograder/judging/judge.py", CODE),
        ("autograder/observing/observe.py", CODE),
        ("autograder/sandbox/limits.py", CODE),
        ("autograder/submissions/harvest.py", CODE),
        (f"autograder/suites/{HW}/test_info_nce.py", SUITE),
        (f"autograder/suites/{HW}/probes/info_nce.py", SUITE),
        (f"autograder/suites/{HW}/evaluators/trained_encoder.py", SUITE),
        ("autograder/suites/shared/test_label_subset.py", SUITE),
        ("autograder/suites/shared/probes/inputs.py", SUITE),
        ("autograder/suites/shared/mistakes/label_subset.py", NOTHING),
        (f"autograder/suites/{HW}/references/observations.json", SUITE),
        (f"autograder/suites/{HW}/mistakes/info_nce.py", NOTHING),
        ("autograder/suites/hw1_diffusion/__init__.py", NOTHING),
        ("autograder/report/feedback.py", NOTHING),
        ("autograder/exports/csv.py", NOTHING),
        ("autograder/results/store.py", NOTHING),
        ("autograder/commands/grade.py", NOTHING),
        ("autograder/cli.py", NOTHING),
    ],
)
def test_what_can_move_a_score_is_part_of_a_hash(copied, hashes, path, changed):
    assert changed_by(hashes, copied / path) == changed


def test_whatever_suites_share_is_part_of_each(copied, hashes):
    suites = copied / "autograder" / "suites"
    shared = [
        path
        for path in suites.rglob("*.py")
        if path.relative_to(suites).parts[0] not in suite.homeworks() and not suite.PROOF & set(path.parts)
    ]
    assert {suites / "assertions.py", suites / "shared" / "test_linear_probe.py"} <= set(shared)
    assert [path for path in shared if not changed_by(hashes, path)[1]] == []


def test_the_key_changes_with_all_that_decides_and_with_nothing_else():
    made = {"source": "0", **dict.fromkeys(versions.DECIDING, "old"), "sandbox": "B"}
    others = {versions.key_of(made | {part: "new"}) for part in ("source", *versions.DECIDING)}
    assert len(others | {versions.key_of(made)}) == len(versions.DECIDING) + 2
    assert versions.key_of(made | {"sandbox": "A"}) == versions.key_of(made)


def test_here_and_today_all_of_it_is_known():
    made = versions.made_by(suite.load(HW))
    assert set(made) == set(versions.DECIDING)
    assert all(made.values())


@pytest.fixture
def command(copied, tmp_path):
    """command(name, …) -> what the copy's command line prints."""
    places = os.pathsep.join([str(copied), str(copied / "assignments")])

    def run(*arguments, status=0):
        whole = [sys.executable, "-m", "autograder", *map(str, arguments)]
        environment = os.environ | {"PYTHONPATH": places}
        done = subprocess.run(whole, env=environment, cwd=tmp_path, capture_output=True, text=True)
        assert done.returncode == status, done.stderr
        return done.stdout

    return run


def change(path, old, new):
    content = path.read_text()
    assert old in content
    path.write_text(content.replace(old, new, 1))


def append(path, line):
    path.write_text(f"{path.read_text()}{line}\n")


def test_after_a_change_that_decides_everybody_is_graded_anew_and_the_reason_is_told(copied, command, tmp_path):
    notebook, out = tmp_path / "ada.ipynb", tmp_path / "results"
    notebook.write_text(json.dumps(answered(json.loads(ANSWERS.read_text()), {"momentum_update": ALMOST})))

    def grade():
        command("grade", notebook, "--homework", HW, "--out", out)
        with Results(out) as results:
            return results.reports()[0]

    first = grade()
    append(copied / "autograder" / "report" / "feedback.py", "# another wording")
    append(copied / "autograder" / "exports" / "csv.py", "# another column")
    assert grade() == first  # to the processor time: it was not graded again

    change(copied / "assignments" / "homework" / "comparison.py", "RTOL, ATOL = 1e-4", "RTOL, ATOL = 1e-1")
    told = command("explain", "ada", out, status=1)  # judged by today's tolerance it comes out otherwise
    assert re.search(r"autograder +\w+  \(another autograder today", told)
    second = grade()
    assert second.points > first.points
    assert f"ada: {first.points:g} -> {second.points:g} points (another autograder)" in command("diff", out)

    append(copied / "autograder" / "suites" / HW / "evaluators" / "trained_encoder.py", "# stricter")
    told = command("explain", "ada", out)
    assert re.search(r"suite +\w+  \(another suite today", told)
    assert "another autograder" not in told
    third = grade()
    assert third.key != second.key
    assert third.made_by["autograder"] == second.made_by["autograder"]
