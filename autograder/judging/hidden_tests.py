"""The hidden tests of a suite as plain functions, in the order in which they stand in their files."""

import importlib
import traceback
from collections.abc import Callable
from dataclasses import dataclass

from autograder.errors import AutograderError
from autograder.suite import Suite

PREFIX = "test_"


class JudgeError(AutograderError):
    """The suite itself is broken: the instructor's to repair."""


@dataclass(frozen=True)
class Test:
    """One hidden test. title: the first line of its docstring, which the student reads."""

    name: str
    title: str
    points: int
    function: Callable

    __test__ = False  # pytest shall not collect it


def load_tests(suite: Suite, exercise: str) -> tuple[Test, ...]:
    """The tests of an exercise, none where it has no file of tests; JudgeError if it can't be imported."""
    name = suite.test_module(exercise)
    if not name:
        return ()
    try:
        module = importlib.import_module(name)
    except KeyboardInterrupt:  # a person's
        raise
    except BaseException as error:  # SystemExit too
        raise JudgeError(f"the hidden tests of {exercise} cannot be loaded: {_describe(error)}; mend them") from None
    return tuple(
        _to_test(value, exercise) for key, value in vars(module).items() if key.startswith(PREFIX) and callable(value)
    )


def _to_test(function: Callable, exercise: str) -> Test:
    points = getattr(function, "points", None)
    if points is None:
        raise JudgeError(f"{exercise}: {function.__name__} has no points; put @points(N) above it")
    title = (function.__doc__ or function.__name__).strip().splitlines()[0]
    return Test(function.__name__, title, points, function)


def _describe(error: BaseException) -> str:
    """The error and its place, as in "NameError: name 'x' is not defined (test_info_nce.py, line 12)"."""
    if isinstance(error, SyntaxError):
        return f"SyntaxError: {error.msg} ({(error.filename or '').rpartition('/')[2]}, line {error.lineno})"
    place = traceback.extract_tb(error.__traceback__)[-1]
    return f"{type(error).__name__}: {error} ({place.filename.rpartition('/')[2]}, line {place.lineno})"
