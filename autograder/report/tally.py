"""Counts over a class: scores, exercises, tests, mistakes and verdicts. Students are counted, never averaged away."""

import statistics
from collections.abc import Sequence
from dataclasses import dataclass

from autograder.records import Report, Score, Verdict
from autograder.report.outline import NOTHING_TO_JUDGE, by_exercise

ENOUGH = 10  # fewer students than this say nothing about how well a test discriminates
NOT_JUDGED = {*NOTHING_TO_JUDGE, Verdict.GRADER_ERROR}


@dataclass(frozen=True)
class TestTally:
    """One test over those whose answer could be judged. discrimination: in [-1, 1], or None if it cannot be told."""

    exercise: str
    title: str
    passed: int
    judged: int
    discrimination: float | None
    slowest: float
    slowest_student: str

    @property
    def rate(self) -> float:
        return self.passed / self.judged if self.judged else 0.0


@dataclass(frozen=True)
class ExerciseTally:
    """How many students have full marks, some, none, or nothing that could be judged; mean: in [0, 1]."""

    name: str
    max_points: int
    mean: float
    full: int
    some: int
    none: int
    not_judged: int
    followed_through: int

    @property
    def students(self) -> int:
        return self.full + self.some + self.none + self.not_judged


@dataclass(frozen=True)
class MistakeTally:
    """A known mistake and who made it."""

    exercise: str
    mistake: str
    advice: str
    students: tuple[str, ...]


@dataclass(frozen=True)
class SameAnswer:
    """Students of one exercise whose wrong values are the same on these tests; mistake: known behind it, or ""."""

    exercise: str
    titles: tuple[str, ...]
    mistake: str
    students: tuple[str, ...]


@dataclass(frozen=True)
class VerdictTally:
    """A verdict, on how many tests, and of whom."""

    verdict: Verdict
    tests: int
    students: tuple[str, ...]


def graded(reports: Sequence[Report]) -> list[Report]:
    """Those of which something could be graded."""
    return [report for report in reports if not report.problem]


def failed_on_our_side(reports: Sequence[Report]) -> list[tuple[Report, Score]]:
    """Every test that has to be graded again, with its report."""
    return [(report, score) for report in reports for score in report.scores if score.verdict == Verdict.GRADER_ERROR]


def quartiles(points: Sequence[float]) -> tuple[float, float, float]:
    """Lower quartile, median, upper quartile of at least one number."""
    if len(points) == 1:
        return points[0], points[0], points[0]
    lower, median, upper = statistics.quantiles(points, n=4, method="inclusive")
    return lower, median, upper


def tally_tests(reports: Sequence[Report]) -> list[TestTally]:
    """Every test, in order of first appearance."""
    found: dict[tuple[str, str], list[tuple[Score, Report]]] = {}
    for report in graded(reports):
        for score in report.scores:
            found.setdefault((score.exercise, score.test), []).append((score, report))
    return [_tally_test(rows) for rows in found.values()]


def _tally_test(rows: list[tuple[Score, Report]]) -> TestTally:
    judged = [(score, report) for score, report in rows if score.verdict not in NOT_JUDGED]
    slowest, by_whom = max(rows, key=lambda row: row[0].seconds)
    return TestTally(
        exercise=rows[0][0].exercise,
        title=rows[0][0].title,
        passed=sum(score.verdict == Verdict.PASSED for score, _ in judged),
        judged=len(judged),
        discrimination=_discriminate(judged),
        slowest=slowest.seconds,
        slowest_student=by_whom.student,
    )


def _discriminate(judged: list[tuple[Score, Report]]) -> float | None:
    """Correlation of passing with the points on all other tests (item-rest correlation)."""
    passed = [float(score.verdict == Verdict.PASSED) for score, _ in judged]
    others = [report.points - score.points for score, report in judged]
    if len(judged) < ENOUGH or len(set(passed)) < 2 or len(set(others)) < 2:
        return None
    return statistics.correlation(passed, others)


def tally_exercises(reports: Sequence[Report]) -> list[ExerciseTally]:
    """Every exercise, in order of first appearance."""
    found: dict[str, list[tuple[Score, ...]]] = {}
    for report in graded(reports):
        for name, scores in by_exercise(report.scores).items():
            found.setdefault(name, []).append(scores)
    return [_tally_exercise(name, answers) for name, answers in found.items()]


def _tally_exercise(name: str, answers: list[tuple[Score, ...]]) -> ExerciseTally:
    levels = [level_of(scores) for scores in answers]
    most = max(sum(score.max_points for score in scores) for scores in answers)
    mean = statistics.fmean(sum(score.points for score in scores) for scores in answers)
    return ExerciseTally(
        name=name,
        max_points=most,
        mean=mean / most if most else 0.0,
        full=levels.count("full"),
        some=levels.count("some"),
        none=levels.count("none"),
        not_judged=levels.count("open"),
        followed_through=sum(any(score.followed_through for score in scores) for scores in answers),
    )


def level_of(scores: Sequence[Score]) -> str:
    """ "full", "some" or "none" of an exercise's points, or "open" if there was nothing that could be judged."""
    if all(score.verdict in NOT_JUDGED for score in scores):
        return "open"
    points, most = sum(score.points for score in scores), sum(score.max_points for score in scores)
    return "full" if points >= most else "some" if points > 0 else "none"


def tally_mistakes(reports: Sequence[Report]) -> list[MistakeTally]:
    """Known mistakes, the commonest first."""
    made: dict[tuple[str, str, str], dict[str, None]] = {}
    for report in graded(reports):
        for score in report.scores:
            if score.mistake:
                made.setdefault((score.exercise, score.mistake, score.advice), {})[report.student] = None
    tallies = [MistakeTally(*key, tuple(students)) for key, students in made.items()]
    return sorted(tallies, key=lambda tally: -len(tally.students))


def tally_same_answers(reports: Sequence[Report]) -> list[SameAnswer]:
    """Groups of at least two, those without a known mistake first, then the largest."""
    agreeing: dict[tuple[str, str, str], list[tuple[Score, str]]] = {}
    for report in graded(reports):
        for score in report.scores:
            if score.observed:
                agreeing.setdefault((score.exercise, score.test, score.observed), []).append((score, report.student))
    groups: dict[tuple[str, str, tuple[str, ...]], list[str]] = {}
    for (exercise, *_), rows in agreeing.items():
        if len(rows) > 1:
            students = tuple(student for _, student in rows)
            groups.setdefault((exercise, rows[0][0].mistake, students), []).append(rows[0][0].title)
    found = [SameAnswer(name, tuple(titles), mistake, who) for (name, mistake, who), titles in groups.items()]
    return sorted(found, key=lambda group: (bool(group.mistake), -len(group.students)))


def tally_verdicts(reports: Sequence[Report]) -> dict[Verdict, VerdictTally]:
    """All verdicts, those of submissions that could not be graded among them."""
    tallies = {}
    for verdict in Verdict:
        hits = [(report.student, _count(report, verdict)) for report in reports]
        students = tuple(student for student, count in hits if count)
        tallies[verdict] = VerdictTally(verdict, sum(count for _, count in hits), students)
    return tallies


def _count(report: Report, verdict: Verdict) -> int:
    return sum(score.verdict == verdict for score in report.scores)
