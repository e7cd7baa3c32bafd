"""One `autograder grade` from folder to report: what is graded anew, what is reused, what is written."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

from autograder import names, suite, versions
from autograder.errors import Failed, Stopped, attempt
from autograder.grading import known_course
from autograder.grading.pipeline import grade
from autograder.harmless import clean, on_one_line
from autograder.observing.crew import Crew, Threads
from autograder.records import Observed, Report, Submission
from autograder.results import course as courses
from autograder.results import opening
from autograder.results.store import Results
from autograder.roster.students import Roster
from autograder.sandbox.limits import bounded_memory
from autograder.submissions.intake import Found, NoSubmissions, find_submissions
from autograder.submissions.located import Located


@dataclass(frozen=True)
class Finished:
    """What to tell the TA at the end. unused: what is not graded or not understood; told: what was made of the rest."""

    summary: str
    report: Path
    ungraded: tuple[str, ...]
    doubts: tuple[str, ...] = ()
    unused: tuple[str, ...] = ()
    told: tuple[str, ...] = ()


def which_homework(place: Path, homework: str | None) -> str:
    """The homework that is named, or that the names at this place tell of, or the only one there is."""
    known = suite.homeworks()
    if not place.exists():
        raise NoSubmissions(f"{place} does not exist; name the folder that holds the submissions")
    if homework:
        return suite.load(homework).homework
    parts = {part for path in _some_paths(place) for part in path.parts}
    told = [name for name in known if any(name in part for part in parts)]
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
            if (path / opening.FILE_NAME).exists():  # a results folder, with a folder for each homework
                continue
            yield path
            if path.is_dir() and not path.is_symlink():
                yield from sorted(path.iterdir())[:50]


@dataclass(frozen=True)
class Options:
    """What a TA may choose.

    only: names of the students to grade, others keep what they had; empty for all. scheduler: address of a Dask
    cluster to grade on; empty for this machine. course: the policy, of which the pages tell late days and extra
    credit, whose groups share a submission, and in whose zone times are, and the roster; asked: where these lie, maybe
    among the submissions, if they were named.
    """

    workers: int = 1
    level: str = "best"
    force: bool = False
    only: tuple[str, ...] = ()
    scheduler: str = ""
    course: courses.Course | None = None
    asked: courses.Asked = field(default_factory=courses.Asked)


def grade_class(place: Path, homework: str, out: Path, options: Options, say: Callable[[str], None]) -> Finished:
    """Grade what is new, here or on a cluster, store each report as it is made, then write the pages."""
    from tqdm import tqdm

    chosen = suite.load(homework)
    found = find_submissions(
        place, homework, chosen.files, known_course.of(options.course, options.asked, homework, place, out)
    )
    located = found.submissions
    roster = options.course.roster.roster if options.course else Roster()
    options = replace(options, only=_known(options.only, located, roster))
    with Results(out, create=True) as results, tqdm(total=len(located), unit="student", disable=None) as bar:
        if options.course:
            options.course.keep(results)
        run = results.begin(homework, options.course.policy.title if options.course else "")

        def tell(line: str) -> None:
            bar.write(on_one_line(line)) if not bar.disable else say(line)

        def store(report: Report, kept: bytes | None = None) -> None:
            tell(_line(_store(results, run, report, kept)))
            bar.update()

        try:
            new = []
            with results.together():
                for each, known in _look_up(located, chosen, results, run, options):
                    store(known) if known else new.append(each)
            if new:
                crew = _crew(chosen, (place, out), options, tell)
                with bounded_memory(), closing(grade(map(fetch, new), chosen, crew)) as graded:
                    for report, observed in graded:
                        kept = attempt("pack", partial(_pack, observed))
                        store(report.failed(kept.problem)) if isinstance(kept, Failed) else store(report, kept)
        except KeyboardInterrupt:
            raise Stopped(f"stopped: {bar.n} of {len(located)} submissions are graded and kept in {out}") from None
        results.finish(run)
        try:
            return _write_pages(out, results, run, options.course, found)
        except KeyboardInterrupt:
            raise Stopped(f"stopped: all submissions are graded and kept in {out}, not all pages are written") from None


def _look_up(
    located: Sequence[Located], chosen: suite.Suite, results: Results, run: int, options: Options
) -> Iterator[tuple[Located, Report | None]]:
    """Each submission with the report that it has already, if any; who is not to be graded is left out otherwise."""
    earlier = {report.student: report for report in results.reports(results.before(run))}
    made_by = versions.made_by(chosen)
    for each in located:
        if options.only and each.student not in options.only:
            if each.student in earlier:
                yield each, earlier[each.student]
            continue
        known = None
        if not options.force:
            submission = fetch(each)
            key = versions.key_of(made_by | {"source": submission.digest})
            found = None if submission.problem else attempt("look up", partial(results.find, key))
            if isinstance(found, Report):
                is_same = found.origin.startswith(f"{submission.origin}: ")  # with the name of the notebook inside
                origin = found.origin if is_same else submission.origin
                known = replace(found, student=each.student, origin=origin)
                known = replace(known, submitted=submission.submitted, identity=submission.identity)
        yield each, known


def fetch(located: Located) -> Submission:
    """What was handed in, or the reason why it cannot be fetched."""
    fetched = attempt("read", located.read)
    if isinstance(fetched, Failed):
        nothing = Submission(located.student, "", b"", problem=fetched.problem)
        return replace(nothing, submitted=located.submitted, identity=located.identity)
    return fetched


def _store(results: Results, run: int, report: Report, kept: bytes | None) -> Report:
    """The report as it is in the store now: where it could not be written, the one that says so."""
    key = report.key or versions.key_of(report.made_by)
    stored = attempt("store", lambda: results.add(run, key, report, kept))
    if not isinstance(stored, Failed):
        return report
    failed = report.failed(stored.problem)
    results.add(run, key, failed)
    return failed


def _pack(observed: Observed) -> bytes:
    from autograder.results import evidence  # it needs torch, which is imported while the sandbox starts

    return evidence.pack(observed)


def _crew(chosen: suite.Suite, hidden: Sequence[Path], options: Options, warn: Callable[[str], None]) -> Crew:
    """Those who observe; `warn` is told of each worker of a cluster that is refused."""
    if not options.scheduler:
        return Threads(chosen, options.workers, options.level, hidden)
    from autograder.observing.cluster.client import Cluster

    return Cluster(options.scheduler, chosen, options.level, hidden, warn)


def _write_pages(out: Path, results: Results, run: int, course: courses.Course | None, found: Found) -> Finished:
    from autograder.report import class_summary_text  # charts and templates, which are not waited for before grading
    from autograder.report.pages import write_run, write_unused

    reports = [report for report in results.reports(run) if not report.is_missing]
    rules = course.policy.rules if course else None
    written = write_run(out, results, run, policy=rules, told_stamps=True)
    ungraded = tuple(report.student for report in reports if report.is_open)
    left = (*found.unused, *_may_lie_elsewhere(reports), *_may_be_one(reports, found))
    unused = write_unused(written.class_report.parent, left)
    told = (*found.told, *written.absent)
    return Finished(class_summary_text(reports), written.class_report, ungraded, written.doubts, unused, told)


def _may_lie_elsewhere(reports: Sequence[Report]) -> Iterator[str]:
    for report in reports:
        if report.may_lie_elsewhere and not report.problem:
            yield f"{clean(report.student)} may have written more than was graded: {clean('; '.join(report.unread))}"


def _may_be_one(reports: Sequence[Report], found: Found) -> Iterator[str]:
    by_student = {report.student: report for report in reports}
    for students in found.alike:
        there = [by_student[student] for student in students if student in by_student]
        if len(there) > 1:
            some = " and ".join(
                f"{clean(each.student)} ({each.points:g} of {each.max_points} points)" for each in there
            )
            yield f"{some} may be one student, by their names; if so, leave one there, and grade again"


def _known(only: Sequence[str], located: Sequence[Located], roster: Roster) -> tuple[str, ...]:
    """The submissions' own names for these; a Mac and a keyboard write some in two ways, and the roster knows more."""
    there = [each.student for each in located]
    known = {name: names.find(name, there) or names.find(roster.label(name), there) for name in only}
    if missing := [name for name, found in known.items() if found is None]:
        raise NoSubmissions(f"there is no submission of {', '.join(missing)}; the names are those of files and folders")
    return tuple(found for found in known.values() if found)


def _line(report: Report) -> str:
    words = report.why_open() or ", ".join(sorted({str(s.verdict) for s in report.scores if s.verdict != "PASSED"}))
    return f"{clean(report.student):<28} {report.points:>5g} / {report.max_points}  {clean(words)}".rstrip()
