"""The commands of `autograder`, by who uses them: `grade` and `hand_over` are the TA's, `author` the instructor's.

Heavy imports stay inside the commands, so that help is instant and the sandbox starts before torch is imported.
"""

import click

from autograder.errors import AutograderError
from autograder.harmless import on_one_line

EXIT_USAGE, EXIT_NOT_ALL = 2, 3


def tell(*lines: str, err: bool = False) -> None:
    """Print these lines. Whatever name or text of a student is in one, it stays one line and commands no terminal."""
    for line in lines:
        click.echo(on_one_line(line), err=err)


class Refused(AutograderError):
    """What was asked for on the command line cannot be done."""
