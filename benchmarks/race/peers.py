"""The peers, each set up as its own documentation shows, on the same notebooks with the same hidden calls."""

import json
import math
import re
import shutil
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import nbformat
import torch
from nbformat import NotebookNode

from autograder import suite
from autograder.observing import references
from race import CORE, HOMEWORK, hidden
from race.classroom import make_notebook, probes, solution
from race.stopwatch import Usage, measure

NBGRADER = [sys.executable, "-m", "nbgrader"]
CELL_SECONDS = 600
IMPORT = "import sys; sys.path.insert(0, {folder!r}); import hidden\n"
CALL = 'hidden.check("{exercise}", "{probe}", {names})\n'


@dataclass(frozen=True)
class Measured:
    """What so many submissions cost, and the part that is paid once a class."""

    submissions: int
    cpu: float
    wall: float
    megabytes: float
    start_up: float = 0.0

    def cpu_each(self, class_size: float = math.inf) -> float:
        """Processor seconds a submission in a class of this size; without a size, start-up apart."""
        return (self.cpu - self.start_up) / self.submissions + self.start_up / class_size


def add(usages: Sequence[Usage], start_up: float = 0.0) -> Measured:
    """Commands of one submission each, taken together."""
    cpu, wall = (sum(getattr(usage, name) for usage in usages) for name in ("cpu", "wall"))
    return Measured(len(usages), cpu, wall, max(usage.megabytes for usage in usages), start_up)


def write_hidden(folder: Path) -> None:
    """The module `hidden` with the suite's probes and the recorded values beside it."""
    chosen = suite.load(HOMEWORK)
    shutil.copytree(chosen.folder / "probes", folder / "probes", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(hidden.__file__, folder)
    recorded = references.load(chosen.references_folder).solution
    torch.save({"/".join(key): seen.values for key, seen in recorded.items()}, folder / "references.pt")


def _expect(peer: str, found: int, wanted: int, output: str) -> None:
    """A peer that could not be made to work must not look fast."""
    if found != wanted:
        sys.exit(f"{peer} reported {found} of {wanted} graded:\n{output}")


class Nbgrader:
    """A course of its own: the assignment is generated once, then `nbgrader autograde` takes all that was submitted.

    It skips what is graded already, so the same command once more costs what is paid once a class.
    """

    def __init__(self, folder: Path, assignment: NotebookNode):
        self._course = folder / "nbgrader"
        source = self._course / "source" / HOMEWORK / f"{HOMEWORK}.ipynb"
        source.parent.mkdir(parents=True)
        source.write_text(nbformat.writes(assignment))
        measure([*NBGRADER, "generate_assignment", HOMEWORK], cwd=self._course)

    def grade(self, notebooks: Sequence[Path]) -> Measured:
        for part in ("submitted", "autograded"):
            shutil.rmtree(self._course / part, ignore_errors=True)
        for path in notebooks:
            shutil.copytree(path.parents[1], self._course / "submitted" / path.parents[1].name)
        command = [*NBGRADER, "autograde", HOMEWORK, "--create", f"--ExecutePreprocessor.timeout={CELL_SECONDS}"]
        usage, again = measure([*command, "--force"], cwd=self._course), measure(command, cwd=self._course)
        graded = len(list((self._course / "autograded").glob("*/*/*.ipynb")))
        _expect("nbgrader", graded, len(notebooks), usage.output)
        return Measured(graded, usage.cpu, usage.wall, usage.megabytes, again.cpu)


def hidden_test_source(tests: Path) -> NotebookNode:
    """The source of an assignment of definitions alone, with a hidden test for each call."""
    body = IMPORT.format(folder=str(tests)) + CALL.replace("{names}", "globals()").strip()
    return make_notebook(solution(), f"# hidden tests\n### BEGIN HIDDEN TESTS\n{body}\n### END HIDDEN TESTS")


class Otter:
    """`otter run`, which grades one notebook without a container from a zip that `otter generate` makes."""

    def __init__(self, folder: Path, tests: Path):
        self._folder = folder / "otter"
        (self._folder / "tests").mkdir(parents=True)
        for exercise in CORE:
            self._write_test(exercise, tests)
        command = ["generate", "-t", "tests", "--output-path", "autograder.zip", "--no-environment"]
        measure([sys.executable, "-m", "otter", *command], cwd=self._folder)

    def _write_test(self, exercise: str, tests: Path) -> None:
        lines = ["from otter.test_files import test_case\n", "OK_FORMAT = False\n", f"name = {exercise!r}\n"]
        lines += ["points = None\n", IMPORT.format(folder=str(tests))]
        for owner, probe in probes():
            if owner == exercise:
                call = CALL.format(exercise=exercise, probe=probe, names="env")
                lines += ["\n\n@test_case(points=1, hidden=True)\n", f"def test_{probe}(env):\n    {call}"]
        (self._folder / "tests" / f"{exercise}.py").write_text("".join(lines))

    def grade(self, notebooks: Sequence[Path]) -> Measured:
        return add([self._grade_one(path) for path in notebooks])

    def _grade_one(self, notebook: Path) -> Usage:
        command = [sys.executable, "-m", "otter", "run", "-a", "autograder.zip", "--no-logo", str(notebook)]
        usage = measure(command, cwd=self._folder)
        tests = json.loads((self._folder / "results.json").read_text())["tests"]
        _expect("otter", sum(test.get("max_score", 0) for test in tests), len(probes()), usage.output)
        return usage


class Pytest:
    """One fresh process a submission, which executes the notebook's cells and runs a test for each hidden call."""

    def __init__(self, folder: Path, tests: Path):
        self._folder = folder / "pytest"
        self._folder.mkdir()
        lines = ["import json, os\n", IMPORT.format(folder=str(tests)), "\nNAMES = {}\n"]
        lines += ['for cell in json.load(open(os.environ["NOTEBOOK"]))["cells"]:\n']
        lines += ['    exec("".join(cell["source"]), NAMES)\n']
        for exercise, probe in probes():
            call = CALL.format(exercise=exercise, probe=probe, names="NAMES")
            lines += [f"\n\ndef test_{exercise}_{probe}():\n    {call}"]
        (self._folder / "test_submission.py").write_text("".join(lines))

    def grade(self, notebooks: Sequence[Path]) -> Measured:
        return add([self._grade_one(path) for path in notebooks])

    def _grade_one(self, notebook: Path) -> Usage:
        command = ["env", f"NOTEBOOK={notebook}", sys.executable, "-m", "pytest", "-q", "-p", "no:randomly"]
        usage = measure([*command, "test_submission.py"], cwd=self._folder, may_fail=True)
        ran = sum(int(number) for number in re.findall(r"(\d+) (?:passed|failed)", usage.output.splitlines()[-1]))
        _expect("pytest", ran, len(probes()), usage.output)
        return usage
