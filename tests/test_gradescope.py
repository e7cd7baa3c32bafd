"""Gradescope: its zip grades in its folders, and its download is graded under its names."""

import io
import json
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import jsonschema
import pytest

from autograder import gradescope_download, suite
from autograder.gradescope import zip as zipping
from autograder.intake import NoSubmissions, find_submissions

HW = "hw4_contrastive"
SCHEMA = json.loads((Path(__file__).parent / "gradescope_results.schema.json").read_text())
SUBMISSION = {
    "id": 123456,
    "created_at": "2026-11-20T23:10:00.123456-05:00",
    "assignment": {"due_date": "2026-11-20T23:59:00-05:00", "title": "Homework 4", "total_points": "60.0"},
    "submission_method": "upload",
    "users": [{"email": "ada@example.edu", "id": 1, "name": "Ada Lovelace"}],
    "previous_submissions": [],
}


@pytest.fixture(scope="module")
def built(root) -> bytes:
    return zipping.build(suite.load(HW), root, "after_published", "best")


@pytest.fixture(scope="module")
def container(built, small_class, tmp_path_factory):
    """Gradescope's folders, with the zip unpacked and a virtual environment in which setup.sh has installed it."""
    place = tmp_path_factory.mktemp("autograder")
    zipfile.ZipFile(io.BytesIO(built)).extractall(place / "source")
    for folder in ("submission", "results", "venv/bin"):
        (place / folder).mkdir(parents=True)
    (place / "absent").mkdir()
    for name in ("jupytext", "nbgrader", "notebook"):  # what setup.sh does not install
        (place / "absent" / f"{name}.py").write_text("raise ModuleNotFoundError(__name__)")
    python = place / "venv" / "bin" / "python"
    folders = f"{place}/absent:{place}/source:{place}/source/assignments"
    python.write_text(f'#!/bin/sh\nPYTHONPATH="{folders}" exec "{sys.executable}" "$@"\n')
    python.chmod(0o755)
    shutil.copy(place / "source" / "run_autograder", place / "run_autograder")
    (place / "submission_metadata.json").write_text(json.dumps(SUBMISSION))
    return place


def run_autograder(container, notebook: bytes):
    shutil.rmtree(container / "submission")
    (container / "submission").mkdir()
    (container / "submission" / f"{HW}.ipynb").write_bytes(notebook)
    (container / "results" / "results.json").unlink(missing_ok=True)
    environment = {**os.environ, "AUTOGRADER_ROOT": str(container), "OMP_NUM_THREADS": "1"}
    return subprocess.run(
        ["bash", str(container / "run_autograder")], env=environment, cwd=container, capture_output=True, text=True
    )


def test_a_submission_is_graded_in_gradescopes_folders(container, small_class):
    done = run_autograder(container, (small_class / "submitted" / "=1+1" / HW / f"{HW}.ipynb").read_bytes())
    assert done.returncode == 0, done.stderr
    results = json.loads((container / "results" / "results.json").read_text())
    jsonschema.Draft202012Validator(SCHEMA).validate(results)
    assert sum(test.get("score", 0) for test in results["tests"]) == 106 - 8  # no trained encoder is handed in
    assert sum(test.get("max_score", 0) for test in results["tests"]) == 114
    assert {test["visibility"] for test in results["tests"]} == {"visible", "after_published", "hidden"}
    assert results["extra_data"]["made_by"]["suite"] == suite.load(HW).digest  # the same suite as grades here
    (made,) = (test["output"] for test in results["tests"] if test["visibility"] == "hidden")
    assert "sandbox: " in made
    assert "submitted: 2026-11-21T04:10:00+00:00" in made
    assert "the sandbox reached" in done.stdout
    assert sorted(path.name for path in (container / "results").iterdir()) == ["results.json"]


def test_where_no_sandbox_holds_nobody_gets_a_zero(container, small_class):
    settings = container / "source" / "autograder" / "gradescope" / "settings.json"
    before = settings.read_text()
    settings.write_text(json.dumps({**json.loads(before), "sandbox": "no such level"}))
    try:
        done = run_autograder(container, b"")
    finally:
        settings.write_text(before)
    assert done.returncode == 1
    assert "this submission was not graded: there is no sandbox level" in done.stderr
    assert not (container / "results" / "results.json").exists()


def test_the_scripts_are_bash(built):
    with zipfile.ZipFile(io.BytesIO(built)) as archive:
        for name in zipping.SCRIPTS:
            script = archive.read(name)
            assert script.startswith(b"#!/usr/bin/env bash\n")
            assert b"\r" not in script
            subprocess.run(["bash", "-n"], input=script, check=True)


def test_the_zip_is_small_and_holds_one_suite_and_no_solutions(built):
    with zipfile.ZipFile(io.BytesIO(built)) as archive:
        names = archive.namelist()
    assert len(built) < 3e6
    assert {name.split("/")[2] for name in names if name.startswith("autograder/suites/") and name.count("/") > 2} == {
        HW
    }
    assert not [name for name in names if name.startswith("solutions/") or name.endswith((".ipynb", ".pyc"))]
    assert not [name for name in names if {"mistakes", "variants", "__pycache__"} & set(name.split("/"))]


def test_two_builds_are_the_same(built, root):
    assert zipping.build(suite.load(HW), root, "after_published", "best") == built


def test_every_version_is_pinned_as_it_is_here(root):
    import importlib.metadata

    pins = dict(line.split("==") for line in zipping.requirements(root))
    assert {"torch", "numpy", "pytest", "safetensors", "pyseccomp"} <= pins.keys()
    assert not {"nbgrader", "jupyter"} & pins.keys()
    assert all(importlib.metadata.version(name).split("+")[0] == version for name, version in pins.items())


METADATA = """---
submission_11:
  :submitters:
  - :name: Ada Lovelace
    :sid: '903111'
    :email: ada@example.edu
  :created_at: 2026-11-21 04:10:00.123456000 Z
  :score: 12.0
  :status: processed
  :results:
    tests:
    - name: 'first'
      output: "some: text"
submission_12:
  :submitters:
  - :name: "=1+1"
    :sid:
    :email: eve@example.edu
  - :name: Ada Lovelace
    :sid: '903112'
    :email: ada2@example.edu
  :created_at: '2026-11-21 01:00:00 -0500'
submission_13:
  :submitters:
  - :name: nobody's files
    :sid: '7'
    :email: x@example.edu
  :created_at:
"""


@pytest.fixture
def download(tmp_path):
    (tmp_path / gradescope_download.METADATA).write_text(METADATA)
    for number in (11, 12):
        (tmp_path / f"submission_{number}" / "work").mkdir(parents=True)
        (tmp_path / f"submission_{number}" / "work" / f"{HW}.ipynb").write_bytes(b"%d" % number)
    (tmp_path / "submission_12" / "__MACOSX").mkdir()
    (tmp_path / "submission_12" / "__MACOSX" / f"._{HW}.ipynb").write_bytes(b"noise")
    return tmp_path


def test_a_download_is_graded_under_gradescopes_names(download):
    found = [located.read() for located in find_submissions(download, HW)]
    assert [(each.student, each.notebook, each.submitted) for each in found] == [
        ("=1+1", b"12", "2026-11-21T06:00:00+00:00"),
        ("Ada Lovelace (903111)", b"11", "2026-11-21T04:10:00+00:00"),
        ("Ada Lovelace (903112)", b"12", "2026-11-21T06:00:00+00:00"),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "!!python/object/apply:os.system ['touch owned']",
        "- a list",
        "submission_11: {}",
        "submission_11: {':submitters': [{':sid': 1}]}",
        "a: [",
        "../elsewhere: {':submitters': [{':name': Ada}]}",
    ],
)
def test_other_yaml_is_refused_in_one_sentence_and_runs_nothing(download, text, monkeypatch):
    monkeypatch.chdir(download)
    (download / gradescope_download.METADATA).write_text(text)
    with pytest.raises(NoSubmissions, match="download the submissions again"):
        find_submissions(download, HW)
    assert not (download / "owned").exists()


def test_nbgraders_timestamp_is_read_where_nbgrader_writes_it(tmp_path):
    for student, where in (("ada", HW), ("eve", ".")):
        folder = tmp_path / student / where
        folder.mkdir(parents=True)
        (folder / f"{HW}.ipynb").write_bytes(b"x")
        (folder / "timestamp.txt").write_text("2026-11-21 01:00:00.123 UTC\n")
    assert [each.submitted for each in find_submissions(tmp_path, HW)] == ["2026-11-21T01:00:00+00:00", ""]


@pytest.mark.parametrize("text", ["", "soon", "0001-01-01 00:00:00+23:59", "9" * 99])
def test_a_timestamp_that_is_no_time_is_none(tmp_path, text):
    (tmp_path / "ada" / HW).mkdir(parents=True)
    (tmp_path / "ada" / HW / "timestamp.txt").write_text(text)
    assert find_submissions(tmp_path, HW)[0].submitted == ""
