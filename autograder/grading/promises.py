"""What this machine grades with, and whether it is what students were told when the homeworks were released."""

import platform
import sys
from collections.abc import Iterator

from autograder.versions import LIBRARIES, version
from homework.notebook.python_version import to_text
from homework.submission.expected import homeworks
from homework.submission.grader import Grader, grader_of


def describe() -> str:
    """The Python and the libraries that are here, as two lines."""
    found = ", ".join(f"{module} {version(distribution)}" for module, distribution in LIBRARIES.items())
    return f"Python      {platform.python_version()}\nlibraries   {found}"


def find_broken() -> list[str]:
    """A sentence for each promise to students that this machine does not keep."""
    told = [sentence for homework in homeworks() for sentence in _broken(grader_of(homework))]
    return list(dict.fromkeys(told))


def _broken(grader: Grader) -> Iterator[str]:
    if sys.version_info[:2] < grader.python:
        yield (
            f"students are told that the grader reads Python {to_text(grader.python)}, and this is"
            f" {platform.python_version()}; grade with that one, or correct pyproject.toml and release again"
        )
    missing = [module for module in grader.libraries if version(LIBRARIES.get(module, module)) == "not installed"]
    if missing:
        yield (
            f"students are told that the grader has {', '.join(missing)}, which this machine lacks; install it with"
            " `pip install --constraint constraints.txt --editable .`"
        )
