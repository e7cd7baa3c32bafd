"""Grades a thousand submissions: does each hundred cost the same, does the grader's memory grow, do odd ones disturb?

    python benchmarks/grading_scale.py [--students 1000] [--beside 50]

The submissions are those of `grading.py`, all different. The grader is looked at from outside whenever it has printed
a hundred more grades: processor time with all descendants, and its own resident memory (/proc). Then a small class is
graded without and with two more: a notebook of 100 MB, and one of a thousand cells more.

Exit status 1 if the grader's memory grows by 100 MB or more after the first hundred, if a submission of the second
half costs more than 1.2 times one of the first, or if the odd two change anybody else's scores.
"""

import argparse
import itertools
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from race.classroom import write_class, write_huge, write_long
from race.ours import cpu_of_tree, grade_command
from race.stopwatch import ENVIRONMENT, Usage, measure

from autograder.results.store import Results

EVERY = 100
MAX_GROWTH, MAX_RISE = 100.0, 1.2


@dataclass(frozen=True)
class Look:
    """After so many submissions: processor and wall seconds since the start, and the grader's resident megabytes."""

    graded: int
    cpu: float
    wall: float
    megabytes: float


def watch(submissions: Path, out: Path, count: int) -> list[Look]:
    """A look at the first grade, and one at every hundred."""
    looks, started = [], time.perf_counter()
    with subprocess.Popen(
        grade_command(submissions, out), stdout=subprocess.PIPE, env=ENVIRONMENT, text=True
    ) as grader:
        for number in range(1, count + 1):
            grader.stdout.readline()
            if number == 1 or number % EVERY == 0:
                wall = time.perf_counter() - started
                looks.append(Look(number, cpu_of_tree(grader.pid), wall, resident(grader.pid)))
                print(looks[-1], file=sys.stderr, flush=True)
        grader.stdout.read()
    if grader.returncode:
        sys.exit("the grader failed")
    return looks


def resident(pid: int) -> float:
    """Megabytes of a process that are in memory now."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmRSS:"))


def costs(looks: list[Look]) -> list[float]:
    """Processor seconds a submission, from look to look."""
    return [(b.cpu - a.cpu) / (b.graded - a.graded) for a, b in itertools.pairwise(looks)]


def print_looks(looks: list[Look]) -> None:
    print("| graded | CPU s a submission, since the last | wall s in all | grader's resident MB |\n|---|---|---|---|")
    for cost, look in zip([float("nan"), *costs(looks)], looks, strict=True):
        print(f"| {look.graded} | {cost:.3f} | {look.wall:.0f} | {look.megabytes:.0f} |")


def grade(submissions: Path, out: Path) -> tuple[Usage, dict[str, list]]:
    """What it cost, and student -> what was scored."""
    usage = measure(grade_command(submissions, out), may_fail=True)  # the huge notebook cannot be graded: status 3
    with Results(out) as results:
        return usage, {
            report.student: [report.problem, *((score.test, score.verdict, score.points) for score in report.scores)]
            for report in results.reports()
        }


def disturb(folder: Path, students: int) -> bool:
    """Print what two odd submissions cost; whether all others were scored as without them."""
    write_class(folder / "class", students)
    before, alone = grade(folder / "class", folder / "alone")
    write_huge(folder / "class" / "huge.ipynb", megabytes=100)
    write_long(folder / "class" / "long.ipynb", cells=1000)
    after, together = grade(folder / "class", folder / "together")
    print(f"\n{students} submissions, then with a notebook of 100 MB and one of 1000 cells more:")
    print(f"CPU {before.cpu:.1f} -> {after.cpu:.1f} s, wall {before.wall:.1f} -> {after.wall:.1f} s")
    print(f"largest process {before.megabytes:.0f} -> {after.megabytes:.0f} MB")
    for name in ("huge", "long"):
        problem, *scores = together.pop(name)
        print(f"{name}: {problem or sum(points for _, _, points in scores)}")
    return alone == together


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--students", type=int, default=1000)
    parser.add_argument("--beside", type=int, default=50, help="submissions beside the two odd ones")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="scale-") as folder:
        place = Path(folder)
        write_class(place / "thousand", arguments.students)
        looks = watch(place / "thousand", place / "results", arguments.students)
        print_looks(looks)
        undisturbed = disturb(place, arguments.beside)
    each, growth = costs(looks), looks[-1].megabytes - looks[1].megabytes
    half = len(each) // 2
    rise = statistics.fmean(each[half:]) / statistics.fmean(each[:half] or each)
    held = {
        f"memory grew by {growth:.0f} MB after the first {EVERY}; promised less than {MAX_GROWTH:g}": growth
        < MAX_GROWTH,
        f"the second half costs {rise:.2f} times the first; promised {MAX_RISE:g} at most": rise <= MAX_RISE,
        "the odd two change nobody else's scores": undisturbed,
    }
    print()
    for sentence, holds in held.items():
        print(f"{'held' if holds else 'NOT HELD'}: {sentence}")
    return int(not all(held.values()))


if __name__ == "__main__":
    sys.exit(main())
