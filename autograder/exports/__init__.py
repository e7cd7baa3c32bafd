"""Grades for other programs: a table, Canvas, Gradescope, nbgrader."""

from autograder.errors import AutograderError


class ExportError(AutograderError):
    """The other side's file, or what was asked for, does not fit; one sentence that says what to do."""
