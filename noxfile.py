"""The grader, the given library and their tests on each Python and with the oldest and newest libraries promised.

    nox -s quick    a subset on the Pythons that `make test` does not run on: what CI has time for
    nox             the matrix: each Python with the tested versions, then the lowest and the newest that are allowed

A Python that is missing here is named by nox, and its session skipped. pyenv's are found without being switched on.
"""

import os
import re
import shutil
import subprocess

import nox

FIRST, *OTHERS = PYTHONS = ["3.11", "3.12", "3.13"]
HOMEWORK = "hw1_diffusion"  # whose recorded references are held against each environment
TOOLS = ["pytest-randomly", "pytest-xdist", "hypothesis"]
QUICK = ["tests/grader/test_harvest.py", "tests/grader/test_needs.py"]  # what reads code of this Python
NEWEST = [  # what else CI has time for on the newest
    "tests/grader/test_confinement.py",  # its system calls, and what no attack may do
    "tests/grader/test_judge.py",
    "tests/grader/test_layers.py",
    "tests/grader/test_trust.py",
    "tests/grader/test_wire.py",
    "tests/library/test_portability.py",
    "tests/library/test_python_version.py",
]
WHOLE = ["tests/grader", "tests/library", "tests/suites"]  # authoring's are of the course, and pages of the browser
OLD_WARNINGS = [
    "-W",
    "ignore::DeprecationWarning",
    "-W",
    "ignore::PendingDeprecationWarning",
]  # of one library on another

nox.options.default_venv_backend = "uv"  # links each wheel from its cache: no 7 GB for every environment
nox.options.download_python = "never"
nox.options.error_on_missing_interpreters = False
nox.options.sessions = ["tests", "lowest", "newest"]
os.environ["OMP_NUM_THREADS"] = "1"
if shutil.which("pyenv"):
    listed = subprocess.run(["pyenv", "versions", "--bare"], capture_output=True, text=True, check=False).stdout.split()
    known = [version for version in listed if re.fullmatch(r"3\.1[123]\.\d+", version)]
    os.environ["PYENV_VERSION"] = ":".join(known)  # else its python3.12 only says that it is not switched on


@nox.session(python=OTHERS)
def quick(session: nox.Session) -> None:
    """The subset, with the versions that CI tested."""
    install(session, "--constraint", "constraints.txt", "--editable", ".", *TOOLS)
    run_tests(session, *QUICK, *(NEWEST if session.python == PYTHONS[-1] else ()))


@nox.session(python=PYTHONS)
def tests(session: nox.Session) -> None:
    """All but what looks at papers and pages, with the versions that CI tested."""
    install(session, "--constraint", "constraints.txt", "--editable", ".[dev,cluster]")
    run_all(session)


@nox.session(python=FIRST)
def lowest(session: nox.Session) -> None:
    """The same with the lowest version of each library that pyproject.toml allows."""
    install(session, "--resolution", "lowest-direct", "--editable", ".[dev,cluster]")
    run_all(session, *OLD_WARNINGS)


@nox.session(python=PYTHONS[-1])
def newest(session: nox.Session) -> None:
    """The same with the newest."""
    install(session, "--upgrade", "--editable", ".[dev,cluster]")
    run_all(session)


def install(session: nox.Session, *what: str) -> None:
    # Compiled now: in the sandbox nothing can be written, and a late import would be paid for by every child anew.
    session.install("--compile-bytecode", *what)


def run_all(session: nox.Session, *options: str) -> None:
    run_tests(session, *WHOLE, *options)
    session.run("autograder", "verify", HOMEWORK, "--recorded")


def run_tests(session: nox.Session, *what: str) -> None:
    session.run("pytest", "-q", "--numprocesses", "2", "--dist", "loadfile", "--no-loadscope-reorder", *what)
