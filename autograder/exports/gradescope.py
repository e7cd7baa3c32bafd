"""A grade as Gradescope's results.json: what students see at once, what when grades are published, and what never."""

import json
from pathlib import Path
from typing import Any

from autograder.exports.changes import Change
from autograder.exports.wording import explain
from autograder.harmless import clean
from autograder.records import Score, Verdict
from autograder.report.file_names import feedback_file_name
from autograder.report.wording import show_points
from autograder.results.counting import Counted
from autograder.results.marks import Given
from homework.atomic_files import replacing

FILE_NAME = "results.json"


def to_results(grade: Counted, sections: dict[str, str], show: str = "after_published", seconds: float = 0.0) -> dict:
    """The object to write. show: when students see the scored tests, and with them their total.

    Without a score: at once, whether each exercise was found; never, how the grade was made.
    """
    report = grade.report
    tests = [_found(grade), *_notes(grade)]
    tests += [_scored(score, sections, show) for score in ([] if report.problem else report.scores)]
    tests += [_by_hand(each, show) for each in grade.by_hand.given(report)]
    tests += [_policy(grade, show)] if grade.describe() else []
    made_by = {**report.made_by, "submitted": report.submitted}
    tests.append(
        _text("How this grade was made", "\n".join(f"{key}: {value}" for key, value in made_by.items()), "hidden")
    )
    return {
        **_overriding_score(grade, tests),
        "execution_time": round(seconds, 3),
        "output": clean(grade.why_open),
        "output_format": "text",
        "stdout_visibility": "hidden",
        "tests": tests,
        "extra_data": {"made_by": report.made_by, "open": grade.is_open},
    }


def _overriding_score(grade: Counted, tests: list[dict[str, Any]]) -> dict[str, float]:
    """Only where the tests do not add up to it by themselves: what Gradescope adds up, it also hides with the tests."""
    if grade.report.problem:
        return {"score": grade.total}
    adds_up = grade.total == round(sum(test.get("score", 0.0) for test in tests), 2)
    return {} if adds_up else {"score": grade.total}


def write(results: dict, path: Path) -> None:
    """All of it or nothing: Gradescope reads whatever is there when the program ends."""
    with replacing(path) as partial:
        partial.write_text(json.dumps(results, indent=1), encoding="utf-8")


def write_all(grades: list[Counted], sections: dict[str, str], folder: Path) -> list[Path]:
    """FOLDER/STUDENT/results.json for each grade that is no blank; student as the feedback's file names them."""
    paths = []
    for grade in (each for each in grades if not each.is_blank):
        path = folder / feedback_file_name(grade.report.student) / FILE_NAME
        path.parent.mkdir(parents=True, exist_ok=True)
        write(to_results(grade, sections), path)
        paths.append(path)
    return paths


def changes(grades: list[Counted], sections: dict[str, str], folder: Path) -> list[Change]:
    """Of what `write_all` would write; who is there alone is called as the folder is."""
    there = {path.parent.name: _total(_read(path)) for path in sorted(folder.glob(f"*/{FILE_NAME}"))}
    found = []
    for grade in grades:
        name, student = feedback_file_name(grade.report.student), grade.report.student
        after = None if grade.is_blank else _total(to_results(grade, sections))
        found.append(Change(student, there.pop(name, None), after))
    return [*found, *(Change(name, points, None) for name, points in there.items() if points is not None)]


def _read(path: Path) -> Any:
    try:
        return json.loads(path.read_bytes())
    except (OSError, ValueError):
        return None


def _total(results: Any) -> float | None:
    """As Gradescope adds up; None of what is no file of ours."""
    try:
        return float(results["score"] if "score" in results else sum(test.get("score", 0) for test in results["tests"]))
    except (TypeError, KeyError, AttributeError, ValueError):
        return None


def _scored(score: Score, sections: dict[str, str], show: str) -> dict[str, Any]:
    return {
        "name": f"{score.exercise}: {clean(score.title)}",
        "number": sections.get(score.exercise, ""),
        "score": float(score.points),
        "max_score": float(score.max_points),
        "status": "passed" if score.verdict == Verdict.PASSED else "failed",
        "output": explain(score),
        "output_format": "text",
        "tags": [str(score.verdict), *(["extra credit"] if score.extra else [])],
        "visibility": show,
    }


def _by_hand(each: Given, show: str) -> dict[str, Any]:
    """A question has points of its own; what a person made of an exercise's is told, and is part of the total."""
    told = [] if each.is_question else [f"{show_points(each.after)} points, where the tests gave {each.before:g}"]
    comment = "\n".join(map(clean, each.mark.comment.splitlines()))
    test = _text(f"{clean(each.title)}: marked by hand", "\n".join(filter(None, [*told, comment])), show)
    return test | ({"score": each.after, "max_score": each.most} if each.most else {})


def _found(grade: Counted) -> dict[str, Any]:
    """What a student must know before the deadline: can the submission be graded at all, and is all of it there?"""
    report = grade.report
    if report.problem:
        return _text("Your submission can be graded", clean(report.problem), "visible", "failed")
    names = list(dict.fromkeys(score.exercise for score in report.scores))
    missing = {score.exercise for score in report.scores if score.verdict in (Verdict.NOT_WRITTEN, Verdict.UNREADABLE)}
    lines = [f"{name}: {'not found, or not written yet' if name in missing else 'found'}" for name in names]
    found = f"Your submission can be graded: {len(names) - len(missing)} of {len(names)} exercises found"
    return _text(found, "\n".join(lines), "visible", "failed" if missing else "passed")


def _notes(grade: Counted) -> list[dict[str, Any]]:
    notes = "\n".join(map(clean, grade.report.notes))
    return [_text("Notes on your notebook", notes, "visible")] if notes else []


def _policy(grade: Counted, show: str) -> dict[str, Any]:
    return _text(f"Late days and extra credit: {show_points(grade.total)} points count", "\n".join(grade.lines), show)


def _text(name: str, output: str, visibility: str, status: str = "") -> dict[str, Any]:
    test = {"name": name, "output": output, "output_format": "text", "visibility": visibility}
    return {**test, "status": status} if status else test
