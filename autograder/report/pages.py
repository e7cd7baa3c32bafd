"""What a results folder shows to people: the class report, near-copies side by side, each student's feedback."""

import errno
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TypeVar

from autograder import checkout, suite
from autograder.errors import Failed, attempt
from autograder.harmless import clean
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
from autograder.report.imports import foreign_imports
from autograder.report.near_copies import NearCopy, Statements, find_near_copies, too_long, usual
from autograder.report.same_files import find_same_files
from autograder.results import absences, counting, policy_doubts
from autograder.results import policy as policies
from autograder.results.store import Results, ResultsError
from autograder.sandbox.limits import bounded_memory
from homework.notebook.selection import all_statements

FEEDBACK, CLASS_REPORT, SIMILAR, UNUSED = "feedback", "report.html", "similar.html", "not_graded.txt"
SHOWN = 20  # files that are not graded, in a terminal; the text file has all
_TITLE, _HEAD = ": feedback for ", 4096  # what tells a page of ours, and in how many characters of it
Pictures = dict[str, Picture]  # by exercise
Made = TypeVar("Made")


@dataclass(frozen=True)
class Written:
    """Where the class report lies; what of the policy and the class list a person should look at, and who handed in
    nothing, one sentence each.
    """

    class_report: Path
    doubts: tuple[str, ...] = ()
    absent: tuple[str, ...] = ()


def write_run(
    out: Path,
    store: Results,
    run: int | None = None,
    best: bool = False,
    policy: policies.Policy | None = None,
    told_stamps: bool = False,
) -> Written:
    """Write all pages of a run (default: the newest) into its homework's folder, in the results folder of this store.

    best: of each student the report of all runs that counts most. policy: the pages also tell what counts, and why.
    told_stamps: as `policy_doubts.doubts` takes it.
    ResultsError where the folder is full or cannot be written.
    """
    grades = counting.grades(policy or policies.Policy(), store, best, run)
    reports = [grade.report for grade in grades]
    by_student = {grade.report.student: grade for grade in grades}
    number = store.newest() if run is None else run
    absent = absences.describe(grades, absences.find(store, number or 0).before)
    with bounded_memory():
        written = write_pages(out / reports[0].homework, reports, by_student, lambda report: _pictures(store, report))
    doubts = policy_doubts.doubts(policy or policies.Policy(), grades, told_stamps)
    return replace(written, doubts=(*written.doubts, *doubts, *_earlier_pages(out)), absent=tuple(absent))


def _earlier_pages(out: Path) -> list[str]:
    """Pages where an earlier version of the grader wrote them, of whatever homework; nobody must take them for new."""
    return [
        f"{out / name} is of an earlier version of the grader, and out of date; delete it"
        for name in (CLASS_REPORT, SIMILAR, FEEDBACK)
        if (out / name).exists()
    ]


def write_unused(out: Path, unused: Sequence[str]) -> tuple[str, ...]:
    """What to print of the files that are not graded; where it is not all, all of it stands beside the class report."""
    (out / UNUSED).unlink(missing_ok=True)
    if len(unused) <= SHOWN:
        return tuple(unused)
    _write(out / UNUSED, "".join(f"{line}\n" for line in unused))
    return (*unused[:SHOWN], f"and {len(unused) - SHOWN} more, {len(unused)} in all: they stand in {out / UNUSED}")


def write_pages(
    out: Path,
    reports: Sequence[Report],
    grades: Mapping[str, counting.Counted] | None = None,
    pictures: Callable[[Report], Pictures] = lambda report: {},
) -> Written:
    """The class report, near-copies, and each student's feedback as HTML and Markdown.

    grades: by student; without them, what the grader found counts. A student whose page cannot be made is a doubt, and
    gets one that says so; ResultsError where the folder is full or cannot be written.
    """
    chosen = suite.load(reports[0].homework)
    with _one_sentence(out):
        (out / FEEDBACK).mkdir(parents=True, exist_ok=True)
    doubts: list[str] = []
    for report in reports:
        counted = grades[report.student] if grades else counting.Counted(report, report.points)
        doubts += _write_feedback(out, report, chosen, counted, pictures)
    doubts += _remove_pages_of_others(out / FEEDBACK, reports)
    released = _released(chosen)
    same_files = find_same_files({report.student: report.artefacts for report in reports})
    alike, uncompared = _of_all("near-copies", reports, lambda some: _near_copies(some, released))
    _write(out / SIMILAR, similar_html(alike.pairs, chosen.title, usual(len(reports)), same_files, alike.too_long))
    page, unshown = _of_all(
        "report",
        reports,
        lambda some: class_report_html(
            some, chosen.title, len(alike.pairs), grades, len(same_files), foreign_imports(_definitions(some), released)
        ),
    )
    _write(out / CLASS_REPORT, page)
    return Written(out / CLASS_REPORT, (*doubts, *uncompared, *unshown))


def _remove_pages_of_others(folder: Path, reports: Sequence[Report]) -> list[str]:
    """Pages of students who are gone or renamed would be handed out with the others; a sentence says whose they were.

    What else somebody keeps there stays.
    """
    stems = {feedback_file_name(report.student) for report in reports}
    with _one_sentence(folder):
        others = [page for page in sorted(folder.glob("*.html")) if page.stem not in stems and page.is_file()]
        stale = [page for page in others if _TITLE in page.read_text(encoding="utf-8", errors="replace")[:_HEAD]]
        for page in stale:
            page.unlink()
            page.with_suffix(".md").unlink(missing_ok=True)
    shown = [clean(page.stem) for page in stale[:SHOWN]]
    more = f" and {len(stale) - SHOWN} more" if len(stale) > SHOWN else ""
    return [f"{folder}: removed the pages of {', '.join(shown)}{more}, not in this run"] if stale else []


def _write_feedback(
    out: Path,
    report: Report,
    chosen: suite.Suite,
    counted: counting.Counted,
    pictures: Callable[[Report], Pictures],
) -> list[str]:
    """Both pages of a student; what went wrong, in a sentence."""
    stem = out / FEEDBACK / feedback_file_name(report.student)
    html, text = stem.with_name(stem.name + ".html"), stem.with_name(stem.name + ".md")

    def write(grade: counting.Counted, drawn: Pictures) -> None:
        _write(html, feedback_html(grade.report, chosen.sections, grade, drawn))
        _write(text, feedback_markdown(grade.report, chosen.sections, grade))

    failed = attempt("page", lambda: write(counted, pictures(report)))
    if not isinstance(failed, Failed):
        return []
    ungraded = counting.Counted(report.failed(failed.problem), 0.0)
    if isinstance(attempt("page", lambda: write(ungraded, {})), Failed):
        for path in (html, text):
            path.unlink(missing_ok=True)  # an older page would tell an older grade
    return [f"{clean(report.student)}: {failed.problem}"]


@dataclass(frozen=True)
class _Alike:
    """Near-copies, and those of whom not all could be compared."""

    pairs: list[NearCopy]
    too_long: list[str]


def _near_copies(reports: Sequence[Report], released: Statements) -> _Alike:
    definitions = _definitions(reports)
    return _Alike(find_near_copies(definitions, released), too_long(definitions))


def _definitions(reports: Sequence[Report]) -> dict[str, Statements]:
    return {report.student: report.statements for report in reports}


def _of_all(stage: str, reports: Sequence[Report], make: Callable[[Sequence[Report]], Made]) -> tuple[Made, list[str]]:
    """What is made of all reports; without those that fail when they are alone, and a sentence on each of these."""
    made = attempt(stage, lambda: make(reports), len(reports))
    if not isinstance(made, Failed):
        return made, []
    alone = [(report, attempt(stage, partial(make, [report]))) for report in reports]
    usable = [report for report, each in alone if not isinstance(each, Failed)]
    return make(usable), [
        f"{clean(report.student)}: {each.problem}" for report, each in alone if isinstance(each, Failed)
    ]


def _write(path: Path, text: str) -> None:
    with _one_sentence(path.parent):
        path.write_text(text, encoding="utf-8")


@contextmanager
def _one_sentence(place: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        is_full = error.errno in (errno.ENOSPC, errno.EDQUOT)
        what_to_do = "free some space" if is_full else "copy the folder to where you can write"
        raise ResultsError(
            f"the pages cannot be written to {place} ({error.strerror}); {what_to_do}, and run `autograder"
            " report` on it"
        ) from None


def _pictures(store: Results, report: Report) -> Pictures:
    """What a student's trained networks drew, by exercise, where it was kept."""
    shown = suite.load(report.homework).pictures
    if not shown:
        return {}
    from autograder.results import evidence  # it needs torch

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
    """The statements that everybody was given; none where the notebooks are not beside the grader."""
    path = checkout.stub(checkout.ROOT, chosen.homework)
    return all_statements(path.read_bytes()) if path.exists() else ()
