"""What students are told about the grader is so on the machine that grades, or a sentence says that it is not."""

import json
import platform
import re

import pytest
from click.testing import CliRunner

from autograder import checkout
from autograder.authoring import promises as written
from autograder.cli import main
from autograder.errors import AutograderError
from autograder.grading import promises
from autograder.sandbox import container
from autograder.versions import LIBRARIES
from homework import checks
from homework.submission.expected import homeworks


@pytest.fixture
def told(monkeypatch, tmp_path):
    """told(python, libraries): students of one homework were told this."""

    def tell(python, libraries):
        (tmp_path / "hw1").mkdir()
        table = {"artefacts": [], "written": {}, "grader": {"python": python, "libraries": libraries}}
        (tmp_path / "hw1" / "hand_in.json").write_text(json.dumps(table))
        monkeypatch.setattr(checks, "ASSIGNMENTS", tmp_path)

    return tell


def test_what_is_promised_is_kept_here():
    assert promises.find_broken() == []


def test_every_homework_promises_what_pyproject_and_constraints_say(root):
    promised = written.of(root)
    assert promised["python"] == "3.11"
    for homework in homeworks():
        assert json.loads(checkout.hand_in(root, homework).read_text(encoding="utf-8"))["grader"] == promised


def test_the_readme_and_the_notebooks_promise_the_same(root):
    promised = written.of(root)
    readme = " ".join((root / "README.md").read_text(encoding="utf-8").lower().split())
    (sentence,) = re.findall(r"the grader reads python ([\d.]+) and has (.*?)\. ", readme)
    assert sentence[0] == promised["python"]
    assert set(re.split(", | and ", sentence[1])) == set(LIBRARIES.values())
    for homework in homeworks():
        notebook = checkout.stub(root, homework).read_text(encoding="utf-8")
        assert f"It reads Python {promised['python']} and has " in notebook
        assert all(module in notebook.partition("and has ")[2].partition(".")[0] for module in LIBRARIES)


def test_a_course_without_constraints_promises_no_versions(tmp_path):
    (tmp_path / "pyproject.toml").write_text('[project]\nrequires-python = ">= 3.13, <4"\n')
    assert written.of(tmp_path)["python"] == "3.13"
    assert set(written.of(tmp_path)["libraries"].values()) == {""}


@pytest.mark.parametrize("text", [None, "[project]\nname = 'x'\n", "[project]\nrequires-python = ''\n", "[tool.x]\n"])
def test_a_course_that_names_no_python_is_told_so(tmp_path, text):
    if text:
        (tmp_path / "pyproject.toml").write_text(text)
    with pytest.raises(AutograderError, match="names no Python that grades; add requires-python"):
        written.of(tmp_path)


def test_an_older_python_than_students_were_told_is_named(told):
    told("3.99", {"torch": ""})
    (sentence,) = promises.find_broken()
    assert "students are told that the grader reads Python 3.99" in sentence
    assert platform.python_version() in sentence


def test_libraries_that_are_missing_are_named(told):
    told("3.11", {"torch": "", "no_such_library": "1.0", "nor_this": ""})
    (sentence,) = promises.find_broken()
    assert "has no_such_library, nor_this, which this machine lacks" in sentence


def test_the_doctor_names_python_and_libraries(told):
    told("3.99", {"torch": ""})
    done = CliRunner().invoke(main, ["doctor"])
    assert f"Python      {platform.python_version()}" in done.output
    assert "einops 0." in done.output
    assert "torch 2." in done.output
    assert "the grader reads Python 3.99" in done.output


def test_the_doctor_fails_where_nothing_would_be_graded(told, tmp_path, monkeypatch):
    told("3.11", {"torch": ""})
    monkeypatch.setattr(container, "ROOT", tmp_path)
    assert CliRunner().invoke(main, ["doctor"]).exit_code == 0
    (tmp_path / "sys/fs/cgroup").mkdir(parents=True)
    (tmp_path / "sys/fs/cgroup/memory.max").write_text(str(768 << 20))
    done = CliRunner().invoke(main, ["doctor"])
    assert done.exit_code == 1
    assert "memory      768 MiB for this container" in done.output
    assert "`autograder grade` refuses: this container has 768 MiB of memory" in done.output
