"""The instructor's commands: what is built from a homework's source, recorded of it, and proved about it."""

import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from autograder.checkout import ROOT
from autograder.commands import Refused
from autograder.commands.options import EXISTING, FOLDER

if TYPE_CHECKING:
    from autograder.suite import Suite


def _chosen(homework: str | None) -> list[str]:
    """This homework or, without one, all that have a source or a suite; one of the two may be missing still."""
    from autograder import suite
    from autograder.authoring import release as releasing

    known = sorted({*suite.homeworks(), *releasing.homeworks(ROOT)})
    if homework and homework not in known:
        raise suite.UnknownHomework(f"there is no homework {homework!r}; the homeworks are {', '.join(known)}")
    return [homework] if homework else known


@click.command()
@click.argument("homework", required=False)
@click.option("--check", is_flag=True, help="Write nothing; fail if a committed file is not what would be built.")
@click.option("--zips", type=FOLDER, help="Also write each homework's student zip to this folder.")
@click.option("--nbgrader", "course", type=FOLDER, help="Also lay it out as a source in this course's folder.")
def release(homework: str | None, check: bool, zips: Path | None, course: Path | None) -> None:
    """Build the notebooks of HOMEWORK (default: all) from their percent scripts."""
    from autograder.authoring import links, nbgrader_course, student_zip
    from autograder.authoring import release as releasing

    if check and (zips or course):
        raise Refused("--check writes nothing; leave out --zips and --nbgrader")
    changed = []
    for name in [homework] if homework else releasing.homeworks(ROOT):
        changed += releasing.release(name, ROOT, check=check)
        changed += [student_zip.write(name, ROOT, zips)] if zips else []
        changed += nbgrader_course.lay_out(name, ROOT, course) if course else []
    for path in changed:
        click.echo(f"{'differs' if check else 'wrote'} {path}")
    if note := links.describe_placeholder(ROOT):
        click.echo(note, err=True)
    if check and changed:
        raise Refused("run `autograder release` and commit what it wrote")


@click.command()
@click.argument("homework")
@click.option("--policy", type=EXISTING, help="The course's policy (TOML), for its seed.")
def record(homework: str, policy: Path | None) -> None:
    """Record references, mistake fingerprints and public check answers of HOMEWORK from its solution."""
    from autograder import suite
    from autograder.authoring import record as recording
    from autograder.authoring import release as releasing
    from autograder.results import policy_file
    from autograder.sandbox import capacity

    chosen = suite.load(homework)
    chosen = replace(chosen, seed=policy_file.read(policy).seed) if policy else chosen
    if releasing.release(homework, ROOT, check=True):
        raise Refused(f"the script builds other notebooks than these; run `autograder release {homework}` first")
    found, public = recording.record(chosen, ROOT, capacity.default())
    recording.write(chosen, ROOT, found, public)
    click.echo(f"{homework}: recorded {len(found.solution)} observations and {len(found.fingerprints)} mistakes")


@click.command()
@click.argument("homework", required=False)
@click.option("--mutants", is_flag=True, help="Measure the mutation score too (minutes; needs the dev extra).")
@click.option("--recorded", is_flag=True, help="Record again in memory and compare with what is committed.")
def verify(homework: str | None, mutants: bool, recorded: bool) -> None:
    """Prove HOMEWORK: solution = full, stub = 0, mistakes caught and named, variants accepted, nothing leaked."""
    from autograder import suite
    from autograder.authoring import verify as verifying
    from autograder.authoring.materials import Materials
    from autograder.authoring.rules import axes
    from autograder.sandbox import capacity

    failed = False
    for name in _chosen(homework):
        finding = verifying.verify(name, ROOT, capacity.default())
        again = verifying.check_recorded(suite.load(name), ROOT) if recorded and finding.tried else []
        click.echo(f"{name}: {finding}")
        shown = axes.matrix(Materials(name, ROOT)) if finding.tried else []
        for line in (*finding.broken, *again, *shown):
            click.echo(f"  {line}")
        failed = bool(finding.broken or again) or failed
        if mutants and finding.tried:
            failed = not _print_mutants(suite.load(name)) or failed
    if failed:
        sys.exit(1)


def _print_mutants(chosen: "Suite") -> bool:
    """Print the mutation score; whether it is good enough."""
    from autograder.authoring import mutants
    from autograder.sandbox import capacity

    score = mutants.measure(chosen, ROOT, capacity.default())
    click.echo(
        f"  mutants: {score.killed} killed, {score.timed_out} timed out, {len(score.equivalent)} equivalent,"
        f" {len(score.missed)} missed; {score.share:.1%} noticed"
    )
    for mutant in score.missed:
        click.echo(f"    missed: {mutant.exercise}: {mutant.edit}")
    for mutant, reason in score.equivalent:
        click.echo(f"    equivalent: {mutant.exercise}: {mutant.edit} ({reason})")
    for line in score.unused:
        click.echo(f"    no such survivor any more: {line}")
    return score.share >= 0.95 and not score.missed and not score.unused


@click.command()
@click.option("--out", type=FOLDER, default=Path("demo"), show_default=True)
def demo(out: Path) -> None:
    """Make a sample class of 30, grade it in OUT, and show what people see."""
    from autograder.authoring import sample_class

    sample_class.demonstrate(out, ROOT, click.echo)


@click.command()
@click.argument("homework")
@click.argument("exercise", required=False)
@click.option("--title", default="", help="What HOMEWORK is about, for its heading and for reports.")
@click.option("--section", default="", help="Where EXERCISE stands, as in 3.7 (default: at the end of the last part).")
@click.option("--points", "worth", type=click.IntRange(1), default=5, show_default=True, help="What EXERCISE is worth.")
@click.option("--extra", is_flag=True, help="The points of EXERCISE are extra credit.")
def new(homework: str, exercise: str | None, title: str, section: str, worth: int, extra: bool) -> None:
    """Write the stubs of HOMEWORK or, if it is named, of an EXERCISE in it; verify says what is still to be written."""
    from autograder.authoring import new as making

    if exercise:
        done = making.new_exercise(homework, exercise, ROOT, section, worth, extra)
    else:
        done = making.new_homework(homework, title or homework, ROOT)
    click.echo("\n".join(done))
    then = f"write what is marked TODO; `autograder verify {homework}` names it"
    click.echo(f"next: {then}" if exercise else f"next: `autograder new {homework} EXERCISE`")


@click.command()
@click.argument("homework")
@click.argument("exercise")
def drop(homework: str, exercise: str) -> None:
    """Take EXERCISE out of HOMEWORK: its cells, tests, probes, known answers and public checks."""
    from autograder.authoring import drop as dropping

    click.echo("\n".join(dropping.drop(homework, exercise, ROOT)))


@click.command()
@click.argument("homework")
@click.argument("old")
@click.argument("new_name", metavar="NEW")
def rename(homework: str, old: str, new_name: str) -> None:
    """Give the exercise OLD of HOMEWORK the name NEW, wherever it stands."""
    from autograder.authoring import rename as renaming

    click.echo("\n".join(renaming.rename(homework, old, new_name, ROOT)))


COMMANDS = (release, record, verify, new, drop, rename, demo)
