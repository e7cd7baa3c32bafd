"""What the README and the paper on grading say is so."""

import re

import pytest
from click.testing import CliRunner

from autograder import suite
from autograder.cli import main
from autograder.observing.observe import OF_ARTEFACTS
from autograder.observing.reading import OF_READING
from autograder.observing.series import AFTER_TIME_OUT
from autograder.records import Verdict
from autograder.sandbox.budget import Budget
from autograder.sandbox.limits import Limits


@pytest.fixture(scope="module")
def readme(root):
    return (root / "README.md").read_text()


@pytest.fixture(scope="module")
def grading(root):
    return (root / "docs" / "GRADING.md").read_text()


@pytest.mark.parametrize(
    ("row", "field"),
    [
        ("processor time", "cpu_seconds"),
        ("time in all", "wall_seconds"),
        ("memory, above what torch itself maps", "memory_mib"),
        ("one file in its scratch folder", "file_mib"),
        ("all files in its scratch folder", "scratch_mib"),
        ("open files", "open_files"),
        ("printed output", "output_mib"),
    ],
)
def test_the_limits_are_those_of_the_code(grading, row, field):
    number = re.search(rf"^\| {re.escape(row)} \| (\d+)", grading, re.MULTILINE).group(1)
    assert float(number) == getattr(Limits(), field)


@pytest.mark.parametrize(
    ("row", "value"),
    [
        ("processor time", Budget.cpu_seconds),
        ("time in all", Budget.wall_seconds),
        ("answers that it sends back", Budget.answer_mib),
    ],
)
def test_the_limits_of_a_whole_submission_are_those_of_the_code(grading, row, value):
    table = grading.partition("| a submission may use, in all its processes |")[2]
    assert float(re.search(rf"^\| {re.escape(row)} \| (\d+)", table, re.MULTILINE).group(1)) == value


@pytest.mark.parametrize(
    ("row", "field"),
    [
        ("processor time", "cpu_seconds"),
        ("time in all", "wall_seconds"),
        ("memory, above what torch itself maps", "memory_mib"),
    ],
)
def test_the_limits_of_reading_are_those_of_the_code(grading, row, field):
    table = grading.partition("| reading a submission may use |")[2]
    number = re.search(rf"^\| {re.escape(row)} \| (\d+)", table, re.MULTILINE).group(1)
    assert float(number) == getattr(OF_READING, field)


def test_the_limits_of_a_trained_network_are_those_of_the_code(grading):
    words = f"has {OF_ARTEFACTS.cpu_seconds} s of processor time and\n{OF_ARTEFACTS.wall_seconds:g} s in all"
    assert words in grading


def test_the_limits_after_a_time_out_are_those_of_the_code(grading):
    words = f"get {AFTER_TIME_OUT.cpu_seconds} s of processor time and {AFTER_TIME_OUT.wall_seconds:g} s in all"
    assert words in grading


def test_every_verdict_is_explained(grading):
    assert all(verdict in grading for verdict in Verdict)


def test_every_homework_is_in_the_table(readme):
    assert all(f"[{name}](assignments/{name}/{name}.ipynb)" in readme for name in suite.homeworks())


@pytest.mark.parametrize(
    ("paper", "some"),
    [
        ("README.md", {"grade", "verify", "doctor"}),
        ("docs/GRADING.md", {"grade", "export", "explain"}),
        ("docs/AUTHORING.md", {"release", "record", "verify"}),
    ],
)
def test_every_command_in_a_paper_exists(root, paper, some):
    named = set(re.findall(r"^autograder ([a-z]+)", (root / paper).read_text(), re.MULTILINE))
    assert some <= named
    assert named <= set(main.commands)
    for command in named:
        assert CliRunner().invoke(main, [command, "--help"]).exit_code == 0


def test_every_option_in_a_paper_exists(root):
    """As far as the command stands in the same line."""
    for paper in ("README.md", "docs/GRADING.md", "docs/AUTHORING.md", "docs/CLUSTER.md"):
        for line in re.findall(r"^autograder .*", (root / paper).read_text(), re.MULTILINE):
            known = {option for parameter in main.commands[line.split()[1]].params for option in parameter.opts}
            assert set(re.findall(r" (--[a-z-]+)", line.split(" # ")[0])) <= known, line


def test_the_readme_is_a_map(readme):
    assert len(readme.splitlines()) <= 150
