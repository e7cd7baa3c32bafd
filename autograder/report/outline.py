"""The outline of one student's feedback, the same for the terminal, Markdown and HTML."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby

from autograder.records import Report, Score, Verdict
from autograder.report.wording import OURS, name_mistake, show_share
from autograder.results.marks import NOTHING, ByHand, Given

NOTHING_TO_JUDGE = {Verdict.NOT_WRITTEN, Verdict.UNREADABLE}
NOT_WRITTEN = "not written yet"  # what the worker saw of a stub; the verdict's label says it already


@dataclass(frozen=True)
class Finding:
    """Neighbouring tests with one verdict and one explanation.

    hint: (name, text) of what there is of saw, think and read, or a "note".
    """

    verdict: Verdict
    scores: tuple[Score, ...]
    hint: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Part:
    """What is told of one exercise. calm: the one line that stands for all tests when there was nothing to judge.

    given: what a person made of its points, which `points` has already.
    """

    name: str
    section: str
    points: float
    max_points: int
    calm: str
    findings: tuple[Finding, ...]
    mistakes: tuple[tuple[str, str], ...]
    stand_ins: tuple[str, ...]
    extra: bool
    given: Given | None = None

    @property
    def heading(self) -> str:
        return f"{self.section} {self.name}{' (extra credit)' if self.extra else ''}".strip()

    @property
    def is_full(self) -> bool:
        return self.points >= self.max_points

    @property
    def lost(self) -> tuple[Finding, ...]:
        """What did not pass."""
        return tuple(each for each in self.findings if each.verdict != Verdict.PASSED)

    @property
    def passed(self) -> tuple[Score, ...]:
        return tuple(score for each in self.findings if each.verdict == Verdict.PASSED for score in each.scores)


def describe_extra(report: Report) -> str:
    """What extra credit did for the total; "" where there is none to get."""
    points, most = report.extra
    return f"{show_share(points, most)} points of extra credit are counted in, on top of full marks" if most else ""


def outline(report: Report, sections: dict[str, str], by_hand: ByHand = NOTHING) -> tuple[Part, ...]:
    """The exercises in order of first appearance; where nothing could be graded, those with a mark by hand."""
    given = {each.mark.cell: each for each in by_hand.given(report)}
    shown = {name: scores for name, scores in by_exercise(report.scores).items() if not report.problem or name in given}
    return tuple(_part(report, scores, sections.get(name, ""), given.get(name)) for name, scores in shown.items())


def by_exercise(scores: Iterable[Score]) -> dict[str, tuple[Score, ...]]:
    """exercise -> its scores, in order of first appearance."""
    grouped: dict[str, tuple[Score, ...]] = {}
    for score in scores:
        grouped[score.exercise] = (*grouped.get(score.exercise, ()), score)
    return grouped


def _part(report: Report, scores: tuple[Score, ...], section: str, given: Given | None) -> Part:
    calm = report.problem or _calm_line(scores)
    return Part(
        name=scores[0].exercise,
        section=section,
        points=given.after if given else sum(score.points for score in scores),
        max_points=sum(score.max_points for score in scores),
        calm=calm,
        findings=() if calm else _findings(scores),
        mistakes=_distinct((name_mistake(score.mistake), score.advice) for score in scores if score.mistake),
        stand_ins=_distinct(used for score in scores for used in score.followed_through),
        extra=any(score.extra for score in scores),
        given=given,
    )


def _calm_line(scores: tuple[Score, ...]) -> str:
    """One line in place of a list of tests that all say the same: there was nothing to judge."""
    reasons = {(score.verdict, score.saw) for score in scores}
    if len(reasons) > 1 or not {verdict for verdict, _ in reasons} <= NOTHING_TO_JUDGE:
        return ""
    verdict, saw = reasons.pop()
    if verdict == Verdict.NOT_WRITTEN:
        return saw or NOT_WRITTEN
    return saw or "it could not be judged"


def _findings(scores: tuple[Score, ...]) -> tuple[Finding, ...]:
    groups = groupby(scores, key=lambda score: (score.verdict, _hint(score)))
    return tuple(Finding(verdict, tuple(members), hint) for (verdict, hint), members in groups)


def _hint(score: Score) -> tuple[tuple[str, str], ...]:
    """A failure of ours is told in our own words: the error may quote the hidden test."""
    if score.verdict == Verdict.PASSED or (score.verdict == Verdict.NOT_WRITTEN and score.saw == NOT_WRITTEN):
        return ()
    if score.verdict == Verdict.GRADER_ERROR:
        return (("note", OURS),)
    hint = (("saw", score.saw), ("think", score.think), ("read", score.read))
    return tuple((name, text) for name, text in hint if text)


def _distinct(items: Iterable) -> tuple:
    return tuple(dict.fromkeys(items))
