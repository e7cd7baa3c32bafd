"""Races `autograder grade` against nbgrader, otter-grader and plain pytest on the same homework, in one run.

    python benchmarks/grading.py [--students 100] [--peers 3] [--rounds 2]      needs the extras dev and bench

What is compared: the seven core exercises of hw4_contrastive, definitions only, from notebooks that are all different:
the solution with mistakes and variants of the bank exchanged in. A peer makes the same 23 calls as our suite, by the
suite's own probes, and holds every returned value against the one recorded from the solution, one test a call. Ours
does more with them: it confines and limits the student's code, runs the definitions anew for each call, judges by 60
points of tests, observes again with stand-ins what leaned on a mistake, names mistakes, and writes feedback and a class
report. The peers confine nothing: otter is run without its container.

Ours grades the whole class; the peers, which cost the same for each notebook, a few of it. All take turns, and what
follows are means over the rounds, of processor seconds with all descendants (see `grading/stopwatch.py`). What nbgrader
pays once a class is spread over a class of ours, too. The floor is one bare fork of a process with torch a submission
that runs the definitions and the calls once (see `grading/floor.py`).

Exit status 1 if a promise does not hold: at most 3 times the floor, start-up apart; the first grade after at most 1.5
times as long as `import torch, torchvision` takes, on the clock, for which two cores must be free; and `autograder
--help` within half a second. The share of nbgrader's processor time is told beside the floor's: without the cells
between the definitions nobody can be far below it. `grading_handed_in.py` holds the promise of 1/50 on real notebooks.
"""

import argparse
import statistics
import sys
import tempfile
from collections import defaultdict
from collections.abc import Sequence
from itertools import cycle
from pathlib import Path

from race import peers
from race.classroom import write_class
from race.ours import AUTOGRADER, grade_command, until_first_line
from race.stopwatch import Usage, measure

IMPORT = [sys.executable, "-c", "import time, torch, torchvision; print(time.process_time())"]
OURS, FLOOR = "autograder", "floor: bare forks"
OF_FLOOR, OF_IMPORT, HELP_SECONDS = 3.0, 1.5, 0.5


class Race:
    """The contestants in a folder of their own, and what was measured of each."""

    def __init__(self, folder: Path, students: int):
        self._folder = folder
        self.notebooks = write_class(folder / "class", students)
        write_class(folder / "one", 1)
        peers.write_hidden(tests := folder / "hidden")
        self._peers = {
            "nbgrader autograde": peers.Nbgrader(folder, peers.hidden_test_source(tests)),
            "otter run": peers.Otter(folder, tests),
            "pytest, one process each": peers.Pytest(folder, tests),
        }
        self._turn = cycle(self.notebooks)
        self.runs: dict[str, list[peers.Measured]] = defaultdict(list)
        self.seconds: dict[str, list[float]] = defaultdict(list)
        self.counted: list[tuple[float, float]] = []

    def take_round(self, few: int) -> None:
        """Every contestant once, the peers on the next few notebooks."""
        imported = measure(IMPORT)
        self.seconds["import"].append(float(imported.output.splitlines()[-1]))
        self.seconds["import, wall"].append(imported.wall)
        self.seconds["help"].append(min(measure([*AUTOGRADER, "--help"]).wall for _ in range(5)))
        with tempfile.TemporaryDirectory() as out:
            cpu, wall = until_first_line(grade_command(self._folder / "one", Path(out)))
        self.seconds["first"].append(cpu)
        self.seconds["first, wall"].append(wall)
        one, all_ = self._grade("one"), self._grade("class")
        self.seconds["one"].append(one.cpu)
        each = (all_.cpu - one.cpu) / (len(self.notebooks) - 1)
        self.runs[OURS].append(
            peers.Measured(len(self.notebooks), all_.cpu, all_.wall, all_.megabytes, start_up=one.cpu - each)
        )
        self.runs[FLOOR].append(self._measure_floor())
        print(dict(self.seconds), self.runs[OURS][-1], self.runs[FLOOR][-1], sep="\n", file=sys.stderr, flush=True)
        few_notebooks = [next(self._turn) for _ in range(few)]
        for name, peer in self._peers.items():
            self.runs[name].append(peer.grade(few_notebooks))
            print(name, self.runs[name][-1], file=sys.stderr, flush=True)

    def _grade(self, which: str) -> Usage:
        with tempfile.TemporaryDirectory() as out:
            usage = measure(grade_command(self._folder / which, Path(out)))
        self.counted.append((usage.cpu, usage.counted))
        return usage

    def _measure_floor(self) -> peers.Measured:
        usage = measure([sys.executable, "-m", "race.floor", *map(str, self.notebooks)], cwd=Path(__file__).parent)
        seconds = float(usage.output.splitlines()[-1])
        return peers.Measured(len(self.notebooks), usage.cpu, usage.wall, usage.megabytes, usage.cpu - seconds)


def print_table(race: Race) -> None:
    titles = ("grader", "notebooks", "CPU s each", "start-up, CPU s", "CPU s each of 100", "times ours")
    titles += ("wall s each", "largest process, MB")
    print(f"| {' | '.join(titles)} |\n|{'---|' * len(titles)}")
    ours = of_class(race.runs[OURS])
    for name, runs in race.runs.items():
        alone, start_up = mean([run.cpu_each() for run in runs]), mean([run.start_up for run in runs])
        wall = mean([run.wall / run.submissions for run in runs])
        columns = (f"{sum(run.submissions for run in runs)}", f"{alone:.3f}", f"{start_up:.2f}")
        columns += (f"{of_class(runs):.3f}", f"{of_class(runs) / ours:.1f}", f"{wall:.2f}")
        print(f"| {name} | {' | '.join(columns)} | {max(run.megabytes for run in runs):.0f} |", flush=True)


def mean(values: Sequence[float]) -> float:
    return statistics.fmean(values)


def of_class(runs: Sequence[peers.Measured]) -> float:
    """Processor seconds a submission in a class of a hundred, what is paid once a class included."""
    return mean([run.cpu_each(100) for run in runs])


def promises(race: Race) -> list[tuple[str, float, float]]:
    """(what, measured, at most) of each promise."""
    ours, bare = (mean([run.cpu_each() for run in race.runs[name]]) for name in (OURS, FLOOR))
    first, imported = (min(race.seconds[f"{what}, wall"]) for what in ("first", "import"))
    cpu = mean(race.seconds["first"]) / mean(race.seconds["import"])
    return [
        (f"times the floor ({ours:.3f} s over {bare:.3f} s a submission)", ours / bare, OF_FLOOR),
        (f"times `import torch, torchvision` before the first grade ({first:.2f} s over {imported:.2f} s on the clock;"
         f" of processor time {cpu:.1f} times)",
         first / imported, OF_IMPORT),
        ("wall seconds of `autograder --help`", min(race.seconds["help"]), HELP_SECONDS),
    ]  # fmt: skip


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--students", type=int, default=100)
    parser.add_argument("--peers", type=int, default=3, help="notebooks that each peer grades in a round")
    parser.add_argument("--rounds", type=int, default=2)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="race-") as folder:
        race = Race(Path(folder), arguments.students)
        for _ in range(arguments.rounds):
            race.take_round(arguments.peers)
        print_table(race)
    if all(counted == counted for _, counted in race.counted):
        worst = max(abs(cpu - counted) / counted for cpu, counted in race.counted)
        print(f"\na control group's own count of our processor time differs by {worst:.2%} at most")
    ours, floor = (of_class(race.runs["nbgrader autograde"]) / of_class(race.runs[name]) for name in (OURS, FLOOR))
    print(f"on definitions alone 1/{ours:.0f} of nbgrader's processor time, start-up included; the floor 1/{floor:.0f}")
    broken = False
    for what, measured, most in promises(race):
        broken = broken or measured > most
        print(f"{'held' if measured <= most else 'NOT HELD'}: {measured:.3g} {what}; promised {most:.3g} at most")
    return int(broken)


if __name__ == "__main__":
    sys.exit(main())
