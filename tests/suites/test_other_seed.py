"""With another seed the inputs of all hidden tests are others, and whoever is right is right."""

import csv
import io
import json
import os
import subprocess
import sys
from collections import defaultdict

import pytest

from autograder import checkout, suite
from autograder.authoring import bank

pytestmark = pytest.mark.proof


def notebooks_of(root, homework):
    """The solution, and notebooks that answer each exercise as every second variant does."""
    answers = defaultdict(list)
    for variant in bank.variants(suite.load(homework)):
        answers[variant.exercise].append(variant.source)
    for number in range(-1, max(map(len, answers.values())), 2):
        notebook = json.loads(checkout.solution(root, homework).read_text(encoding="utf-8"))
        for cell in notebook["cells"]:
            own = answers.get(cell["metadata"].get("nbgrader", {}).get("grade_id"), [])
            if 0 <= number < len(own):
                cell["source"] = own[number]
        yield notebook


@pytest.mark.parametrize("homework", suite.homeworks())
def test_the_solution_and_variants_earn_everything_on_other_inputs(root, tmp_path, homework):
    submitted, results = tmp_path / "submitted", tmp_path / "results"
    submitted.mkdir()
    for number, notebook in enumerate(notebooks_of(root, homework)):
        (submitted / f"right {number}.ipynb").write_text(json.dumps(notebook), encoding="utf-8")
    grader = [sys.executable, "-m", "autograder"]
    given = ["grade", str(submitted), "--homework", homework, "--out", str(results), "--workers", "1"]
    subprocess.run([*grader, *given], env={**os.environ, "SEED_SHIFT": "1000003"}, capture_output=True, check=True)
    exported = subprocess.run(
        [*grader, "export", str(results), "--to", "csv"], capture_output=True, check=True, text=True
    )
    written = suite.load(homework).written
    rows = [row for row in csv.DictReader(io.StringIO(exported.stdout)) if row["exercise"] in written]
    assert len(rows) > 20
    assert [row for row in rows if row["verdict"] != "PASSED"] == []
