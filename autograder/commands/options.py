"""Options and kinds of arguments that several commands take."""

from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from autograder.commands import tell

if TYPE_CHECKING:
    from autograder.results.course import Asked
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


ROSTER = click.option(
    "--roster", type=EXISTING, help="Who is in the course (CSV, see docs/ROSTER.md); the results keep what it says."
)
NO_ROSTER = click.option("--no-roster", is_flag=True, help="For this once, although the results keep a roster.")
Command = TypeVar("Command", bound=Callable[..., Any])


def course(command: Command) -> Command:
    """The options of what a course says; the command takes them as one argument, `asked`."""

    @wraps(command)
    def with_course(
        *, policy: Path | None, no_policy: bool, roster: Path | None, no_roster: bool, **options: Any
    ) -> Any:
        from autograder.results.course import Asked

        return command(asked=Asked(policy, no_policy, roster, no_roster), **options)

    for option in (NO_ROSTER, ROSTER, NO_POLICY, POLICY):
        with_course = option(with_course)
    return with_course  # type: ignore[return-value]


def use_course(store: "Results", homework: str, asked: "Asked", once: bool = False) -> "Policy | None":
    """The policy to go by, for the labels of the roster to go by, which the store now has.

    Both are told, and what is new is kept, unless it is for this `once`.
    """
    from autograder.results import course
    from autograder.results.store import Results

    chosen = course.choose(store, homework, asked, once)
    if chosen.is_new:
        with Results(store.folder, create=True) as writable:
            chosen.keep(writable)
    tell(chosen.line, err=True)
    return chosen.policy.rules
