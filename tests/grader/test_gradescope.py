"""Gradescope: its zip grades in its folders, and its download is graded under its names."""

import importlib.metadata
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
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from autograder import suite
from autograder.errors import AutograderError
from autograder.gradescope import run
from autograder.gradescope import zip as zipping
from autograder.gradescope.pins import requirements
from autograder.records import UNREADABLE_TIME
from autograder.submissions import gradescope_download
from autograder.submissions.intake import NoSubmissions, find_submissions

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
    assert len(built) < 4e6
    suites = {name.split("/")[2] for name in names if name.startswith("autograder/suites/") and name.count("/") > 2}
    assert suites == {HW, "shared"}
    assert "autograder/suites/shared/test_linear_probe.py" in names
    assert not [name for name in names if name.startswith("solutions/") or name.endswith(".pyc")]
    assert [name for name in names if name.endswith(".ipynb")] == [
        f"trial/{part}/{HW}.ipynb" for part in ("right", "stub")
    ]
    assert not [name for name in names if {"mistakes", "variants", "__pycache__"} & set(name.split("/"))]


def test_a_homework_that_shares_no_exercise_takes_what_all_share(root):
    with zipfile.ZipFile(io.BytesIO(zipping.build(suite.load("hw1_diffusion"), root, "visible", "best"))) as archive:
        names = archive.namelist()
    assert "autograder/suites/shared/probes/inputs.py" in names
    assert not [name for name in names if "linear_probe" in name and name.startswith("autograder/suites/")]


def test_two_builds_are_the_same(built, root):
    assert zipping.build(suite.load(HW), root, "after_published", "best") == built


def pins(root):
    """name -> (version, marker)"""
    lines = (line.partition("; ") for line in requirements(root))
    return {line.partition("==")[0]: (line.partition("==")[2], marker) for line, _, marker in lines}


def test_every_version_is_pinned_as_it_is_here(root):
    found = pins(root)
    assert {"torch", "numpy", "pytest", "safetensors", "pyseccomp"} <= found.keys()
    assert not {"nbgrader", "jupyter"} & found.keys()
    assert all(importlib.metadata.version(name).split("+")[0] == version for name, (version, _) in found.items())


def test_whatever_a_pinned_library_needs_on_linux_is_pinned_too(root):
    """uv resolves what is pinned, and needs nothing else: asked of the metadata of what is installed here."""
    found = pins(root)
    assert {"jinja2", "markupsafe", "sympy", "jsonschema", "parso", "setuptools"} <= found.keys()
    missing = {
        (name, needed.name)
        for name in found
        for needed in map(Requirement, importlib.metadata.requires(name) or [])
        if canonicalize_name(needed.name) not in found
        if needed.marker is None or needed.marker.evaluate({"extra": ""})
    }
    assert {name for name, _ in missing} <= {"torch"}  # whose build for the CPU does without CUDA
    assert all(needed.startswith(("nvidia-", "cuda-", "triton")) for _, needed in missing)


@pytest.fixture
def mac(monkeypatch):
    """What importlib tells on a Mac, where Linux' libraries are not installed."""
    original = importlib.metadata.version

    def version(name):
        if name in ("pyseccomp", "psutil"):
            raise importlib.metadata.PackageNotFoundError(name)
        return original(name)

    monkeypatch.setattr(importlib.metadata, "version", version)


def test_a_zip_is_built_on_a_mac_and_keeps_its_markers(root, mac, tmp_path):
    shutil.copy(root / "pyproject.toml", tmp_path)
    (tmp_path / "constraints.txt").write_text("# tested\npyseccomp==0.1.2\npsutil==7.0.0\n")
    found = pins(tmp_path)
    assert found["pyseccomp"] == ("0.1.2", 'sys_platform == "linux"')
    assert found["psutil"] == ("7.0.0", "")


def test_a_version_that_nobody_knows_is_one_sentence(root, mac, tmp_path):
    shutil.copy(root / "pyproject.toml", tmp_path)
    (tmp_path / "constraints.txt").write_text("")
    with pytest.raises(AutograderError, match=r"needs (pyseccomp|psutil), which is not installed here and has no line"):
        requirements(tmp_path)


def test_the_container_gets_the_tested_uv_and_this_python(root, built):
    with zipfile.ZipFile(io.BytesIO(built)) as archive:
        assert archive.read(".python-version").decode() == f"{sys.version_info.major}.{sys.version_info.minor}\n"
        setup = archive.read("setup.sh").decode()
    (tested,) = [line for line in (root / "constraints.txt").read_text().splitlines() if line.startswith("uv==")]
    assert f"pip install --no-cache-dir {tested}\n" in setup
    assert "python3.11" not in setup  # Ubuntu 22.04's is a release candidate


def try_out(container, place):
    environment = {**os.environ, "OMP_NUM_THREADS": "1"}
    command = [container / "venv/bin/python", "-m", "autograder.gradescope.trial", place]
    return subprocess.run(command, env=environment, cwd=container / "source", capture_output=True, text=True)


def test_a_finished_container_grades_what_is_known(container):
    done = try_out(container, container / "source" / "trial")
    assert done.returncode == 0, done.stderr
    assert "the stub notebook: 0 of 114 points" in done.stdout
    assert "the right notebook: 114 of 114 points" in done.stdout


def test_a_container_that_grades_wrongly_is_not_built(container, tmp_path):
    for part in ("stub", "right"):
        shutil.copytree(container / "source" / "trial" / "stub", tmp_path / part)
    done = try_out(container, tmp_path)
    assert done.returncode == 1
    assert "this container grades wrongly: nt_xent." in done.stderr
    assert "gives the right notebook 0 points in the place of" in done.stderr
    assert "Traceback" not in done.stderr


def test_what_the_grader_itself_lost_is_not_graded(container, monkeypatch, capsys):
    """Gradescope then says that the autograder failed, and nobody has a zero."""
    monkeypatch.setattr(suite.Suite, "evaluator", lambda self, exercise: (("import os\nos._exit(0)", "evaluator"),))
    monkeypatch.setattr(run, "read_settings", lambda: {"homework": HW, "show": "visible", "sandbox": "best"})
    shutil.rmtree(container / "submission")
    shutil.copytree(container / "source" / "trial" / "right", container / "submission")
    (container / "results" / "results.json").unlink(missing_ok=True)
    assert run.main(container) == 1
    assert (
        "this submission was not graded: trained_encoder: the grader's own process was stopped"
        in capsys.readouterr().err
    )
    assert not (container / "results" / "results.json").exists()


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
    found = [located.read() for located in find_submissions(download, HW).submissions]
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
    assert [each.submitted for each in find_submissions(tmp_path, HW).submissions] == ["2026-11-21T01:00:00+00:00", ""]


@pytest.mark.parametrize("text", ["", "soon", "0001-01-01 00:00:00+23:59", "9" * 99])
def test_a_timestamp_that_is_no_time_is_none(tmp_path, text):
    (tmp_path / "ada" / HW).mkdir(parents=True)
    (tmp_path / "ada" / HW / "timestamp.txt").write_text(text)
    found = find_submissions(tmp_path, HW)
    assert found.submissions[0].submitted == (UNREADABLE_TIME if text else "")
    assert ["time stamp of ada" in line for line in found.unused] == [True] * bool(text)
