"""The flake check: the same submissions graded again here, in fresh processes, on inputs drawn from another seed."""

import os
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

from autograder.errors import AutograderError
from autograder.grading.class_run import Options
from autograder.harmless import clean
from autograder.results.opening import FILE_NAME
from autograder.results.store import Results

SHIFT = "1000003"  # added to the seeds of all inputs


class FlakeCheckFailed(AutograderError):
    """The second grading did not come to its end; one sentence."""


def find_flips(place: Path, homework: str, out: Path, options: Options, say: Callable[[str], None]) -> Iterator[str]:
    """One line for each test whose verdict changes for somebody, with names; such a test or answer is not settled."""
    say("once more, on other inputs:")
    with tempfile.TemporaryDirectory(prefix="autograder-twice-") as folder:
        shutil.copy(out / FILE_NAME, folder)  # with the policy, and with the homeworks whose free days it counts
        _grade_again(place, homework, Path(folder), options)
        with Results(out) as first, Results(Path(folder)) as second:
            before = {report.student: report for report in first.reports(first.newest(homework))}
            after = {report.student: report for report in second.reports(second.newest(homework))}
    flips: dict[tuple[str, str, str], list[str]] = {}
    for student in before.keys() & after.keys():
        verdicts = {(score.exercise, score.test): score.verdict for score in after[student].scores}
        for score in before[student].scores:
            again = verdicts.get((score.exercise, score.test))
            if again != score.verdict:
                flips.setdefault((score.exercise, score.test, f"{score.verdict} -> {again}"), []).append(student)
    counts = Counter({key: len(students) for key, students in flips.items()})
    for (exercise, test, change), _ in counts.most_common():
        yield f"flips: {exercise}.{test}: {change}: {', '.join(map(clean, sorted(flips[exercise, test, change])))}"


def _grade_again(place: Path, homework: str, out: Path, options: Options) -> None:
    command = [sys.executable, "-m", "autograder", "grade", str(place), "--homework", homework, "--out", str(out)]
    command += ["--workers", str(options.workers), "--force"]
    command += [part for name in options.only for part in ("--only", name)]
    command += ["--policy", str(options.asked.policy)] if options.asked.policy else []
    command += [] if options.course and options.course.policy.rules else ["--no-policy"]
    command += ["--roster", str(options.asked.roster)] if options.asked.roster else []
    command += ["--no-roster"] if options.asked.no_roster else []
    command += ["--allow-weaker-sandbox"] if options.level == "weak" else []
    done = subprocess.run(command, env={**os.environ, "SEED_SHIFT": SHIFT}, capture_output=True, text=True)
    if done.returncode not in (0, 3):
        raise FlakeCheckFailed(f"the second grading failed: {done.stderr.strip().splitlines()[-1:]}")
