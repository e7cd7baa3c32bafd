"""Scores as a table: a row for each student and test."""

import csv
from collections.abc import Iterable
from typing import TextIO

from autograder.policy import Grade

COLUMNS = ("student", "homework", "exercise", "test", "verdict", "points", "max_points", "mistake", "seconds")
_FORMULA = tuple("=+-@\t\n＝＋－＠")  # a spreadsheet would run a cell that opens with one of these


def write_csv(grades: Iterable[Grade], file: TextIO) -> None:
    """A header, a row for each test, and one for each thing that the policy changes: points add up to what counts."""
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(COLUMNS)
    for grade in grades:
        student, homework = defuse(grade.report.student), grade.report.homework
        for score in grade.report.scores:
            told = (score.verdict, f"{score.points:g}", score.max_points, score.mistake, f"{score.seconds:.3f}")
            writer.writerow((student, homework, score.exercise, score.test, *told))
        changes = {"drop_in": grade.drop_in, "most_extra_credit": -grade.excess, "lateness": -grade.penalty}
        for name, points in changes.items():
            if points:
                writer.writerow((student, homework, "policy", name, "", f"{points:g}", 0, "", ""))


def defuse(text: str) -> str:
    """The text as a spreadsheet will show it, never run it; what is no Unicode becomes a question mark."""
    text = text.encode("utf-8", "replace").decode().replace("\r", " ")  # Python's csv leaves a lone \r unquoted
    return "'" + text if text.startswith(_FORMULA) else text
