"""One grade as a record: how it was made, whether today's suite and code are the same, and the same grade once more.

The observations of a submission are kept, so it is judged again without its code. Not kept are the notebook itself
(its hash is: compare it with the file) and, where a submission sent back too much, its observations.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from autograder import names, suite, versions
from autograder.harmless import clean
from autograder.judging.judge import Judge
from autograder.observing import references
from autograder.records import Report, Score
from autograder.report.given import describe_given
from autograder.report.wording import show_share
from autograder.results import counting, evidence, run_diff
from autograder.results.counting import Counted
from autograder.results.policy import Policy
from autograder.results.store import Results, ResultsError, Run


@dataclass(frozen=True)
class Explained:
    """What to tell; is_reproduced is False only when the grade was made again and is another one."""

    lines: tuple[str, ...]
    is_reproduced: bool


def explain(store: Results, student: str, run: Run, policy: Policy | None = None) -> Explained:
    """The grade of this student in a run; ResultsError if there is none."""
    chosen = suite.load(run.homework)
    grades = {grade.report.student: grade for grade in counting.grades(policy or Policy(), store, run=run.number)}
    grade = grades.get(names.find(student, list(grades)) or store.roster.label(student))
    if grade is None:
        raise ResultsError(
            f"there is no grade of {student!r} in {run.homework}; the names are those in the class report"
        )
    report = grade.report
    if report.is_missing:
        return Explained((*_head(report, run.number), *_by_hand(grade), *grade.describe()), True)
    again = _judge_again(store, report, chosen)
    changed = list(_differences(report, again)) if again is not None else []
    lines = [
        *_head(report, run.number),
        *_by_hand(grade),
        *grade.describe(),
        "",
        *_made_by(report, chosen),
        "",
        *map(_line, report.scores),
        "",
        *_verdict(store, report, again, changed),
    ]
    return Explained(tuple(lines), not changed)


def _head(report: Report, run: int) -> Iterator[str]:
    yield f"{clean(report.student)}, {report.homework}: {show_share(report.points, report.max_points)} (run {run})"
    if report.origin:
        yield f"handed in as {clean(report.origin)}{f', {report.submitted}' if report.submitted else ''}"
    if report.problem:
        yield f"could not be graded: {clean(report.problem)}"
    yield from (f"note: {clean(note)}" for note in report.notes)


def _by_hand(grade: Counted) -> Iterator[str]:
    for each in grade.by_hand.given(grade.report):
        of_question = f"{show_share(each.after, each.most)} points" if each.most else str(each.mark)
        told = of_question if each.is_question else describe_given(each)
        comment = f": {clean(each.mark.comment)}" if each.mark.comment else ""
        yield f"{each.mark.cell}: {told} ({clean(each.mark.origin)}, kept since {each.mark.kept} UTC){comment}"


def _made_by(report: Report, chosen: suite.Suite) -> Iterator[str]:
    known = references.known(chosen.references_folder)
    today = versions.made_by(chosen) | {"solution": known.provenance.get("solution", "")}
    for key, value in report.made_by.items():
        here = today.get(key, value)
        yield f"{key:<11} {clean(value)}{f'  ({run_diff.REASONS[key]} today: {here})' if here != value else ''}"


def _line(score: Score) -> str:
    told = [f"saw: {clean(score.saw)}" if score.saw else "", f"mistake: {score.mistake}" if score.mistake else ""]
    told += [f"judged with our {', '.join(score.followed_through)}" if score.followed_through else ""]
    share = show_share(score.points, score.max_points)
    return "; ".join([f"{score.verdict:<13} {share:>7}  {score.exercise}.{score.test}", *filter(None, told)])


def _judge_again(store: Results, report: Report, chosen: suite.Suite) -> list[Score] | None:
    kept = evidence.find(store, report)
    if kept is None:
        return None
    return Judge(chosen, references.known(chosen.references_folder)).scores(kept)


def _differences(report: Report, again: list[Score]) -> Iterator[str]:
    """One line for each test that comes out otherwise; the time it took is no part of a grade."""
    old, new = ({(s.exercise, s.test): replace(s, seconds=0.0) for s in scores} for scores in (report.scores, again))
    for key in dict.fromkeys([*old, *new]):
        before, after = old.get(key), new.get(key)
        if before != after:
            yield f"  {'.'.join(key)}: was {_outcome(before)}, is {_outcome(after)}"


def _outcome(score: Score | None) -> str:
    return f"{score.verdict} {show_share(score.points, score.max_points)}" if score else "not there"


def _verdict(store: Results, report: Report, again: list[Score] | None, changed: list[str]) -> list[str]:
    if again is None:
        return ["its observations were not kept (they are too large), so it can only be made again from the notebook"]
    if not changed:
        return [f"judged again from its kept observations: all {len(again)} tests come out the same"]
    return ["judged again from its kept observations, these tests come out otherwise:", *changed]
