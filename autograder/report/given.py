"""The words for what persons gave by hand, on a student's page and in the class report."""

from collections.abc import Iterator
from dataclasses import dataclass

from autograder.report.wording import show_points, show_share
from autograder.results.counting import Counted
from autograder.results.marks import Given


@dataclass(frozen=True)
class Answer:
    """One written question of a student. given: None as long as nobody has looked at the answer."""

    title: str
    most: float
    given: Given | None = None

    @property
    def is_waiting(self) -> bool:
        return self.given is None or self.given.mark.points is None

    @property
    def share(self) -> str:
        points = "–" if self.is_waiting or self.given is None else show_points(self.given.after)
        return f"{points} / {show_points(self.most)}"

    @property
    def told(self) -> str:
        if self.is_waiting:
            return "not marked yet"
        return "nobody has to mark it" if self.given and self.given.mark.is_blank else "marked by hand"

    @property
    def comment(self) -> str:
        return self.given.mark.comment if self.given else ""


def answers(grade: Counted) -> list[Answer]:
    """All written questions, in the notebook's order; of who handed in nothing those that have a mark."""
    by_hand, report = grade.by_hand, grade.report
    given = {each.mark.cell: each for each in by_hand.given(report)}
    shown = [each for each in by_hand.questions if each.name in given or not report.is_missing]
    return [Answer(each.title, each.points, given.get(each.name)) for each in shown]


def describe_given(given: Given) -> str:
    """What a person made of an exercise's points; empty where there is nothing but a comment."""
    if given.mark.points is None:
        return f"{given.mark.extra:+g} points by hand, on top of what the tests gave" if given.mark.extra else ""
    return f"{show_points(given.after)} points by hand; the tests gave {show_points(given.before)}"


def describe_by_hand(grade: Counted) -> Iterator[str]:
    """What of the total comes from written questions, and what is still to come, one sentence each."""
    marked = [each for each in answers(grade) if not each.is_waiting]
    if marked:
        points = sum(each.given.after for each in marked if each.given)
        share = show_share(points, sum(each.most for each in marked))
        yield f"{share} points for written answers are counted in"
    if waiting := grade.by_hand.waiting(grade.report):
        points = sum(question.points for question in waiting)
        yield f"{show_points(points)} more points are marked by hand"


def describe_to_look_at(grade: Counted) -> list[str]:
    """For the course staff: whose points are by hand, and which of them to look at again."""
    given = grade.by_hand.given(grade.report)
    overruled = [each.mark.cell for each in given if not each.is_question and each.after != each.before]
    again = [each.mark.cell for each in given if each.is_outdated]
    told = [f"by hand: {', '.join(overruled)}"] if overruled else []
    return [*told, *([f"look again: {', '.join(again)}"] if again else [])]
