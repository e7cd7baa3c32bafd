"""Options and kinds of arguments that several commands take."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from autograder.commands import tell

if TYPE_CHECKING:
    from autograder.results.policy import Policy
    from autograder.results.store import Results

FOLDER = click.Path(file_okay=False, path_type=Path)
EXISTING = click.Path(exists=True, dir_okay=False, path_type=Path)
HOMEWORK = click.option("--homework", help="Of which homework; needed where RESULTS holds several.")
ATTEMPT = click.option(
    "--attempt",
    type=click.Choice(["latest", "best"]),
    default="latest",
    show_default=True,
    help="Which of a student's attempts counts.",
)
POLICY = click.option(
    "--policy", type=EXISTING, help="Late days, extensions and extra credit (TOML); the results keep what it says."
)
NO_POLICY = click.option("--no-policy", is_flag=True, help="For this once, although the results keep a policy.")


def use_policy(
    store: "Results", homework: str, given: Path | None, without: bool, once: bool = False
) -> "Policy | None":
    """The policy to go by; it is told, and one that is new is kept, unless it is for this `once`."""
    from autograder.results import course_policy
    from autograder.results.store import Results

    chosen = course_policy.choose(store, homework, given, without, once)
    if chosen.content is not None:
        with Results(store.folder, create=True) as writable:
            chosen.keep(writable)
    tell(chosen.line, err=True)
    return chosen.rules
