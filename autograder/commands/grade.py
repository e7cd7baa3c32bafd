"""The TA's commands for a class: grade it, write its pages again, list and compare runs; what protects this machine."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from autograder.commands import EXIT_NOT_ALL, Refused, tell
from autograder.commands.options import ATTEMPT, FOLDER, HOMEWORK, course, use_course
from autograder.harmless import clean

if TYPE_CHECKING:
    from autograder.results.course import Asked


@click.command()
@click.argument("submissions", type=click.Path(path_type=Path))
@click.option("--homework", help="Which homework this is; needed only when the names do not tell.")
@click.option("--out", type=FOLDER, default=Path("results"), show_default=True, help="Results folder.")
@click.option(
    "--workers",
    "at_once",
    type=click.IntRange(1, 256),
    help="Submissions at a time (default: one a core, if memory lasts).",
)
@click.option("--scheduler", metavar="ADDRESS", default="", help="Grade on the workers of this Dask scheduler.")
@click.option("--allow-weaker-sandbox", is_flag=True, help="Grade although a layer of the sandbox is missing here.")
@click.option("--force", is_flag=True, help="Grade everything again, also what has not changed.")
@click.option(
    "--only", multiple=True, metavar="STUDENT", help="Grade this student alone (repeat for more); others stay."
)
@course
@click.option(
    "--twice", is_flag=True, help="Grade again in fresh processes on other inputs; name what comes out otherwise."
)
def grade(
    submissions: Path,
    homework: str | None,
    out: Path,
    at_once: int | None,
    scheduler: str,
    allow_weaker_sandbox: bool,
    force: bool,
    only: tuple[str, ...],
    asked: "Asked",
    twice: bool,
) -> None:
    """Grade SUBMISSIONS: a notebook, or a folder of notebooks, student folders or zips."""
    from autograder import suite
    from autograder.grading import class_run, flaky
    from autograder.results import course as courses
    from autograder.results.policy import refuse_other_seed
    from autograder.sandbox import capacity

    if scheduler and at_once:
        raise Refused("on a cluster its workers decide how many submissions are graded at a time; leave out --workers")
    name = class_run.which_homework(submissions, homework)
    asked = asked.beside(submissions)
    chosen = courses.choose_in(out, name, asked)
    if chosen.policy.rules:
        refuse_other_seed(chosen.policy.rules, suite.load(name))
    tell(chosen.line, err=True)
    if risk := capacity.describe_risk(at_once or 1):
        tell(risk, err=True)
    level = "weak" if allow_weaker_sandbox else "best"
    options = class_run.Options(at_once or capacity.default(), level, force, only, scheduler, chosen, asked)
    finished = class_run.grade_class(submissions, name, out, options, tell)
    flips = list(flaky.find_flips(submissions, name, out, options, tell)) if twice else []
    from autograder.grading import promises  # which imports torch: not before the sandbox has started

    tell(*finished.summary.split("\n"))
    tell(f"class report: {finished.report}")
    tell(*finished.told, *finished.doubts, *finished.unused, *promises.find_broken(), err=True)
    if twice:
        tell(*flips or ["graded twice: every test came out the same"])
    if finished.ungraded:
        tell(f"could not be graded: {', '.join(map(clean, finished.ungraded))}", err=True)
    if finished.ungraded or finished.unused:
        sys.exit(EXIT_NOT_ALL)


@click.command()
@click.argument("submissions", type=click.Path(path_type=Path))
@click.argument("results", type=FOLDER, default=Path("results"))
@click.option("--homework", help="Which homework this is; needed only when the names do not tell.")
@course
def status(submissions: Path, results: Path, homework: str | None, asked: "Asked") -> None:
    """Say what is newer in SUBMISSIONS than in RESULTS; nothing is graded, and no policy or roster is kept.

    Exit status 3: `autograder grade` would change something.
    """
    from autograder.grading import class_run
    from autograder.grading import status as looking
    from autograder.results import course as courses
    from autograder.results.store import Results

    name = class_run.which_homework(submissions, homework)
    with Results(results) as store:
        asked = asked.beside(submissions)
        chosen = courses.choose(store, name, asked, once=True)
        tell(chosen.line, err=True)
        found = looking.look(submissions, name, store, chosen, asked)
    tell(*found.lines)
    if not found.is_current:
        sys.exit(EXIT_NOT_ALL)


@click.command()
@click.argument("results", type=FOLDER)
@HOMEWORK
@course
@ATTEMPT
def report(results: Path, homework: str | None, asked: "Asked", attempt: str) -> None:
    """Write the class report and every student's feedback of a homework in RESULTS again.

    Exit status 3: written, but of a run that was cut short.
    """
    from autograder.report.pages import write_run
    from autograder.results import choice
    from autograder.results.store import Results

    with Results(results) as store:
        run = choice.find_run(store, homework)
        rules = use_course(store, run.homework, asked)
        tell(*choice.describe_doubts(store, run), err=True)
        written = write_run(results, store, run.number, best=attempt == "best", policy=rules)
    tell(f"class report: {written.class_report}")
    tell(*written.doubts, *written.absent, err=True)
    if not run.finished:
        sys.exit(EXIT_NOT_ALL)


@click.command()
@click.argument("results", type=FOLDER)
@click.argument("runs", nargs=-1, type=int)
@HOMEWORK
@click.option("-v", "--verbose", is_flag=True, help="A line for each test, and not only for each exercise.")
def diff(results: Path, runs: tuple[int, ...], homework: str | None, verbose: bool) -> None:
    """Say whose score changed between two RUNS of RESULTS (default: the newest two of a homework), where, and why.

    Exit status 3: one of them was cut short.
    """
    from autograder.results import choice, run_diff
    from autograder.results.store import Results

    with Results(results) as store:
        before, after = choice.find_pair(store, runs, homework)
        for run in (before, after):
            tell(f"run {run.number}: {run.homework}, {run.started} UTC, {run.count}")
        old, new = (store.reports(run.number) for run in (before, after))
        lines = list(run_diff.describe_changes(old, new, verbose))
        tell(*lines or ["no score changed"])
    cut_short = [run for run in (before, after) if not run.finished]
    tell(*map(choice.describe_cut_short, cut_short), err=True)
    if cut_short:
        sys.exit(EXIT_NOT_ALL)


@click.command()
@click.argument("results", type=FOLDER)
def runs(results: Path) -> None:
    """List the runs that RESULTS holds, the oldest first."""
    from autograder.results.store import Results

    with Results(results) as store:
        for run in store.runs():
            state = "" if run.finished else ", cut short"
            by = f"policy {run.policy}" if run.policy else "no policy"
            tell(f"run {run.number}: {run.homework}, {run.started} UTC, {run.count}{state}, {by}")


@click.command()
def doctor() -> None:
    """Say what this machine grades with, what it offers to the sandbox, and what would be undefended.

    Exit status 1: `autograder grade` would refuse.
    """
    from autograder.grading import promises
    from autograder.sandbox import doctor as examining

    tell(*promises.describe().split("\n"))
    lines, would_grade = examining.examine()
    tell(*lines)
    tell(*promises.find_broken(), err=True)
    if not would_grade:
        sys.exit(1)


COMMANDS = (grade, status, report, diff, runs, doctor)
