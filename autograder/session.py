"""One `autograder grade` from folder to report: what is graded anew, what is reused, what is written."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

from autograder import policy as policies
from autograder import suite
from autograder.grade import grade
from autograder.intake import Located, NoSubmissions, find_submissions
from autograder.records import Report, Submission
from autograder.results import Results

if TYPE_CHECKING:
    from autograder.observe import Observed


@dataclass(frozen=True)
class Finished:
    """What to tell the TA at the end."""

    summary: str
    report: Path
    ungraded: tuple[str, ...]
    doubts: tuple[str, ...] = ()


def which_homework(place: Path, homework: str | None) -> str:
    """The homework that is named, or that the names at this place tell of, or the only one there is."""
    known = suite.homeworks()
    if homework:
        return suite.load(homework).homework
    names = {part for path in _some_paths(place) for part in path.parts}
    told = [name for name in known if any(name in part for part in names)]
    candidates = told or known
    if len(candidates) == 1:
        return candidates[0]
    raise suite.UnknownHomework(
        f"{place} does not tell which homework it holds; say --homework with one of {', '.join(known)}"
    )


def _some_paths(place: Path) -> Iterator[Path]:
    yield place
    if place.is_dir():
        for path in sorted(place.iterdir())[:50]:
            yield path
            if path.is_dir() and not path.is_symlink():
                yield from sorted(path.iterdir())[:50]


@dataclass(frozen=True)
class Options:
    """What a TA may choose.

    only: names of the students to grade, others keep what they had; empty for all. scheduler: address of a Dask
    cluster to grade on; empty for this machine. policy: what the pages tell of late days and extra credit.
    """

    workers: int = 1
    level: str = "best"
    force: bool = False
    only: tuple[str, ...] = ()
    scheduler: str = ""
    policy: policies.Policy | None = None


def grade_class(place: Path, homework: str, out: Path, options: Options, say: Callable[[str], None]) -> Finished:
    """Grade what is new, here or on a cluster, store each report as it is made, then write the pages."""
    from tqdm import tqdm

    chosen = suite.load(homework)
    located = find_submissions(place, homework, chosen.files)
    _refuse_unknown(options.only, located)
    with Results(out, create=True) as results, tqdm(total=len(located), unit="student", disable=None) as bar:
        if options.policy:  # refused before hours of grading, not after
            policies.due_before(options.policy, homework, results)
        run = results.begin(homework)
        earlier = {report.student: report for report in results.reports(results.before(run))}

        def tell(line: str) -> None:
            bar.write(line) if not bar.disable else say(line)

        def store(report: Report, kept: bytes | None = None) -> None:
            results.add(run, _key(report.made_by["source"], chosen), report, kept)
            tell(_line(report))
            bar.update()

        def store_graded(report: Report, observed: "Observed") -> None:
            from autograder import evidence  # it needs torch, which a run with nothing new does without

            store(report, evidence.pack(observed))

        def new() -> Iterator[Submission]:
            """What is to be graded, read when it is its turn; what is known already is stored on the way."""
            for each in located:
                if options.only and each.student not in options.only:
                    if each.student in earlier:
                        store(earlier[each.student])
                    continue
                submission = each.read()
                known = None if options.force else results.find(_key(submission.digest, chosen))
                if known:
                    own = {"student": submission.student, "origin": submission.origin}
                    store(replace(known, **own, submitted=submission.submitted))
                else:
                    yield submission

        waiting = new()
        if first := next(waiting, None):  # the sandbox takes seconds to start
            grade(
                chain([first], waiting),
                chosen,
                options.workers,
                options.level,
                (place, out),
                store_graded,
                options.scheduler,
                tell,
            )
        results.finish(run)
        reports = results.reports(run)
        from autograder.pages import write_run  # charts and templates, which are not waited for before grading
        from autograder.report import class_summary_text

        written = write_run(out, results, run, policy=options.policy)
    ungraded = tuple(report.student for report in reports if report.problem)
    return Finished(class_summary_text(reports), written.class_report, ungraded, written.doubts)


def _refuse_unknown(only: Sequence[str], located: Sequence[Located]) -> None:
    known = {each.student for each in located}
    if missing := [name for name in only if name not in known]:
        raise NoSubmissions(f"there is no submission of {', '.join(missing)}; the names are those of files and folders")


def _key(source: str, chosen: suite.Suite) -> str:
    return f"{source}/{chosen.digest}"


def _line(report: Report) -> str:
    words = report.problem or ", ".join(sorted({str(s.verdict) for s in report.scores if s.verdict != "PASSED"}))
    return f"{report.student:<28} {report.points:>5g} / {report.max_points}  {words}".rstrip()
