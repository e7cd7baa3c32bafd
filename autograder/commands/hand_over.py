"""The TA's commands that hand grades over: to other programs and home again, to Gradescope, and to who asks why."""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from autograder.checkout import ROOT
from autograder.commands import EXIT_NOT_ALL, Refused, tell
from autograder.commands.options import ATTEMPT, EXISTING, FOLDER, HOMEWORK, NO_POLICY, course, use_course

if TYPE_CHECKING:
    from autograder.results.counting import Counted
    from autograder.results.course import Asked

NEEDED = {"canvas": ("gradebook", "column"), "nbgrader": ("course",), "gradescope": ("folder",)}


@click.command()
@click.argument("results", type=FOLDER)
@click.option("--to", "form", type=click.Choice(["csv", *NEEDED]), required=True, help="For which program.")
@HOMEWORK
@course
@click.option("--section", help="Only students of this section of the roster.")
@click.option("--ta", help="Only students of this TA of the roster.")
@click.option("--gradebook", type=EXISTING, help="canvas: the gradebook as Canvas exports it.")
@click.option("--column", help="canvas: the title of the one assignment to fill.")
@click.option("--other-points", is_flag=True, help="canvas: although the points possible there are not the homework's.")
@click.option("--course", type=FOLDER, help="nbgrader: the course's folder, with its gradebook.db.")
@click.option("--folder", type=FOLDER, help="gradescope: where to write STUDENT/results.json.")
@click.option("--excel", is_flag=True, help="csv: with a byte-order mark, without which Excel takes UTF-8 for cp1252.")
@click.option("--dry-run", is_flag=True, help="Write nothing; say what would change of what is there.")
@ATTEMPT
def export(
    results: Path,
    form: str,
    homework: str | None,
    asked: "Asked",
    section: str | None,
    ta: str | None,
    attempt: str,
    dry_run: bool,
    **places: Path | str | bool | None,
) -> None:
    """Write the newest run of a homework in RESULTS for another program; a table goes to standard output.

    Exit status 3: written, but for students who are named on standard error, or of a run that was cut short.
    """
    from autograder.exports import selection
    from autograder.results import choice, counting, policy_doubts
    from autograder.results.policy import Policy
    from autograder.results.store import Results

    if missing := [f"--{name}" for name in NEEDED.get(form, ()) if places[name] is None]:
        raise Refused(f"--to {form} also needs {' and '.join(missing)}")
    with Results(results) as store:
        run = choice.find_run(store, homework)
        rules = use_course(store, run.homework, asked, once=dry_run) or Policy()
        tell(*choice.describe_doubts(store, run), err=True)
        grades = counting.grades(rules, store, best=attempt == "best", run=run.number)
        selected = selection.select(store, run.number, grades, section, ta)
    notes = policy_doubts.doubts(rules, grades)
    left_out = [*selected.left_out, *_WRITERS[form](selected.grades, dry_run=dry_run, **places)]
    tell(*notes, *selected.told, *left_out, err=True)
    if left_out or not run.finished:
        sys.exit(EXIT_NOT_ALL)


def _to_csv(grades: list["Counted"], excel: bool, dry_run: bool, **_: object) -> list[str]:
    from autograder.exports.csv import write_csv

    if dry_run:
        tell(f"nothing is written; a table of {len(grades)} students, made anew: nothing is there to compare with")
        return []
    sys.stdout.write("\ufeff" if excel else "")
    write_csv(grades, sys.stdout)
    return []


def _to_canvas(
    grades: list["Counted"], gradebook: Path, column: str, other_points: bool, dry_run: bool, **_: object
) -> list[str]:
    from autograder.exports import canvas, changes

    filled = canvas.fill(canvas.decode(gradebook.read_bytes()), column, grades, other_points)
    if dry_run:
        tell(*changes.describe(filled.changes))
    else:
        sys.stdout.write(filled.content)
    tell(*filled.hints, err=True)
    return list(filled.left_out)


def _to_nbgrader(grades: list["Counted"], course: Path, dry_run: bool, **_: object) -> list[str]:
    from autograder.exports import changes, nbgrader

    if not dry_run:
        return nbgrader.write(grades, course)
    tell(*changes.describe(nbgrader.changes(grades, course)))
    return []


def _to_gradescope(grades: list["Counted"], folder: Path, dry_run: bool, **_: object) -> list[str]:
    from autograder import suite
    from autograder.exports import changes
    from autograder.exports import gradescope as form

    sections = suite.load(grades[0].report.homework).sections
    if dry_run:
        tell(*changes.describe(form.changes(grades, sections, folder)))
        return []
    for path in form.write_all(grades, sections, folder):
        tell(f"wrote {path}")
    return []


_WRITERS: dict[str, Callable[..., list[str]]] = {
    "csv": _to_csv,
    "canvas": _to_canvas,
    "nbgrader": _to_nbgrader,
    "gradescope": _to_gradescope,
}


@click.command("import")
@click.argument("results", type=FOLDER)
@click.option("--from", "form", type=click.Choice(["nbgrader"]), required=True, help="From which program.")
@click.option("--course", type=FOLDER, required=True, help="nbgrader: the course's folder, with its gradebook.db.")
@HOMEWORK
@click.option("--drop-gone", is_flag=True, help="Also take back the marks that are not there any more.")
@click.option("--dry-run", is_flag=True, help="Keep nothing; say which marks would be other ones.")
def take_marks(results: Path, form: str, course: Path, homework: str | None, drop_gone: bool, dry_run: bool) -> None:
    """Take what persons gave in another program (points, extra credit, comments) into RESULTS.

    From then on it counts in every export, report and feedback, and is kept when somebody is graded anew.
    Exit status 3: done, but for marks of students or cells that are not known here; they are named.
    """
    from autograder.exports import formgrader_marks
    from autograder.results import choice, counting
    from autograder.results.policy import Policy
    from autograder.results.store import Results

    with Results(results, create=not dry_run) as store:
        run = choice.find_run(store, homework)
        tell(*choice.describe_doubts(store, run), err=True)
        grades = counting.grades(Policy(), store, run=run.number)
        found = formgrader_marks.read(grades, course, store.roster)
        there = [mark for own in store.marks_of(run.homework).values() for mark in own]
        differences = formgrader_marks.compare(found, there)
        if not dry_run:
            dropped = [*differences.answered, *(differences.gone if drop_gone else ())]
            store.keep_marks(run.homework, differences.to_keep, dropped)
    tell(*differences.describe(run.homework, drop_gone, dry_run))
    tell(*found.unknown, err=True)
    if found.unknown:
        sys.exit(EXIT_NOT_ALL)


@click.command()
@click.argument("homework")
@click.option("--out", type=FOLDER, default=Path(), help="Folder for the zip (default: here).")
@click.option(
    "--show",
    type=click.Choice(["visible", "after_due_date", "after_published", "hidden"]),
    default="after_published",
    show_default=True,
    help="When students see the scored tests.",
)
@click.option("--allow-weaker-sandbox", is_flag=True, help="Counted there although a layer of the sandbox is missing.")
def gradescope(homework: str, out: Path, show: str, allow_weaker_sandbox: bool) -> None:
    """Build the autograder zip of HOMEWORK, to upload to Gradescope."""
    from autograder import suite
    from autograder.gradescope import zip as zipping

    level = "weak" if allow_weaker_sandbox else "best"
    path = zipping.write(suite.load(homework), ROOT, out, show, level)
    tell(f"wrote {path} ({path.stat().st_size / 1e6:.1f} MB)")


@click.command()
@click.argument("student")
@click.argument("results", type=FOLDER, default=Path("results"))
@HOMEWORK
@click.option("--policy", type=EXISTING, help="Another one than the results keep (TOML), for this once.")
@NO_POLICY
def explain(student: str, results: Path, homework: str | None, policy: Path | None, no_policy: bool) -> None:
    """Say how STUDENT's grade in a homework was made, and judge it again from what was kept in RESULTS.

    Exit status 1: it does not come out the same.
    """
    from autograder.grading import explain as explaining
    from autograder.results import choice
    from autograder.results import course as courses
    from autograder.results.store import Results

    with Results(results) as store:
        run = choice.find_run(store, homework)
        chosen = courses.choose(store, run.homework, courses.Asked(policy, no_policy), once=True)
        tell(chosen.line, *choice.describe_doubts(store, run), err=True)
        found = explaining.explain(store, student, run, chosen.policy.rules)
    tell(*found.lines)
    if not found.is_reproduced:
        sys.exit(1)


COMMANDS = (export, take_marks, gradescope, explain)
