"""Races `autograder grade` against nbgrader on hw4_contrastive's core as it is handed in: with all its cells.

    python benchmarks/grading_handed_in.py [--students 100] [--peer 3]      needs the extras dev and bench

`grading.py` races on definitions alone, which no student hands in, but which is kind to the peers: nbgrader executes
every cell. Here the notebooks are the homework's first two parts, InfoNCE and MoCo, from the set-up to the last written
question: prose, figures, public checks and three short trainings of MoCo (a few seconds each). Answers to the seven
exercises are exchanged for the bank's as in `grading.py`, and nbgrader makes the same 23 hidden calls. It grades a few
of the notebooks, whose answers are all right, as a mistake can stop the training and make it look fast.

Exit status 1 if ours takes more than 1/50 of nbgrader's processor time for a submission, start-up included.
"""

import argparse
import json
import sys
import tempfile
from pathlib import Path

import nbformat
from nbformat import NotebookNode
from race import CORE, HOMEWORK
from race.classroom import probes, solution, students
from race.ours import grade_command
from race.peers import CALL, IMPORT, Measured, Nbgrader, write_hidden
from race.stopwatch import measure

from autograder.checkout import ROOT

LAST = "written_queue"  # the cell that ends the core
AT_MOST = 1 / 50


def core_notebook(answers: dict[str, str], hidden_folder: Path | None = None) -> NotebookNode:
    """The solution up to its last cell of the core, with these answers; with hidden tests, it is nbgrader's source."""
    notebook = nbformat.read(ROOT / "solutions" / HOMEWORK / f"{HOMEWORK}.ipynb", as_version=4)
    names = [cell.metadata.get("nbgrader", {}).get("grade_id") for cell in notebook.cells]
    notebook.cells = notebook.cells[: names.index(LAST) + 1]
    for name, cell in zip(names, notebook.cells, strict=False):
        if name in answers:
            cell.source = answers[name]
        elif hidden_folder and name and name.removeprefix("check_") in CORE:
            calls = [CALL.format(exercise=owner, probe=probe, names="globals()") for owner, probe in probes()
                     if name == f"check_{owner}"]  # fmt: skip
            body = IMPORT.format(folder=str(hidden_folder)) + "".join(calls)
            cell.source += f"\n### BEGIN HIDDEN TESTS\n{body}### END HIDDEN TESTS"
    return notebook


def write_notebook(folder: Path, name: str, answers: dict[str, str]) -> Path:
    path = folder / name / HOMEWORK / f"{HOMEWORK}.ipynb"
    path.parent.mkdir(parents=True)
    nbformat.write(core_notebook(answers), path)
    return path


def race(folder: Path, count: int, few: int) -> tuple[Measured, Measured]:
    """Ours on the whole class, and nbgrader on the first few of it, which are right."""
    right = [write_notebook(folder / "class", f"right{number}", solution()) for number in range(few)]
    for name, answers in students(count - few):
        write_notebook(folder / "class", name, answers)
    ours = measure(grade_command(folder / "class", folder / "results"))
    write_hidden(folder / "hidden")
    nbgrader = Nbgrader(folder, core_notebook(solution(), folder / "hidden"))
    (folder / "nbgrader" / "assignments").symlink_to(ROOT / "assignments")  # where a notebook finds the library
    peer = nbgrader.grade(right)
    for path in (folder / "nbgrader" / "autograded").glob("*/*/*.ipynb"):
        outputs = [output for cell in json.loads(path.read_text())["cells"] for output in cell.get("outputs", [])]
        if failed := [output["evalue"] for output in outputs if output["output_type"] == "error"]:
            sys.exit(f"nbgrader could not execute {path.parents[1].name}: {failed[0]}")
    return Measured(count, ours.cpu, ours.wall, ours.megabytes), peer


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--students", type=int, default=100)
    parser.add_argument("--peer", type=int, default=3, help="notebooks that nbgrader grades")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="handed-in-") as folder:
        ours, peer = race(Path(folder), arguments.students, arguments.peer)
    print("| grader | notebooks | CPU s each of 100 | wall s each | largest process, MB |\n|---|---|---|---|---|")
    for name, run in (("autograder", ours), ("nbgrader autograde", peer)):
        wall = run.wall / run.submissions
        print(f"| {name} | {run.submissions} | {run.cpu_each(100):.3f} | {wall:.2f} | {run.megabytes:.0f} |")
    share = ours.cpu_each(100) / peer.cpu_each(100)
    held = share <= AT_MOST
    print(f"\n{'held' if held else 'NOT HELD'}: 1/{1 / share:.0f} of nbgrader's processor time; promised 1/50 at most")
    return int(not held)


if __name__ == "__main__":
    sys.exit(main())
