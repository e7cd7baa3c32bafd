"""Every solution notebook runs on a GPU from first to last cell; no step of its trainings waits without need.

No name of a notebook goes from one device to another, so that cells may be run again.
"""

import json
import subprocess
import sys

import pytest
import run_notebooks

pytestmark = pytest.mark.proof

HOMEWORKS = sorted(path.stem for path in (run_notebooks.ROOT / "solutions").glob("*/*.ipynb"))


@pytest.mark.parametrize("kind", ["cuda", "mps"])
@pytest.mark.parametrize("homework", HOMEWORKS)
def test_it_runs_on_the_stand_in(homework, kind, monkeypatch):
    monkeypatch.setenv("RUN", "dry")
    command = [sys.executable, run_notebooks.__file__, "--on", kind, homework]  # its sockets are no other test's
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    folder = run_notebooks.BUILD / "standin" / kind / homework
    moved = folder / "moved.txt"
    assert not moved.exists(), moved.read_text()
    steps = [json.loads(line) for line in (folder / "steps.jsonl").read_text().splitlines()]
    assert steps
    for step in steps:
        assert step["launches"] > 0
        assert not step["syncs"], step
