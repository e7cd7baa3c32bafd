"""Errors of ours as one sentence, and the exit statuses of every command."""

from collections.abc import Iterator
from contextlib import contextmanager

import click

EXIT_USAGE, EXIT_NOT_ALL = 2, 3


class Refused(click.ClickException):
    """One sentence to the user, exit status 2."""

    exit_code = EXIT_USAGE


@contextmanager
def plain_errors() -> Iterator[None]:
    """Our own named errors become one sentence; anything else is a bug and keeps its traceback."""
    from autograder import exports, flaky, intake, judge, policy, record, results, suite
    from autograder.cluster import ClusterError
    from autograder.sandbox.supervisor import SandboxError

    try:
        yield
    except (
        intake.NoSubmissions, judge.JudgeError, record.RecordError, results.ResultsError, suite.UnknownHomework,
        SandboxError, flaky.FlakeCheckFailed, exports.ExportError,
        ClusterError, policy.PolicyError,
    ) as error:  # fmt: skip
        raise Refused(str(error)) from None
