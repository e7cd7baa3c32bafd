"""One suite by hand, as pytest runs it: pytest autograder/suites/HOMEWORK --submission NOTEBOOK.

The hidden tests are plain pytest tests; this plugin gives them their fixture `observed`. What follows below them is the
judge's: points, follow-through and the names of mistakes.
"""

import os
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from autograder.checkout import SUITES

if TYPE_CHECKING:
    from autograder.judging.judge import Judge, Witness
    from autograder.records import Observed
    from autograder.suite import Suite

_USAGE = "pytest autograder/suites/HOMEWORK --submission NOTEBOOK"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--submission", metavar="NOTEBOOK", help="the notebook that the hidden tests judge")


def pytest_configure(config: pytest.Config) -> None:
    notebook = config.getoption("--submission")
    if notebook:
        homework = _homework_of(config.args)
        os.environ["COURSE_SEED"] = str(_seed_of(homework))  # the tests' inputs read it when they are collected
        config.args += _shared_tests(homework, config.args)
        config.pluginmanager.register(_ByHand(homework, Path(notebook)), "autograder-by-hand")


@pytest.fixture
def observed(request: pytest.FixtureRequest) -> "Witness":
    """What the notebook's code brought back, for one test."""
    from autograder.judging.judge import Witness

    by_hand: _ByHand | None = request.config.pluginmanager.get_plugin("autograder-by-hand")
    if by_hand is None:
        raise pytest.UsageError(f"a hidden test judges a notebook; run {_USAGE}")
    return Witness(by_hand.seen.own, by_hand.judge.references)


class _ByHand:
    """The notebook, observed when the first test asks for it, and the summary below the tests."""

    def __init__(self, homework: str, notebook: Path):
        if not notebook.is_file():
            raise pytest.UsageError(f"there is no notebook {notebook}; run {_USAGE}")
        self._homework, self._notebook = homework, notebook

    @cached_property
    def chosen(self) -> "Suite":
        from autograder import suite

        return suite.load(self._homework)

    @cached_property
    def judge(self) -> "Judge":
        from autograder.judging.judge import Judge
        from autograder.observing import references

        return Judge(self.chosen, references.known(self.chosen.references_folder))

    @cached_property
    def seen(self) -> "Observed":
        from autograder.observing.look import look, look_again
        from autograder.observing.opening import open_sandbox
        from autograder.submissions.intake import FOLDER
        from autograder.submissions.located import Located, read_artefacts

        artefacts = read_artefacts(self._notebook.parent / FOLDER, self.chosen.files)
        found = Located(self._notebook.stem, self._notebook, self.chosen.homework).read()
        with open_sandbox(self.chosen) as sandbox:
            seen = look(replace(found, artefacts=artefacts), self.chosen, sandbox, self.judge.references)
            return look_again(seen, self.chosen, sandbox, self.judge.references).observed

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        from autograder.records import Report
        from autograder.report import feedback_text

        if "seen" not in vars(self):  # no test has run
            return
        scores = tuple(self.judge.scores(self.seen))
        report = Report(self._notebook.stem, self.chosen.homework, str(self._notebook), scores)
        terminalreporter.write_line(feedback_text(report, self.chosen.sections))


def _homework_of(arguments: list[str]) -> str:
    from autograder.suite import homeworks

    for argument in arguments:
        path = Path(argument.partition("::")[0]).resolve()
        for folder in (path, *path.parents):
            if folder.parent == SUITES and folder.name in homeworks():
                return folder.name
    raise pytest.UsageError(f"--submission needs one suite: {_USAGE}")


def _seed_of(homework: str) -> int:
    from autograder.suite import load

    return load(homework).seed


def _shared_tests(homework: str, arguments: list[str]) -> list[str]:
    """Where the whole homework is asked for, the tests that it shares with others: they lie beside its folder."""
    from autograder.suite import load

    if SUITES / homework not in [Path(argument).resolve() for argument in arguments]:
        return []
    return [str(path) for path in load(homework).test_files if path.parent.name != homework]
