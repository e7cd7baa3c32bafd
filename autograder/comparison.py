"""Two runs side by side: whose score changed, where, and why."""

from collections.abc import Iterator, Sequence

from autograder.records import Report, Score

# What decides a score, in the order in which it is to blame; `made_by` holds all of them.
REASONS = {
    "source": "another submission",
    "suite": "another suite",
    "solution": "another solution",
    "torch": "another torch",
    "python": "another Python",
    "autograder": "another autograder",
    "sandbox": "another sandbox",
}
NO_REASON = "nothing has changed: the answer is not the same every time"


def describe_changes(before: Sequence[Report], after: Sequence[Report]) -> Iterator[str]:
    """One line for each student whose points or verdicts changed, and one for each test that did."""
    old, new = ({report.student: report for report in reports} for reports in (before, after))
    for student in sorted(old.keys() | new.keys()):
        if student not in old:
            yield f"{student}: new, {new[student].points:g} points"
        elif student not in new:
            yield f"{student}: gone, had {old[student].points:g} points"
        elif changes := list(_changed_tests(old[student], new[student])):
            points = f"{old[student].points:g} -> {new[student].points:g} points"
            yield f"{student}: {points} ({why(old[student], new[student])})"
            yield from (f"  {line}" for line in changes)


def why(before: Report, after: Report) -> str:
    """What differs in how the two reports were made."""
    found = [words for key, words in REASONS.items() if before.made_by.get(key) != after.made_by.get(key)]
    return ", ".join(found) or NO_REASON


def _changed_tests(before: Report, after: Report) -> Iterator[str]:
    old, new = ({(score.exercise, score.test): score for score in report.scores} for report in (before, after))
    for key in dict.fromkeys([*old, *new]):
        a, b = old.get(key), new.get(key)
        if _outcome(a) != _outcome(b):
            yield f"{'.'.join(key)}: {_outcome(a)} -> {_outcome(b)}"


def _outcome(score: Score | None) -> str:
    return f"{score.verdict} {score.points:g}/{score.max_points}" if score else "not there"
