"""The command line: `autograder --help`."""

import errno
import io
import os
import shlex
import signal
import sys
from collections.abc import Sequence
from contextlib import suppress
from typing import IO, Any

import click

from autograder.commands import EXIT_USAGE, author, grade, hand_over
from autograder.errors import AutograderError, Stopped
from autograder.harmless import on_one_line

_NO_ROOM = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO, errno.EBADF}  # what a device says that takes no more


class _Refusal(click.ClickException):
    exit_code = EXIT_USAGE


class _Stopped(click.ClickException):
    """Ctrl-C, in a sentence, with the status that a shell gives to what it ends."""

    exit_code = 128 + signal.SIGINT

    def show(self, file: IO[Any] | None = None) -> None:
        click.echo(self.message, file=file, err=file is None)


class _OneSentence(click.Group):
    """Shows an error of ours as its sentence, whichever command raised it; any other one is a bug with a traceback.

    So is output shown that cannot be written: exit status 2; and Ctrl-C, with the command that goes on: 130.
    """

    def main(self, args: Sequence[str] | None = None, *arguments: Any, **options: Any) -> Any:
        asked = list(sys.argv[1:] if args is None else args)
        self._command = shlex.join(["autograder", *(word for word in asked if word != "--force")])
        try:
            try:
                return super().main(args, *arguments, **options)
            finally:
                if sys.stdout:
                    sys.stdout.flush()  # what is kept back until the end is written, or not, while it can be told
        except OSError as error:
            if error.errno not in (*_NO_ROOM, errno.EPIPE):
                raise
            _give_up(sys.stdout)
            if error.errno == errno.EPIPE:  # who reads has seen enough
                sys.exit(1)
            with suppress(OSError):
                _cannot_be_written(error.strerror).show()
            _give_up(sys.stderr)
            sys.exit(EXIT_USAGE)

    def invoke(self, context: click.Context) -> Any:
        if sys.stdout is None:
            raise _cannot_be_written("standard output is closed")
        for stream in (sys.stdout, sys.stderr):
            if isinstance(stream, io.TextIOWrapper):  # names and tables are UTF-8 in every locale
                stream.reconfigure(encoding="utf-8", errors="backslashreplace")
        try:
            return super().invoke(context)
        except (Stopped, KeyboardInterrupt) as stop:
            kept = str(stop) or "stopped"
            raise _Stopped(on_one_line(f"{kept}; to go on, run `{self._command}`")) from None
        except AutograderError as error:
            raise _Refusal(on_one_line(str(error))) from None


def _cannot_be_written(reason: str | None) -> _Refusal:
    return _Refusal(f"the output cannot be written ({reason}); free some space or write it elsewhere, and run it again")


def _give_up(stream: Any) -> None:
    """Python would try once more to write what is left, at its end, and fail with a traceback."""
    with suppress(OSError, ValueError, AttributeError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, stream.fileno())
        os.close(nowhere)


@click.group(cls=_OneSentence, context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """Grade, prove and release the lecture's homework."""


for module in (grade, hand_over, author):
    for command in module.COMMANDS:
        main.add_command(command)
