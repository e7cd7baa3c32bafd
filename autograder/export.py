"""Scores for other programs."""

import csv
from collections.abc import Iterable
from typing import TextIO

from autograder.records import Report

COLUMNS = ("student", "homework", "exercise", "test", "verdict", "points", "max_points", "mistake", "seconds")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")  # a spreadsheet would run a cell that opens with one of these


def write_csv(reports: Iterable[Report], file: TextIO) -> None:
    """One row per student and test, with a header row."""
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(COLUMNS)
    for report in reports:
        for score in report.scores:
            writer.writerow(
                (
                    defuse(report.student),
                    report.homework,
                    score.exercise,
                    score.test,
                    score.verdict,
                    f"{score.points:g}",
                    score.max_points,
                    score.mistake,
                    f"{score.seconds:.3f}",
                )
            )


def defuse(text: str) -> str:
    """The text as a spreadsheet will show it, never run it."""
    return "'" + text if text.startswith(_FORMULA) else text
