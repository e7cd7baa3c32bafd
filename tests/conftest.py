"""What the tests of this repository share."""

import json
import os
from pathlib import Path

import pytest

os.environ.setdefault("OMP_NUM_THREADS", "1")  # here and in what tests start: small tensors only lose time to threads

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="session")
def root() -> Path:
    """The checkout."""
    return ROOT


@pytest.fixture(scope="session")
def small_class(root, tmp_path_factory) -> Path:
    """A folder with `submitted/` in nbgrader's form and `results/`, graded for real; names as hostile as they come."""
    from autograder import session
    from autograder.demo import _answered

    homework, place = "hw4_contrastive", tmp_path_factory.mktemp("class")
    solution, stub = (
        json.loads((ROOT / part / homework / f"{homework}.ipynb").read_text()) for part in ("solutions", "assignments")
    )
    wrong = _answered(solution, {"momentum_update": "def momentum_update(q, k, m):\n    raise ValueError('<b>=1</b>')"})
    notebooks = {"ada": solution, "=1+1": wrong, 'luca "the second", jr': wrong, "emoji 🎈": stub, "empty": None}
    for name, content in notebooks.items():
        folder = place / "submitted" / name / homework
        folder.mkdir(parents=True)
        (folder / f"{homework}.ipynb").write_text(json.dumps(content) if content else "")
        (folder / "timestamp.txt").write_text("2026-11-21 04:59:00.5 UTC\n")
    (place / "submitted" / "=1+1" / homework / "timestamp.txt").write_text("2026-11-22 06:00:00 UTC")
    session.grade_class(place / "submitted", homework, place / "results", session.Options(), lambda line: None)
    return place


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
