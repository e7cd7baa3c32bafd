"""The command line: `autograder --help`. Heavy imports stay inside the commands, so that help is instant."""

import sys
from pathlib import Path

import click

from autograder import handover
from autograder.plain_errors import EXIT_NOT_ALL, Refused, plain_errors

ROOT = Path(__file__).parents[1]


def _chosen(homework: str | None) -> list[str]:
    from autograder import suite

    if homework and homework not in suite.homeworks():
        raise Refused(f"there is no homework {homework!r}; the homeworks are {', '.join(suite.homeworks())}")
    return [homework] if homework else suite.homeworks()


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """Grade, prove and release the lecture's homework."""


@main.command()
@click.argument("homework", required=False)
@click.option("--check", is_flag=True, help="Write nothing; fail if a committed file is not what would be built.")
@click.option("--zips", type=click.Path(path_type=Path), help="Also write each homework's student zip to this folder.")
def release(homework: str | None, check: bool, zips: Path | None) -> None:
    """Build the notebooks of HOMEWORK (default: all) from their percent scripts."""
    from autograder import release as releasing
    from autograder import student_zip

    if check and zips:
        raise Refused("--check writes nothing; leave out --zips")
    changed = []
    for name in [homework] if homework else releasing.homeworks(ROOT):
        try:
            changed += releasing.release(name, ROOT, check=check)
            changed += [student_zip.write(name, ROOT, zips)] if zips else []
        except releasing.ReleaseError as error:
            raise Refused(str(error)) from None
    for path in changed:
        click.echo(f"{'differs' if check else 'wrote'} {path}")
    if check and changed:
        raise Refused("run `autograder release` and commit what it wrote")


@main.command()
@click.argument("homework")
def record(homework: str) -> None:
    """Record references, mistake fingerprints and public check answers of HOMEWORK from its solution."""
    from autograder import record as recording
    from autograder import suite, workers

    with plain_errors():
        chosen = suite.load(homework)
        found, public = recording.record(chosen, ROOT, workers.default())
        recording.write(chosen, ROOT, found, public)
    click.echo(f"{homework}: recorded {len(found.solution)} observations and {len(found.fingerprints)} mistakes")


@main.command()
@click.argument("homework", required=False)
@click.option("--mutants", is_flag=True, help="Measure the mutation score too (minutes; needs the dev extra).")
@click.option("--recorded", is_flag=True, help="Record again in memory and compare with what is committed.")
def verify(homework: str | None, mutants: bool, recorded: bool) -> None:
    """Prove HOMEWORK: solution = full, stub = 0, mistakes caught and named, variants accepted, nothing leaked."""
    from autograder import suite, workers
    from autograder import verify as verifying

    failed = False
    with plain_errors():
        for name in _chosen(homework):
            chosen = suite.load(name)
            finding = verifying.verify(chosen, ROOT, workers.default())
            broken = list(finding.broken) + (verifying.check_recorded(chosen, ROOT) if recorded else [])
            tried = ", ".join(f"{count} {what}" for what, count in finding.tried.items() if count)
            click.echo(f"{name}: {tried}, {len(broken)} broken promises")
            for sentence in broken:
                click.echo(f"  {sentence}")
            failed = bool(broken) or failed
            if mutants:
                failed = not _print_mutants(chosen) or failed
    if failed:
        sys.exit(1)


def _print_mutants(chosen) -> bool:
    """Print the mutation score; whether it is good enough."""
    from autograder import mutants, workers

    score = mutants.measure(chosen, ROOT, workers.default())
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


@main.command()
@click.argument("submissions", type=click.Path(path_type=Path))
@click.option("--homework", help="Which homework this is; needed only when the names do not tell.")
@click.option(
    "--out", type=click.Path(path_type=Path), default=Path("results"), show_default=True, help="Results folder."
)
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
@handover.POLICY
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
    policy: Path | None,
    twice: bool,
) -> None:
    """Grade SUBMISSIONS: a notebook, or a folder of notebooks, student folders or zips."""
    from autograder import flaky, session, workers

    if scheduler and at_once:
        raise Refused("on a cluster its workers decide how many submissions are graded at a time; leave out --workers")
    with plain_errors():
        name = session.which_homework(submissions, homework)
        if risk := workers.describe_risk(at_once or 1):
            click.echo(risk, err=True)
        level = "weak" if allow_weaker_sandbox else "best"
        rules = handover.read_policy(policy)
        options = session.Options(at_once or workers.default(), level, force, only, scheduler, rules)
        finished = session.grade_class(submissions, name, out, options, click.echo)
        flips = list(flaky.find_flips(submissions, name, out, options, click.echo)) if twice else []
    click.echo(finished.summary)
    click.echo(f"class report: {finished.report}")
    for doubt in finished.doubts:
        click.echo(doubt, err=True)
    if twice:
        click.echo("\n".join(flips) or "graded twice: every test came out the same")
    if finished.ungraded:
        click.echo(f"could not be graded: {', '.join(finished.ungraded)}", err=True)
        sys.exit(EXIT_NOT_ALL)


@main.command()
@click.argument("results", type=click.Path(path_type=Path))
@handover.POLICY
@handover.ATTEMPT
def report(results: Path, policy: Path | None, attempt: str) -> None:
    """Write the class report and every student's feedback of RESULTS again."""
    from autograder.pages import write_run
    from autograder.results import Results

    with plain_errors(), Results(results) as store:
        written = write_run(results, store, best=attempt == "best", policy=handover.read_policy(policy))
    click.echo(f"class report: {written.class_report}")
    for doubt in written.doubts:
        click.echo(doubt, err=True)


@main.command()
@click.argument("results", type=click.Path(path_type=Path))
@click.argument("runs", nargs=-1, type=int)
def diff(results: Path, runs: tuple[int, ...]) -> None:
    """Say whose score changed between two RUNS of RESULTS (default: the newest two), and why."""
    from autograder import comparison
    from autograder.results import Results

    with plain_errors(), Results(results) as store:
        before, after = store.pair(runs)
        for run in (before, after):
            state = "" if run.finished else ", not finished"
            click.echo(f"run {run.number}: {run.homework}, {run.started} UTC, {run.students} students{state}")
        lines = list(comparison.describe_changes(store.reports(before.number), store.reports(after.number)))
        click.echo("\n".join(lines) or "no score changed")


@main.command()
def doctor() -> None:
    """Say what this machine offers to the sandbox, and what would be undefended."""
    from autograder import doctor as examining

    click.echo(examining.describe())


for command in (handover.export, handover.gradescope, handover.explain):
    main.add_command(command)
