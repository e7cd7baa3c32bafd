"""What a results folder shows to people: the class report, near-copies side by side, each student's feedback."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from autograder import policy as policies
from autograder import suite
from autograder.records import Report
from autograder.report import (
    Picture,
    class_report_html,
    draw_picture,
    feedback_file_name,
    feedback_html,
    feedback_markdown,
    similar_html,
)
from autograder.results import Results, ResultsError
from autograder.similarity import find_near_copies, usual
from homework.notebook.selection import select

FEEDBACK, CLASS_REPORT, SIMILAR = "feedback", "report.html", "similar.html"
RELEASED = Path(__file__).parents[1] / "assignments"
Pictures = dict[str, Picture]  # by exercise


@dataclass(frozen=True)
class Written:
    """Where the class report lies, and what of the policy a person should look at, one sentence each."""

    class_report: Path
    doubts: tuple[str, ...] = ()


def write_run(
    out: Path, store: Results, run: int | None = None, best: bool = False, policy: policies.Policy | None = None
) -> Written:
    """Write all pages of a run (default: the newest) into the results folder of this store.

    best: of each student the best report of all runs. policy: the pages also tell what counts, and why.
    """
    reports = store.reports(run, best)
    if not reports:
        raise ResultsError(f"{out} holds no finished results yet; run `autograder grade` first")
    grades = policies.grades(policy, store, best, run) if policy else []
    by_student = {grade.report.student: grade for grade in grades} if policy else None
    path = write_pages(out, reports, by_student, lambda report: _pictures(store, report))
    return Written(path, tuple(policies.doubts(policy, grades)) if policy else ())


def write_pages(
    out: Path,
    reports: Sequence[Report],
    grades: Mapping[str, policies.Grade] | None = None,
    pictures: Callable[[Report], Pictures] = lambda report: {},
) -> Path:
    """The class report, near-copies, and each student's feedback as HTML and Markdown; the class report's path.

    grades: by student, where there is a policy.
    """
    chosen = suite.load(reports[0].homework)
    sections = {exercise.name: exercise.section for exercise in chosen.exercises}
    (out / FEEDBACK).mkdir(exist_ok=True)
    for report in reports:
        grade = grades[report.student] if grades else None
        stem = out / FEEDBACK / feedback_file_name(report.student)
        page = feedback_html(report, sections, grade, pictures(report))
        stem.with_name(stem.name + ".html").write_text(page, encoding="utf-8")
        stem.with_name(stem.name + ".md").write_text(feedback_markdown(report, sections, grade), encoding="utf-8")
    pairs = find_near_copies({report.student: report.statements for report in reports}, _released(chosen))
    (out / SIMILAR).write_text(similar_html(pairs, chosen.title, usual(len(reports))), encoding="utf-8")
    path = out / CLASS_REPORT
    path.write_text(class_report_html(reports, chosen.title, len(pairs), grades), encoding="utf-8")
    return path


def _pictures(store: Results, report: Report) -> Pictures:
    """What a student's trained networks drew, by exercise, where it was kept."""
    shown = suite.load(report.homework).pictures
    if not shown:
        return {}
    from autograder import evidence  # it needs torch

    observed = evidence.find(store, report)
    if observed is None:
        return {}
    drawn = {}
    for exercise, wanted in shown.items():
        seen = observed.own.get((exercise, wanted.probe))
        images = seen.values.get(wanted.value) if seen else None
        drawn[exercise] = draw_picture(images, wanted.rows, wanted.columns, wanted.caption)
    return {exercise: picture for exercise, picture in drawn.items() if picture}


def _released(chosen: suite.Suite) -> tuple[tuple[str, str], ...]:
    """The definitions that everybody was given; none where the notebooks are not beside the grader."""
    path = RELEASED / chosen.homework / f"{chosen.homework}.ipynb"
    return select(path.read_bytes(), chosen.written).statements if path.exists() else ()
