"""The pytest plugin for running one suite by hand: pytest autograder/suites/HOMEWORK --submission NOTEBOOK."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from autograder.suite import SUITES


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--submission", metavar="NOTEBOOK", help="the notebook that the hidden tests judge")


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "points(n): what a hidden test is worth")
    if config.getoption("--submission"):
        config.pluginmanager.register(_judge_by_hand(config), "autograder-by-hand")


def _judge_by_hand(config: pytest.Config):
    """The judge of a class, for a class of one, that also tells pytest's own reporters."""
    from autograder import references, suite
    from autograder.judge import Judge

    chosen = suite.load(_homework_of(config.args))
    known = references.load(chosen.references)
    notebook = Path(config.getoption("--submission"))

    class ByHand(Judge):
        def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
            super().pytest_collection_modifyitems(items)
            self.items = {item.name: item for item in items}

        def tell(self, key: object, scores: list) -> None:
            for score in scores:
                _tell(self.items[score.test], score)
            self.scores = scores

        def pytest_terminal_summary(self, terminalreporter) -> None:
            from autograder.records import Report
            from autograder.report import feedback_text

            report = Report(notebook.stem, chosen.homework, str(notebook), tuple(getattr(self, "scores", ())))
            terminalreporter.write_line(feedback_text(report, {each.name: each.section for each in chosen.exercises}))

    judge = ByHand(chosen, known, _observe_lazily(chosen, known, notebook), lambda key, scores: judge.tell(key, scores))
    return judge


def _homework_of(arguments: list[str]) -> str:
    for argument in arguments:
        path = Path(argument.partition("::")[0]).resolve()
        for folder in (path, *path.parents):
            if folder.parent == SUITES:
                return folder.name
    raise pytest.UsageError("--submission needs one suite: pytest autograder/suites/HOMEWORK --submission NOTEBOOK")


def _observe_lazily(chosen, known, notebook: Path) -> Iterator[tuple]:
    """Nothing is run before pytest has collected the tests."""
    from autograder.grade import harvest_submission
    from autograder.intake import FOLDER, read_artefacts, read_notebook
    from autograder.observe import observe
    from autograder.records import Submission
    from autograder.sandbox.supervisor import Sandbox

    artefacts = read_artefacts(notebook.parent / FOLDER, chosen.files)
    submission = Submission(notebook.stem, str(notebook), read_notebook(notebook), artefacts)
    found, _ = harvest_submission(submission, chosen)
    with Sandbox(chosen.probe_sources) as sandbox:
        yield notebook, observe(found, chosen, sandbox, known)


def _tell(item: pytest.Item, score) -> None:
    passed = score.verdict == "PASSED"
    lines = [
        f"{name}: {text}" for name, text in (("saw", score.saw), ("think", score.think), ("read", score.read)) if text
    ]
    words = None if passed else "\n".join([f"{score.verdict} {score.title}", *lines])
    report = pytest.TestReport(item.nodeid, item.location, {}, "passed" if passed else "failed", words, "call")
    item.ihook.pytest_runtest_logstart(nodeid=item.nodeid, location=item.location)
    item.ihook.pytest_runtest_logreport(report=report)
    item.ihook.pytest_runtest_logfinish(nodeid=item.nodeid, location=item.location)
