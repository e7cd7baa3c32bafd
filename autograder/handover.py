"""The commands that hand grades over: to other programs, to Gradescope's containers, and to who asks why."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from autograder.plain_errors import EXIT_NOT_ALL, Refused, plain_errors

if TYPE_CHECKING:
    from autograder.policy import Grade, Policy

ROOT = Path(__file__).parents[1]
FOLDER = click.Path(path_type=Path)
EXISTING = click.Path(exists=True, dir_okay=False, path_type=Path)
NEEDED = {"canvas": ("gradebook", "column"), "nbgrader": ("course",), "gradescope": ("folder",)}
ATTEMPT = click.option(
    "--attempt",
    type=click.Choice(["latest", "best"]),
    default="latest",
    show_default=True,
    help="Which of a student's attempts counts.",
)
POLICY = click.option("--policy", type=EXISTING, help="Late days, extensions and extra credit (TOML).")


def read_policy(path: Path | None) -> "Policy | None":
    """The policy of this file; None where none is named."""
    from autograder import policy as policies

    return policies.read(path) if path else None


@click.command()
@click.argument("results", type=FOLDER)
@click.option("--to", "form", type=click.Choice(["csv", *NEEDED]), required=True, help="For which program.")
@POLICY
@click.option("--gradebook", type=EXISTING, help="canvas: the gradebook as Canvas exports it.")
@click.option("--column", help="canvas: the title of the one assignment to fill.")
@click.option("--course", type=FOLDER, help="nbgrader: the course's folder, with its gradebook.db.")
@click.option("--folder", type=FOLDER, help="gradescope: where to write STUDENT/results.json.")
@ATTEMPT
def export(results: Path, form: str, policy: Path | None, attempt: str, **places: Path | str | None) -> None:
    """Write the newest run of RESULTS for another program; a table goes to standard output.

    Exit status 3: written, but for students who are named on standard error.
    """
    from autograder import policy as policies
    from autograder.results import Results

    if missing := [f"--{name}" for name in NEEDED.get(form, ()) if places[name] is None]:
        raise Refused(f"--to {form} also needs {' and '.join(missing)}")
    with plain_errors():
        rules = policies.read(policy)
        with Results(results) as store:
            grades = policies.grades(rules, store, best=attempt == "best")
        notes = policies.doubts(rules, grades)
        left_out = _WRITERS[form](grades, **places)
    for note in [*notes, *left_out]:
        click.echo(note, err=True)
    if left_out:
        sys.exit(EXIT_NOT_ALL)


def _to_csv(grades: list["Grade"], **_: object) -> list[str]:
    from autograder.exports.csv import write_csv

    write_csv(grades, sys.stdout)
    return []


def _to_canvas(grades: list["Grade"], gradebook: Path, column: str, **_: object) -> list[str]:
    from autograder.exports import canvas

    filled = canvas.fill(canvas.decode(gradebook.read_bytes()), column, grades)
    click.echo(filled.content, nl=False)
    for hint in filled.hints:
        click.echo(hint, err=True)
    return list(filled.left_out)


def _to_nbgrader(grades: list["Grade"], course: Path, **_: object) -> list[str]:
    from autograder.exports import nbgrader

    return nbgrader.write(grades, course)


def _to_gradescope(grades: list["Grade"], folder: Path, **_: object) -> list[str]:
    from autograder.exports import gradescope as form

    for path in form.write_all(grades, _sections(grades[0].report.homework), folder):
        click.echo(f"wrote {path}")
    return []


_WRITERS = {"csv": _to_csv, "canvas": _to_canvas, "nbgrader": _to_nbgrader, "gradescope": _to_gradescope}


def _sections(homework: str) -> dict[str, str]:
    from autograder import suite

    return {exercise.name: exercise.section for exercise in suite.load(homework).exercises}


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
@click.option("--allow-weaker-sandbox", is_flag=True, help="Grade there although a layer of the sandbox is missing.")
def gradescope(homework: str, out: Path, show: str, allow_weaker_sandbox: bool) -> None:
    """Build the autograder zip of HOMEWORK, to upload to Gradescope."""
    from autograder import suite
    from autograder.gradescope import zip as zipping

    with plain_errors():
        level = "weak" if allow_weaker_sandbox else "best"
        path = zipping.write(suite.load(homework), ROOT, out, show, level)
    click.echo(f"wrote {path} ({path.stat().st_size / 1e6:.1f} MB)")


@click.command()
@click.argument("student")
@click.argument("homework")
@click.argument("results", type=FOLDER, default=Path("results"))
@POLICY
def explain(student: str, homework: str, results: Path, policy: Path | None) -> None:
    """Say how STUDENT's grade in HOMEWORK was made, and judge it again from what was kept in RESULTS.

    Exit status 1: it does not come out the same.
    """
    from autograder import explain as explaining
    from autograder.results import Results

    with plain_errors(), Results(results) as store:
        found = explaining.explain(store, student, homework, policy)
    click.echo("\n".join(found.lines))
    if not found.is_reproduced:
        sys.exit(1)
