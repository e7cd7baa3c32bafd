"""The words of the reports: verdicts, points and the names of mistakes."""

from autograder.records import Verdict

LABELS = {
    Verdict.PASSED: "passed",
    Verdict.WRONG: "wrong",
    Verdict.CRASHED: "crashed",
    Verdict.TIMED_OUT: "timed out",
    Verdict.OUT_OF_MEMORY: "out of memory",
    Verdict.NOT_WRITTEN: "not written",
    Verdict.FORBIDDEN: "not allowed",
    Verdict.UNREADABLE: "unreadable",
    Verdict.GRADER_ERROR: "our fault",
}
OURS = (
    "This test failed on our side, through no fault of yours. The course staff can see it, "
    "and your points for it are open until it is graded again."
)


def show_points(points: float) -> str:
    """12.0 -> "12", 2.5 -> "2.5", 1/3 -> "0.33"."""
    return f"{round(points, 2):.2f}".rstrip("0").rstrip(".")


def show_share(points: float, max_points: float) -> str:
    """ "7 / 12"."""
    return f"{show_points(points)} / {show_points(max_points)}"


def name_mistake(mistake: str) -> str:
    """A mistake's name as words: "multiplies_by_temperature" -> "multiplies by temperature"."""
    return mistake.strip("_").replace("_", " ")
