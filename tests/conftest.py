"""What the tests of this repository share."""

import json
import os
import shutil
from pathlib import Path

import pytest
from hypothesis import settings

os.environ.setdefault("OMP_NUM_THREADS", "1")  # here and in what tests start: small tensors only lose time to threads

settings.register_profile("without a clock", deadline=None)  # a busy machine is no fault of what is tested
settings.load_profile("without a clock")

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="session")
def root() -> Path:
    """The checkout."""
    return ROOT


@pytest.fixture(scope="session")
def small_class(root, tmp_path_factory) -> Path:
    """A folder with `submitted/` in nbgrader's form and `results/`, graded for real; names as hostile as they come."""
    from autograder.authoring.sample_class import answered
    from autograder.grading import class_run

    homework, place = "hw4_contrastive", tmp_path_factory.mktemp("class")
    solution, stub = (
        json.loads((ROOT / part / homework / f"{homework}.ipynb").read_text()) for part in ("solutions", "assignments")
    )
    wrong = answered(solution, {"momentum_update": "def momentum_update(q, k, m):\n    raise ValueError('<b>=1</b>')"})
    notebooks = {"ada": solution, "=1+1": wrong, 'luca "the second", jr': wrong, "emoji 🎈": stub, "empty": None}
    for name, content in notebooks.items():
        folder = place / "submitted" / name / homework
        folder.mkdir(parents=True)
        (folder / f"{homework}.ipynb").write_text(json.dumps(content) if content else "")
        (folder / "timestamp.txt").write_text("2026-11-21 04:59:00.5 UTC\n")
    (place / "submitted" / "=1+1" / homework / "timestamp.txt").write_text("2026-11-22 06:00:00 UTC")
    class_run.grade_class(place / "submitted", homework, place / "results", class_run.Options(), lambda line: None)
    return place


@pytest.fixture(scope="module")
def browser():
    """The machine's own Chromium."""
    from playwright.sync_api import sync_playwright

    program = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if not program:
        pytest.skip("NO BROWSER: nobody has looked at the pages; install Debian's package chromium")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=program)
        yield started
        started.close()


@pytest.fixture(scope="module")
def right(request):
    """The files of a right training of the module's homework HW."""
    from autograder import suite
    from autograder.suite.trained import trained

    return next(known.files for known in trained(suite.load(request.module.HW)) if not known.fails)


@pytest.fixture(scope="module")
def evaluate(request):
    """artefacts -> the observation that the grader makes of them for the module's EXERCISE of HW."""
    from autograder import suite
    from autograder.observing.observe import observe_exercises
    from autograder.observing.opening import open_sandbox
    from autograder.records import Harvest

    chosen, exercise = suite.load(request.module.HW), request.module.EXERCISE
    with open_sandbox(chosen) as sandbox:
        yield lambda files: observe_exercises([exercise], Harvest((), artefacts=files), chosen, sandbox)[
            exercise, "evaluate"
        ]


@pytest.fixture
def notebook():
    """notebook("def f(): …", ("markdown", "# text"), …) -> the bytes of a notebook with these cells."""

    def build(*cells: str | tuple[str, str]) -> bytes:
        entries = []
        for cell in cells:
            kind, source = ("code", cell) if isinstance(cell, str) else cell
            entries.append({"cell_type": kind, "source": source, "metadata": {}})
        return json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": entries}).encode()

    return build
