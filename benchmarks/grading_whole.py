"""What grading costs when notebooks are graded as they are handed in, with every cell: the solution of hw4_contrastive.

    python benchmarks/grading_whole.py [--students 30]      needs the extras dev and bench, and prepared data

`grading.py` races on definitions alone, which no student hands in. `nbgrader autograde` executes all cells: figures,
checks, and training in quick mode. Here it does so once, on the solution, with no hidden test: the least that it can
cost. `autograder grade` takes the same notebook and a class of its likes, in which answers to the core exercises are
exchanged for the bank's, and grades all exercises; the trained network was not handed in.
"""

import argparse
import json
import shutil
import sys
import tempfile
from pathlib import Path

from grading import HOMEWORK
from grading.classroom import students
from grading.ours import grade_command
from grading.peers import NBGRADER
from grading.stopwatch import Usage, measure

from autograder.cli import ROOT

SOLUTION = ROOT / "solutions" / HOMEWORK / f"{HOMEWORK}.ipynb"
CELL_SECONDS = 900


def execute_with_nbgrader(course: Path) -> Usage:
    """`nbgrader autograde` of the one submission of a new course."""
    source = course / "source" / HOMEWORK
    source.mkdir(parents=True)
    shutil.copy(SOLUTION, source)
    (course / "assignments").symlink_to(ROOT / "assignments")  # where the notebook looks for the library
    measure([*NBGRADER, "generate_assignment", HOMEWORK], cwd=course)
    submitted = course / "submitted" / "solution" / HOMEWORK
    submitted.mkdir(parents=True)
    shutil.copy(SOLUTION, submitted)
    command = [*NBGRADER, "autograde", HOMEWORK, "--create", f"--ExecutePreprocessor.timeout={CELL_SECONDS}"]
    usage = measure(command, cwd=course)
    executed = json.loads((course / "autograded" / "solution" / HOMEWORK / SOLUTION.name).read_text())
    outputs = [output for cell in executed["cells"] for output in cell.get("outputs", [])]
    failed = [output["evalue"] for output in outputs if output["output_type"] == "error"]
    if failed or not outputs:
        sys.exit(f"nbgrader did not execute the notebook: {failed}\n{usage.output}")
    return usage


def write_whole_class(folder: Path, count: int) -> None:
    """The solution, and so many notebooks like it, whose core exercises are answered in other ways."""
    folder.mkdir()
    shutil.copy(SOLUTION, folder / "solution.ipynb")
    for name, answers in students(count - 1):
        notebook = json.loads(SOLUTION.read_text())
        for cell in notebook["cells"]:
            exercise = cell["metadata"].get("nbgrader", {}).get("grade_id")
            if exercise in answers:
                cell["source"] = answers[exercise]
        (folder / f"{name}.ipynb").write_text(json.dumps(notebook))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--students", type=int, default=30)
    count = parser.parse_args().students
    with tempfile.TemporaryDirectory(prefix="whole-") as place:
        folder = Path(place)
        write_whole_class(folder / "class", count)
        ours = measure(grade_command(folder / "class", folder / "results"))
        peer = execute_with_nbgrader(folder / "course")
    print("| grader | notebooks | CPU s each, start-up included | wall s each |\n|---|---|---|---|")
    print(f"| autograder | {count} | {ours.cpu / count:.2f} | {ours.wall / count:.2f} |")
    print(f"| nbgrader autograde | 1 | {peer.cpu:.2f} | {peer.wall:.2f} |")
    print(f"\n1/{peer.cpu / (ours.cpu / count):.0f} of nbgrader's processor time")


if __name__ == "__main__":
    main()
