"""Two runs side by side: whose score changed, where, and why."""

from collections import Counter
from collections.abc import Iterator, Sequence

from autograder.harmless import clean
from autograder.records import Report, Score

# What decides a score, in the order in which it is to blame; `made_by` holds all of them.
REASONS = {
    "source": "another submission",
    "suite": "another suite",
    "solution": "another solution",
    "torch": "another torch",
    "numpy": "another numpy",
    "libraries": "other libraries",
    "python": "another Python",
    "autograder": "another autograder",
    "sandbox": "another sandbox",
}
NO_REASON = "nothing has changed: the answer is not the same every time"


def describe_changes(before: Sequence[Report], after: Sequence[Report], tests: bool = False) -> Iterator[str]:
    """A line for each student whose points or verdicts changed, and one for each exercise that did.

    tests: in the place of the exercises a line for each of their tests.
    """
    describe = _changed_tests if tests else _changed_exercises
    old, new = ({report.student: report for report in reports} for reports in (before, after))
    for student in sorted(old.keys() | new.keys()):
        if student not in old:
            yield f"{clean(student)}: new, {new[student].points:g} points"
        elif student not in new:
            yield f"{clean(student)}: gone, had {old[student].points:g} points"
        elif changes := list(describe(old[student], new[student])):
            points = f"{old[student].points:g} -> {new[student].points:g} points"
            yield f"{clean(student)}: {points} ({why(old[student], new[student])})"
            yield from (f"  {line}" for line in changes)


def why(before: Report, after: Report) -> str:
    """What differs in how the two reports were made, as far as both tell it: an earlier grader told less."""
    old, new = before.made_by, after.made_by
    found = [words for key, words in REASONS.items() if key in old and key in new and old[key] != new[key]]
    return ", ".join(found) or NO_REASON


def _changed_tests(before: Report, after: Report) -> Iterator[str]:
    for (exercise, test), a, b in _changes(before, after):
        yield f"{exercise}.{test}: {_outcome(a)} -> {_outcome(b)}"


def _changed_exercises(before: Report, after: Report) -> Iterator[str]:
    changed = Counter(exercise for (exercise, _), _, _ in _changes(before, after))
    for exercise, count in changed.items():
        told = f"{_points(before, exercise)} -> {_points(after, exercise)}"
        yield f"{exercise}: {told} ({count} test{'' if count == 1 else 's'} changed)"


def _changes(before: Report, after: Report) -> Iterator[tuple[tuple[str, str], Score | None, Score | None]]:
    """(exercise, test), and both scores of each test that came out otherwise, or is in one of the reports alone."""
    old, new = ({(score.exercise, score.test): score for score in report.scores} for report in (before, after))
    for key in dict.fromkeys([*old, *new]):
        a, b = old.get(key), new.get(key)
        if _outcome(a) != _outcome(b):
            yield key, a, b


def _points(report: Report, exercise: str) -> str:
    scores = [score for score in report.scores if score.exercise == exercise]
    most = sum(score.max_points for score in scores)
    return f"{sum(score.points for score in scores):g}/{most}" if scores else "not there"


def _outcome(score: Score | None) -> str:
    return f"{score.verdict} {score.points:g}/{score.max_points}" if score else "not there"
