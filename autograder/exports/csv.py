"""Scores as a table: a row for each student and test."""

import csv
from collections.abc import Iterable
from typing import TextIO

from autograder.harmless import on_one_line
from autograder.results.counting import Counted

COLUMNS = ("student", "homework", "exercise", "test", "verdict", "points", "max_points", "mistake", "seconds")
_FORMULA = tuple("=+-@\t\n＝＋－＠")  # a spreadsheet would run a cell that opens with one of these


def write_csv(grades: Iterable[Counted], file: TextIO) -> None:
    """A header, a row for each test, each mark by hand, and each thing that the policy changes: points add up to what
    counts.

    Where not all could be graded, a row more says why, in the place of the test's name. Who handed in nothing has that
    row alone, with 0 points or, where that is no grade, none.
    """
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(COLUMNS)
    for grade in grades:
        student, homework = defuse(grade.report.student), grade.report.homework
        for score in () if grade.report.is_missing else grade.report.scores:
            earned = 0 if grade.report.problem else score.points
            told = (score.verdict, f"{earned:g}", score.max_points, score.mistake, f"{score.seconds:.3f}")
            writer.writerow((student, homework, score.exercise, score.test, *told))
        for each in grade.by_hand.given(grade.report):
            points = f"{round(each.after - each.before, 4):g}"
            writer.writerow((student, homework, each.mark.cell, "by hand", "", points, f"{each.most:g}", "", ""))
        if grade.is_open:
            points = "" if grade.is_blank else "0"
            writer.writerow((student, homework, "not graded", defuse(grade.why_open), "", points, 0, "", ""))
        changes = {"drop_in": grade.drop_in, "most_extra_credit": -grade.excess, "lateness": -grade.penalty}
        for name, change in changes.items():
            if change:
                writer.writerow((student, homework, "policy", name, "", f"{change:g}", 0, "", ""))


def defuse(text: str) -> str:
    """One line that a spreadsheet shows and never runs, and that no terminal obeys."""
    return ("'" if text.startswith(_FORMULA) else "") + on_one_line(text)
