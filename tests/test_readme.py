"""What the README says is so."""

import re

import pytest
from click.testing import CliRunner

from autograder import suite
from autograder.cli import main
from autograder.observe import AFTER_TIME_OUT
from autograder.records import Verdict
from autograder.sandbox.limits import Limits


@pytest.fixture(scope="module")
def readme(root):
    return (root / "README.md").read_text()


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
def test_the_limits_are_those_of_the_code(readme, row, field):
    number = re.search(rf"^\| {re.escape(row)} \| (\d+)", readme, re.MULTILINE).group(1)
    assert float(number) == getattr(Limits(), field)


def test_the_limits_after_a_time_out_are_those_of_the_code(readme):
    words = f"get {AFTER_TIME_OUT.cpu_seconds} s of processor time and {AFTER_TIME_OUT.wall_seconds:g} s in all"
    assert words in readme


def test_every_verdict_is_explained(readme):
    assert all(verdict in readme for verdict in Verdict if verdict != Verdict.SKIPPED)


def test_every_homework_is_in_the_table(readme):
    assert all(f"[{name}](assignments/{name}/{name}.ipynb)" in readme for name in suite.homeworks())


def test_every_command_in_it_exists(readme):
    named = set(re.findall(r"^autograder ([a-z]+)", readme, re.MULTILINE))
    assert {"grade", "verify", "doctor"} <= named
    assert named <= set(main.commands)
    for command in named:
        assert CliRunner().invoke(main, [command, "--help"]).exit_code == 0
