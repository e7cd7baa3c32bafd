"""What every known answer is worth today, row by row: proof that a change of the grader moves no grade unseen.

    python tests/outcomes.py write FILE [PART ...]      # parts: homeworks, "demo", "submissions"; all of them if none
    python tests/outcomes.py compare BEFORE AFTER

A row is one hidden test of one answer: verdict, points, named mistake and every word that the student reads.
"""

import json
import sys
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from types import SimpleNamespace

from tqdm import tqdm

from autograder import checkout, suite
from autograder.authoring import sample_class, trials
from autograder.grading.class_run import Options, grade_class
from autograder.judging.judge import Judge
from autograder.observing import references
from autograder.records import Score
from autograder.results.store import Results
from autograder.sandbox import capacity

FIELDS = ("test", "verdict", "points", "max_points", "mistake", "saw", "think", "read", "advice", "title", "extra",
          "followed_through")  # fmt: skip
sys.path.insert(0, str(Path(__file__).parent / "submissions"))

Graded = Iterator[tuple[str, Iterable[Score]]]


def write(path: Path, parts: list[str]) -> None:
    """One line of JSON for each answer."""
    with path.open("w") as file:
        for part in parts or [*suite.homeworks(), "demo", "submissions"]:
            for key, scores in tqdm(_grade(part), desc=part, unit="answer"):
                rows = [[score.exercise, *(getattr(score, name) for name in FIELDS)] for score in scores]
                file.write(json.dumps([f"{part}/{key}", rows]) + "\n")


def compare(before: Path, after: Path) -> int:
    """Print each row that differs; how many do."""
    old, new = (dict(map(json.loads, path.read_text().splitlines())) for path in (before, after))
    differences = 0
    for key in dict.fromkeys([*old, *new]):
        for a, b in _pairs(old.get(key, []), new.get(key, [])):
            if a != b:
                differences += 1
                print(f"{key}\n  before: {a}\n  after:  {b}")
    print(f"{len(old)} answers before, {len(new)} after, {differences} rows differ")
    return differences


def _pairs(before: list[list], after: list[list]) -> Iterator[tuple[list | None, list | None]]:
    old, new = ({(row[0], row[1]): row for row in rows} for rows in (before, after))
    yield from ((old.get(key), new.get(key)) for key in dict.fromkeys([*old, *new]))


def _grade(part: str) -> Graded:
    if part == "demo":
        yield from _grade_demo()
    elif part == "submissions":
        yield from _grade_submissions()
    else:
        chosen = suite.load(part)
        judge = Judge(chosen, references.load(chosen.references_folder))
        tried = trials.trials(chosen, checkout.ROOT)
        for trial, scores in trials.judge_trials(tried, chosen, judge, capacity.default()):
            kind = "mistake" if getattr(trial, "fails", "") else "right"
            yield f"{kind}/{trials.trial_name(trial)}", scores


def _grade_demo() -> Graded:
    with tempfile.TemporaryDirectory() as folder:
        submitted = sample_class.write_class(Path(folder) / "submitted", checkout.ROOT)
        yield from _grade_class(submitted, sample_class.HOMEWORK, Path(folder) / "results")


def _grade_submissions() -> Graded:
    import test_submissions as hostile

    with tempfile.TemporaryDirectory() as folder:
        solution = json.loads(checkout.solution(checkout.ROOT, hostile.HW).read_text())
        place = Path(folder)
        for name in ("suites", "results", "submitted"):
            (place / name).mkdir()
            (place / name / "sentinel").write_text("nobody reads this")
        outside = SimpleNamespace(place=place, names=hostile.names_of(place, checkout.ROOT, port=9))
        hostile.hand_in(place / "submitted", solution, outside)
        yield from _grade_class(place / "submitted", hostile.HW, place / "results", hostile.WORKERS)


def _grade_class(submitted: Path, homework: str, out: Path, workers: int = 2) -> Graded:
    grade_class(submitted, homework, out, Options(workers), lambda line: None)
    with Results(out) as results:
        for report in results.reports():
            yield f"{report.student}/{report.problem}/{report.notes}", report.scores


if __name__ == "__main__":
    command, *arguments = sys.argv[1:]
    if command == "write":
        write(Path(arguments[0]), arguments[1:])
    else:
        sys.exit(bool(compare(*map(Path, arguments))))
